import { dump } from 'js-yaml';
import { repositoryRoot, worktreeSnapshot } from '#adapters/git.ts';
import { loadBundle } from '#adapters/policy-bundle.ts';
import { lintPageFile } from '#analysis/lint/page.ts';
import { lintRules } from '#analysis/lint/rules.ts';
import { certificateRules } from '#certify/rules.ts';
import { evidenceRules } from '#evidence/rules.ts';
import { rehearsalRules } from '#forecast/rules.ts';
import { guardRules } from '#guard/rules.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import { rulePage, severityText } from '#policy/rule-pages.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { rootsOf } from '#render/roots.ts';
import { findingPlace, objectLine } from '#report/summary.ts';
import { schemaRules } from '#schema/rules.ts';
import { formatPath, objectId, valueAt } from '#util/manifest.ts';
import { createMask } from '#util/masked.ts';
import { waiverRules } from '#waiver/rules.ts';
import { createRenderSetup, type RenderSetup, resolveRevisions } from './context.ts';
import { bundleTools, gateReport } from './gate.ts';
import type { Output } from './output.ts';
import { provenLayers } from './prove.ts';

export interface ExplainOptions {
  readonly base?: string;
  readonly head?: string;
}

/** `ranfleet explain`: what a rule demands and why, or all that is known about one finding of a run. */
export const explainCommand = async (directory: string, asked: string, options: ExplainOptions, output: Output): Promise<ExitCode> => {
  const setup = createRenderSetup({ cache: true });
  try {
    const { rules: policies } = await loadBundle(worktreeSnapshot(repositoryRoot(directory)), bundleTools(setup.scratch.layout));
    const rules = [
      ...policies,
      ...schemaRules,
      ...Object.values(lintRules),
      ...Object.values(rehearsalRules),
      ...certificateRules,
      ...Object.values(guardRules),
      ...Object.values(waiverRules),
      ...Object.values(evidenceRules),
    ];
    const rule = rules.find((r) => r.code === asked);
    output.print(rule ? ruleText(rule) : await findingText(directory, asked, options, rules, setup, output));
    return exitCodes.allow;
  } finally {
    setup.scratch.clear();
  }
};

const ruleText = (rule: RuleInfo): string =>
  [
    `${rule.code}  ${rule.id}`,
    rule.title,
    '',
    `Why:      ${rule.description}`,
    `Fix:      ${rule.solution}`,
    `Severity: ${severityText(rule)}`,
    ...(rule.controls.length > 0 ? [`Controls: ${rule.controls.join(', ')}`] : []),
    ...(schemaRules.includes(rule) ? [] : [`Page:     ${rule.id.startsWith('LNT') ? lintPageFile : rulePage(rule.code)}`]),
    '',
  ].join('\n');

const findingText = async (
  directory: string,
  asked: string,
  options: ExplainOptions,
  rules: readonly RuleInfo[],
  setup: RenderSetup,
  output: Output,
): Promise<string> => {
  const { findings } = await gateReport(directory, { ...options, cache: true }, output);
  const finding = findings.find((f) => f.fingerprint.startsWith(asked));
  if (!finding || asked.length < 4) {
    const known = [...new Set([...findings.map((f) => f.fingerprint), ...rules.map((r) => r.code)])].join('\n  ');
    throw new GateError('GATE_NO_FINDING', 'usage', `there is no rule or finding ${asked}`, { hint: `Known here:\n  ${known}` });
  }
  const rule = rules.find((r) => r.code === finding.code);
  const { head } = resolveRevisions(directory, options);
  const root = await renderedRoot(head, finding, setup);
  const value = root && valueText(root, finding);
  return [
    `${finding.effect} ${finding.code}  ${finding.fingerprint}`,
    `Where: ${findingPlace(finding)}`,
    ...(objectLine(finding) === '' ? [] : [`Of:    ${objectLine(finding)}`]),
    ...finding.roots.map((root) => `In:    ${root}`),
    `What:  ${finding.message}`,
    ...(rule ? [`Why:   ${rule.description}`] : []),
    `Fix:   ${finding.solution}`,
    ...(rule ? [`Rule:  ${rule.id} ${severityText(rule)}`] : []),
    ...(value === undefined ? [] : ['', `As rendered, at ${formatPath(finding.path) || '(the object)'}:`, value.replace(/^/gm, '  ').trimEnd()]),
    ...(root ? await provenLayers(head, root, finding, setup.tools) : []),
    '',
  ].join('\n');
};

/** The first root in which the finding stands; none for what is refused before rendering or is no object. */
const renderedRoot = async (head: Snapshot, finding: Finding, { tools }: RenderSetup): Promise<RenderedRoot | undefined> => {
  const root = finding.source === 'source' ? undefined : rootsOf(head).find((r) => r.path === finding.roots[0]);
  if (!root) return undefined;
  const [rendered] = await renderRoots({ snapshot: head, graph: new ClosureGraph(head), roots: [root] }, tools);
  return rendered;
};

/** The rendered value that the rule looked at, or its nearest existing parent. */
const valueText = (root: RenderedRoot, finding: Finding): string | undefined => {
  const found = root.objects.find((o) => objectId(o) === finding.subject);
  if (!found) return undefined;
  const object = createMask().object(found);
  for (let length = finding.path.length; length >= 0; length--) {
    const value = valueAt(object, ...finding.path.slice(0, length));
    if (value !== undefined)
      return dump(length === 0 ? { apiVersion: object['apiVersion'], kind: object['kind'], metadata: object['metadata'] } : value, {
        lineWidth: -1,
        noRefs: true,
      });
  }
  return undefined;
};
