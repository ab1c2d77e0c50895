import type { RuleInfo } from '#model/evaluator.ts';

const controls = ['SOC2 CC7.2', 'SOC2 CC7.3', 'NIST AU-9', 'NIST AU-10'];

const rule = (number: string, name: string, title: string, description: string, solution: string) =>
  ({
    code: `evidence.${name}`,
    id: `EVI-${number}`,
    title,
    description,
    severity: 'deny',
    controls,
    failureMessage: '{problem}',
    solution,
  }) as const satisfies RuleInfo;

/** What `ranfleet explain` says about evidence. */
export const evidenceRules = {
  append_only: rule(
    '01',
    'append_only',
    'Evidence is only added to',
    'A record that can be changed or taken away proves nothing about what happened.',
    'Restore the record from the base. What was wrong in it is set right by a further record.',
  ),
  broken: rule(
    '02',
    'broken',
    'Evidence verifies with the keys of the base',
    'A record without its signature, its place in the chain or its seal is no evidence; a key counts once it is merged.',
    'Make records with `ranfleet evidence record` on top of the base; `ranfleet verify` says what is wrong.',
  ),
} as const;
