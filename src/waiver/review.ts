import type { Finding } from '#model/finding.ts';
import { type Waiver, waiverLimits } from '#model/waiver.ts';
import { daysBetween } from './days.ts';
import { waiverFinding } from './finding.ts';
import { refusalOf, type WaiverCircumstances } from './honour.ts';
import type { WaiverBook, WaiverEntry } from './read.ts';

/** Everything that is wrong with the waivers of one revision on one day: what can not be read, and why a readable one is not honoured. */
export const problemsOf = (book: WaiverBook, on: WaiverCircumstances): Finding[] => [...book.problems, ...book.entries.flatMap((e) => refusalOf(e, on) ?? [])];

/** Waivers that end soon. */
export const endingOf = (entries: readonly WaiverEntry[], on: WaiverCircumstances): Finding[] =>
  entries.flatMap((entry) => {
    const { waiver, file, lineOf } = entry;
    const left = daysBetween(on.day, waiver.effectiveUntil);
    if (left > waiverLimits.endsSoon || refusalOf(entry, on) !== undefined) return [];
    return [
      waiverFinding(
        'ending',
        file,
        lineOf('effectiveUntil'),
        `ends with ${waiver.effectiveUntil}, ${left} days from now; ${waiver.owner} has to mend what it covers`,
      ),
    ];
  });

/**
 * Waivers that cover nothing of the whole fleet. Git does not tell when one was last needed, but it tells the newest day on
 * which that can have changed: the last commit of the waiver or of a folder that it names. From then on the days are counted.
 */
export const unusedOf = (entries: readonly WaiverEntry[], used: ReadonlySet<string>, on: WaiverCircumstances): Finding[] =>
  entries.flatMap((entry) => {
    const { waiver, file, lineOf } = entry;
    if (used.has(waiver.id) || refusalOf(entry, on) !== undefined) return [];
    const since = [waiver.effectiveOn, on.history(file, foldersOf(waiver)).day ?? on.day].sort().at(-1) ?? on.day;
    const days = Math.max(0, daysBetween(since, on.day));
    const effect = days >= waiverLimits.unused ? 'deny' : 'warn';
    return [waiverFinding('unused', file, lineOf('scope'), `covers nothing in the fleet; nothing that it names changed since ${since}`, effect)];
  });

/** Waivers that a change brings, alters or takes away. */
export const pendingOf = (base: WaiverBook, head: WaiverBook): Finding[] => {
  const known = new Map(base.entries.map((e) => [e.file, e.id]));
  return head.entries
    .filter((e) => known.get(e.file) !== e.id)
    .map(({ waiver, file, lineOf }) => {
      const what = known.has(file) ? 'is altered by this change, which is judged by the waiver as it was' : 'is added by this change and does not count for it';
      return waiverFinding('pending', file, lineOf('id'), `${waiver.id} ${what}; it counts from the next pull request on`);
    });
};

/** Folders in which something must change before the waiver is needed no more. */
const foldersOf = ({ scope }: Waiver): string[] => [
  ...(scope.roots ?? []).map((root) => root.split('/').slice(0, 2).join('/')),
  ...(scope.namespaces ?? []).map((namespace) => `agents/${namespace}`),
  ...(scope.clusters ?? []).map((cluster) => `clusters/${cluster}`),
];
