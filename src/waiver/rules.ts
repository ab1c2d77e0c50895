import type { RuleInfo } from '#model/evaluator.ts';
import { waiverLimits } from '#model/waiver.ts';

const controls = ['SOC2 CC8.1', 'SOC2 CC3.2', 'NIST CM-3(2)', 'NIST CA-5'];

const rule = (number: string, name: string, severity: RuleInfo['severity'], title: string, description: string, solution: string) =>
  ({ code: `waiver.${name}`, id: `WVR-${number}`, title, description, severity, controls, failureMessage: '{problem}', solution }) as const;

const { longest, endsSoon, unused } = waiverLimits;

/** What `ranfleet explain` says about waivers themselves; texts of a single finding come with the finding. */
export const waiverRules = {
  malformed: rule(
    '01',
    'malformed',
    'deny',
    'A waiver can be read',
    'What can not be read is never honoured.',
    'Mend the file; docs/schemas/waiver.schema.json has the fields.',
  ),
  too_broad: rule(
    '02',
    'too_broad',
    'deny',
    'A waiver names what it covers',
    'A pattern also covers what nobody thought of when it was approved.',
    'List rules, clusters, namespaces, names or roots, letter by letter.',
  ),
  too_long: rule(
    '03',
    'too_long',
    'deny',
    'A waiver ends soon',
    `An exception that never ends is a rule of its own: ${longest.deny} days for a rule that denies, ${longest.warn} for one that warns.`,
    'Bring effectiveUntil nearer to effectiveOn.',
  ),
  duplicate: rule(
    '04',
    'duplicate',
    'deny',
    'A waiver has an id of its own',
    'Of two waivers with one id nobody knows which was approved.',
    'Give one of them another id and file name.',
  ),
  self_approved: rule(
    '05',
    'self_approved',
    'deny',
    'Somebody else approves a waiver',
    'Two people have to answer for an exception; a machine answers for nothing.',
    'Name a person in approvedBy who neither owns nor wrote the waiver.',
  ),
  unknown_rule: rule(
    '06',
    'unknown_rule',
    'deny',
    'A waiver names rules that exist',
    'A waiver of no rule hides a mistake in writing.',
    'Name a rule of policies/rules, or a schema or guard rule.',
  ),
  expired: rule('07', 'expired', 'warn', 'A waiver that ended is deleted', 'It is not honoured any more.', 'Delete the file, or have a new term approved.'),
  not_yet: rule('08', 'not_yet', 'warn', 'A waiver that has not started', 'It is not honoured before its first day.', 'Wait for its first day.'),
  ending: rule(
    '09',
    'ending',
    'warn',
    'A waiver ends soon',
    `From ${endsSoon} days before its end a waiver is announced to end.`,
    'Mend what it covers before its last day.',
  ),
  unused: rule(
    '10',
    'unused',
    'deny',
    'A waiver that covers nothing is deleted',
    `What it covered is mended, and left in place it would cover the next violation unseen. Warns for ${unused} days, then denies.`,
    'Delete the file.',
  ),
  pending: rule(
    '11',
    'pending',
    'warn',
    'A waiver counts once it is merged',
    'Waivers are read from the base only, so that no change excuses itself.',
    'Merge the waiver alone, then the change that needs it.',
  ),
  not_entitled: rule(
    '12',
    'not_entitled',
    'deny',
    'A waiver is approved by whom the rule belongs to',
    'Whoever answers for an area says which exceptions it bears; anybody else only means well.',
    'Have somebody approve it whom waivers/approvers.yaml names for the area of each rule, or change that file in a pull request of its own.',
  ),
} as const;

export type WaiverRule = keyof typeof waiverRules;
