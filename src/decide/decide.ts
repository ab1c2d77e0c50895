import { type Decision, type Finding, isBlocking } from '#model/finding.ts';
import { count } from '#util/count.ts';
import { compareText } from '#util/order.ts';

/** What the run is known to have done; a gate that looked at nothing has not passed anything. */
export interface Evidence {
  readonly rulesRun: number;
  readonly rootsExpected: number;
  readonly rootsJudged: number;
  readonly objectsExpected: number;
  /** Objects that were held against the schema of their kind. */
  readonly objectsValidated: number;
}

/** Allow, deny or undecided. Pure and total: every input gives one of the three, and only full evidence gives allow. */
export const decide = (findings: readonly Finding[], evidence: Evidence): Decision => {
  const blocking = findings.filter(isBlocking);
  const denied = blocking.filter((f) => f.effect === 'deny');
  const unknown = blocking.filter((f) => f.effect === 'undecided');
  const gaps = gapsIn(evidence);
  const ordered = [...findings].sort(byGravity);
  if (denied.length > 0) return { outcome: 'deny', findings: ordered, reasons: [`${count(denied.length, 'violation')}`, ...gaps] };
  if (unknown.length > 0 || gaps.length > 0) {
    const missing = unknown.length > 0 ? [`${count(unknown.length, 'question')} without an answer`] : [];
    return { outcome: 'undecided', findings: ordered, reasons: [...missing, ...gaps] };
  }
  const warnings = findings.filter((f) => f.effect === 'warn').length;
  const passed = `${count(evidence.rulesRun, 'rule')} over ${count(evidence.rootsJudged, 'root')}, ${cleanliness(findings)}`;
  return { outcome: 'allow', findings: ordered, reasons: [passed, ...(warnings > 0 ? [count(warnings, 'warning')] : [])] };
};

const cleanliness = (findings: readonly Finding[]): string => {
  const denials = findings.filter((f) => f.effect === 'deny');
  if (denials.length === 0) return 'no violation';
  const waived = denials.filter((f) => f.waiver !== undefined).length;
  const old = denials.length - waived;
  return ['no new violation', ...(old > 0 ? [`${old} of debt`] : []), ...(waived > 0 ? [`${waived} waived`] : [])].join(', ');
};

const gapsIn = ({ rulesRun, rootsExpected, rootsJudged, objectsExpected, objectsValidated }: Evidence): string[] => [
  ...(rulesRun > 0 ? [] : ['no rule ran']),
  ...(rootsJudged >= rootsExpected ? [] : [`${rootsExpected - rootsJudged} of ${count(rootsExpected, 'root')} not judged`]),
  ...(objectsValidated >= objectsExpected ? [] : [`${objectsExpected - objectsValidated} of ${count(objectsExpected, 'object')} not held against a schema`]),
];

const gravity = (finding: Finding): number => {
  if (!isBlocking(finding)) return finding.effect === 'deny' ? 2 : 3;
  return finding.effect === 'deny' ? 0 : 1;
};

const byGravity = (a: Finding, b: Finding): number =>
  gravity(a) - gravity(b) || compareText(a.code, b.code) || compareText(a.subject, b.subject) || compareText(a.message, b.message);
