import type { RuleInfo } from '#model/evaluator.ts';
import type { PolicyInput, PolicyResult, PolicyVerdict } from '#model/policy.ts';
import type { Judge } from '#policy/judge.ts';

export const rule = (code: string, changes: Partial<RuleInfo> = {}): RuleInfo => ({
  code,
  id: 'MEM-01',
  title: `Title of ${code}`,
  description: 'Why it matters.',
  severity: 'deny',
  controls: [],
  failureMessage: '{who} does {what}',
  solution: 'Do something else.',
  ...changes,
});

export const result = (code: string, changes: Partial<PolicyResult> = {}): PolicyResult => ({
  code,
  object: 'v1/Service/mro/agent',
  path: ['spec'],
  args: { who: 'mro', what: 'harm' },
  ...changes,
});

/** A judge whose rules are a function. */
export const memoryJudge = (rules: readonly RuleInfo[], verdict: (input: PolicyInput) => Partial<PolicyVerdict>): Judge => ({
  bundle: { hash: 'memory', wasm: new Uint8Array(), rules },
  evaluator: {
    evaluate: (input) => Promise.resolve({ deny: [], undecided: [], rules: rules.map((r) => r.code), ...verdict(input) }),
    close: () => Promise.resolve(),
  },
});
