import { GateError } from '#model/errors.ts';
import type { Evaluator, PolicyBundle, RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { PolicyInput, PolicyResult } from '#model/policy.ts';
import { addFinding } from '#util/add-finding.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { formatPath } from '#util/manifest.ts';

export interface Judge {
  readonly bundle: PolicyBundle;
  readonly evaluator: Evaluator;
}

/** All findings over all inputs. The same finding in several roots, or from two bundles, is told once. */
export const judgeAll = async (judges: readonly Judge[], inputs: readonly PolicyInput[], onProgress?: (done: number) => void): Promise<Finding[]> => {
  const found = new Map<string, Finding>();
  let done = 0;
  for (const input of inputs) {
    for (const finding of await judgeInput(judges, input)) addFinding(found, finding);
    onProgress?.(++done);
  }
  return [...found.values()];
};

/** What the judges say about one input; it depends on nothing but the input, their bundles and their data. */
export const judgeInput = async (judges: readonly Judge[], input: PolicyInput): Promise<Finding[]> => {
  const root = input.scope === 'root' ? input.root.path : '';
  const found: Finding[] = [];
  for (const { bundle, evaluator } of judges) {
    const verdict = await evaluator.evaluate(input);
    for (const result of verdict.deny) found.push(policyFinding(bundle.rules, result, 'deny', root));
    for (const result of verdict.undecided) found.push(policyFinding(bundle.rules, result, 'undecided', root));
  }
  return found;
};

/**
 * Turns what a rule returned into a finding; the text comes from the rule's metadata, never from the rule's body. What a rule denies
 * is a warning where the rule, on the day of the run, only warns; its fingerprint is the same before and after that day.
 */
export const policyFinding = (rules: readonly RuleInfo[], result: PolicyResult, effect: 'deny' | 'undecided', root: string): Finding => {
  const rule = rules.find((r) => r.code === result.code);
  if (!rule) throw new GateError('GATE_POLICY_FAILED', 'undecided', `rule ${result.code} has no metadata`, { hint: 'Add a METADATA block.' });
  const message = effect === 'deny' ? fillIn(rule.failureMessage, result.args) : `${rule.title}: ${fillIn('{missing}', result.args)} is missing`;
  const waits = effect === 'deny' && rule.severity === 'warn' && rule.effectiveOn !== undefined;
  return {
    code: result.code,
    source: 'policy',
    effect: effect === 'deny' ? rule.severity : effect,
    title: rule.title,
    message: waits ? `${message} (denied from ${rule.effectiveOn} on)` : message,
    solution: rule.solution,
    subject: result.object,
    path: result.path,
    ...(waits ? { effectiveOn: rule.effectiveOn } : {}),
    roots: root === '' ? [] : [root],
    fingerprint: fingerprintOf(result.code, effect, result.object, formatPath(result.path), message),
  };
};

/** Puts arguments into a message: `{name}`. An argument that is missing stays visible as its name. */
export const fillIn = (template: string, args: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(args, name) ? textOf(args[name]) : whole));

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};
