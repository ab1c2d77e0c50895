import type { Finding } from '#model/finding.ts';
import { uniqueSorted } from '#util/order.ts';
import { standingOf } from './counts.ts';
import { findingPlace, standingLine } from './summary.ts';

/** Findings that a person mends with one edit, told once. */
export interface FindingGroup {
  /** Stands for all: the first by subject, with the roots of all. */
  readonly finding: Finding;
  /** All of them, the first included, by subject. */
  readonly findings: readonly Finding[];
}

/**
 * Puts findings together that say the same at the same place: code, standing, source line, message and solution, with the names of their own
 * objects left out. Those without a source line stay alone, since nothing shows that one edit mends them. A group stands where its first
 * finding stood; the order of findings inside it does not depend on the order of input.
 */
export const groupFindings = (findings: readonly Finding[]): FindingGroup[] => {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = [...group].sort((a, b) => compare(a.subject, b.subject) || compare(a.fingerprint, b.fingerprint));
    const [first] = sorted;
    return first === undefined ? [] : [{ finding: { ...first, roots: uniqueSorted(sorted.flatMap((f) => f.roots)) }, findings: sorted }];
  });
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const keyOf = (finding: Finding): string => {
  const { code, effect, message, solution, subject, blame, file, fingerprint } = finding;
  if (blame === undefined && file === undefined) return fingerprint + standingLine(finding);
  return JSON.stringify([code, effect, standingOf(finding), standingLine(finding), findingPlace(finding), without(message, subject), solution]);
};

/** The text with the namespace and the name of its own object replaced, so that equal texts about two objects are equal. */
const without = (text: string, subject: string): string => {
  const [, , namespace = '', name = ''] = subject.split('/').slice(-4);
  return [name, namespace].filter((part) => part.length > 1).reduce((out, part) => out.replaceAll(part, '*'), text);
};

/** `and 11 more objects: ...`, empty for one alone. */
export const othersLine = ({ findings }: FindingGroup, most = 5): string => {
  const others = findings.slice(1).map((f) => `${f.subject} (${f.fingerprint})`);
  if (others.length === 0) return '';
  const shown = others.slice(0, most).join(', ');
  return others.length > most ? `${shown} and ${others.length - most} more` : shown;
};
