import type { RuleInfo } from '#model/evaluator.ts';

const controls = ['SOC2 CC8.1', 'SOC2 CC5.2', 'NIST CM-3', 'NIST CM-5'];

const rule = (number: string, name: string, severity: RuleInfo['severity'], title: string, description: string, solution: string) =>
  ({ code: `guard.${name}`, id: `GRD-${number}`, title, description, severity, controls, failureMessage: '{problem}', solution }) as const;

const twoSteps = 'Merge a waiver for it first, approved by the security team; then this change.';

/** What `ranfleet explain` says about changes of what judges; texts of a single finding come with the finding. */
export const guardRules = {
  edited: rule(
    '01',
    'edited',
    'warn',
    'A change of what judges is told',
    'Engine, tools, policies, waivers, fleet facts, keys of the evidence, freezes, stops, quarantines, owners and workflows decide about every later change.',
    'Look at it with the owners of these files; it is judged by the base as well as by itself.',
  ),
  registry_added: rule(
    '02',
    'registry_added',
    'deny',
    'No change allows itself a registry',
    'Images of a registry that the base does not list were never agreed upon.',
    twoSteps,
  ),
  expected_lowered: rule(
    '03',
    'expected_lowered',
    'deny',
    'The expected number of agents does not fall unseen',
    'With a lower number an agent that vanished is not missed.',
    twoSteps,
  ),
  facts_loosened: rule(
    '04',
    'facts_loosened',
    'deny',
    'Facts that rules rely on do not soften unseen',
    'A rule that reads the facts of the change judges the change by its own word.',
    twoSteps,
  ),
  rule_removed: rule('05', 'rule_removed', 'deny', 'No rule is deleted unseen', 'The change is judged by the base, but nothing after it would be.', twoSteps),
  rule_softened: rule(
    '06',
    'rule_softened',
    'deny',
    'No rule softens unseen',
    'A later day, a lower severity or a lost control weakens every later verdict.',
    twoSteps,
  ),
  case_removed: rule(
    '07',
    'case_removed',
    'deny',
    'No case of a rule is lost unseen',
    'Cases and examples are what keeps a rule from being emptied while its name stays.',
    twoSteps,
  ),
  owners: rule(
    '08',
    'owners',
    'deny',
    'What judges has owners',
    'GitHub asks nobody where CODEOWNERS is missing, too large, or has no owner for a file.',
    'Give every guarded path a line of its own with a team in .github/CODEOWNERS.',
  ),
} as const;

export type GuardRule = keyof typeof guardRules;
