import { type Finding, isBlocking } from '#model/finding.ts';
import { count } from '#util/count.ts';

/** What a finding means for the change, in the order in which reports tell them. */
export const standings = ['violation', 'question', 'warning', 'waived', 'debt'] as const;
export type Standing = (typeof standings)[number];

/** Words for headings. */
export const standingTitles: Readonly<Record<Standing, string>> = {
  violation: 'Violations',
  question: 'Questions without an answer',
  warning: 'Warnings',
  waived: 'Waived',
  debt: 'Debt: stood before this change',
};

export const standingOf = (finding: Finding): Standing => {
  if (finding.effect === 'undecided') return 'question';
  if (isBlocking(finding)) return 'violation';
  if (finding.waiver !== undefined) return 'waived';
  return finding.standing === 'debt' ? 'debt' : 'warning';
};

export type Counts = Readonly<Record<Standing, number>>;

/** The counts that every report gives; each finding is in exactly one of them. */
export const countsOf = (findings: readonly Finding[]): Counts => {
  const counts = { violation: 0, question: 0, warning: 0, waived: 0, debt: 0 };
  for (const finding of findings) counts[standingOf(finding)]++;
  return counts;
};

/** `2 violations · 1 warning`; empty when there is no finding. */
export const countsLine = (counts: Counts): string => {
  const words: Readonly<Record<Standing, string>> = {
    violation: count(counts.violation, 'violation'),
    question: `${count(counts.question, 'question')} without an answer`,
    warning: count(counts.warning, 'warning'),
    waived: `${counts.waived} waived`,
    debt: `${counts.debt} debt`,
  };
  return standings
    .filter((s) => counts[s] > 0)
    .map((s) => words[s])
    .join(' · ');
};

/** Findings by standing, in the order of the decision. */
export const byStanding = (findings: readonly Finding[]): ReadonlyMap<Standing, readonly Finding[]> =>
  new Map(standings.map((s) => [s, findings.filter((f) => standingOf(f) === s)]));
