import { type LintRule, lintRules } from './rules.ts';

export const lintPageFile = 'docs/rollout-lint.md';

/** Traps that rules in Rego refuse, or that nothing refuses. */
const elsewhere = [
  ['V1', '[`rollout.analysis`](policies/rollout.analysis.md)', 'a `failureLimit` that is not below the `count`'],
  ['V4', '[`rollout.analysis`](policies/rollout.analysis.md)', 'a metric without both conditions'],
  ['V5', '[`rollout.analysis`](policies/rollout.analysis.md)', 'a background metric that can not fail before the last step'],
  ['V6', '[`rollout.analysis_trap`](policies/rollout.analysis_trap.md)', 'any `dryRun`, whatever it matches'],
  ['V9', '[`rehearsal.blind_spot`](rehearsal.md)', 'no baseline: what a fixed threshold does not see is rehearsed, and must be seen or declared'],
  ['V12', '[`rollout.steps`](policies/rollout.steps.md)', '`spec.paused` in Git, and a pause without an end'],
  ['V13', '[`ran.own_judge`](policies/ran.own_judge.md)', 'an image that changes together with what judges it'],
  ['V17', '[`reliability.disruption_budget`](policies/reliability.disruption_budget.md)', 'a disruption budget that allows none'],
  ['V18', '[`rollout.abort`](policies/rollout.abort.md)', '`progressDeadlineAbort` that is not set'],
] as const;

/** The page about all traps, by path. */
export const lintPage = (): Map<string, string> => {
  const rows = elsewhere.map(([trap, place, what]) => `| ${trap} | ${place} | ${what} |`);
  const text = [
    '# Traps of rollouts',
    '',
    'Generated from `src/analysis/lint/rules.ts`. The gate reads every rendered Rollout and AnalysisTemplate, evaluates its conditions as Argo Rollouts',
    '1.10 does, and parses its queries. What can not be read is undecided, and blocks. These traps have their rules in Rego instead:',
    '',
    '| trap | rule | what |',
    '|---|---|---|',
    ...rows,
    '',
    ...Object.values(lintRules).flatMap(section),
  ];
  return new Map([[lintPageFile, text.join('\n')]]);
};

const section = ({ code, id, trap, title, description, example, severity, solution }: LintRule): string[] => [
  `## ${title}`,
  '',
  `\`${code}\` (${id}${trap === '-' ? '' : `, ${trap}`}), ${severity === 'warn' ? 'warns' : 'denies'}`,
  '',
  description,
  '',
  `- **Example:** ${example}`,
  `- **Instead:** ${solution}`,
  '',
];
