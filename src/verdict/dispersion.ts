import type { Arm } from '#model/verdict.ts';

/** Taken where nothing is recorded: enough for bursts of one interval, not for those of a minute (measured, docs/judge.md); a recorded history is better. */
export const unknownDispersion = 3;

/** Bursts show at the length they have: counts are looked at in groups of this many intervals. */
const groupings = [1, 4, 16];
const fewestGroups = 20;

/**
 * Variance of the bad events of a control over that of Poisson counts (Pearson's chi-square over its degrees of freedom), the
 * largest of several groupings and at least 1; undefined where fewer than 20 intervals or 20 bad events are recorded. Pure.
 */
export const dispersionOf = (history: readonly Arm[]): number | undefined => {
  const told = history.filter(({ total }) => total > 0);
  const bad = told.reduce((sum, arm) => sum + arm.bad, 0);
  if (told.length < fewestGroups || bad < fewestGroups) return undefined;
  const usable = groupings.map((size) => grouped(told, size)).filter((groups) => groups.length >= fewestGroups);
  return Math.max(1, ...usable.map(chiSquarePerDegree));
};

const grouped = (arms: readonly Arm[], size: number): Arm[] =>
  Array.from({ length: Math.floor(arms.length / size) }, (_, at) =>
    arms.slice(at * size, (at + 1) * size).reduce((sum, arm) => ({ bad: sum.bad + arm.bad, total: sum.total + arm.total })),
  );

const chiSquarePerDegree = (arms: readonly Arm[]): number => {
  const rate = arms.reduce((sum, a) => sum + a.bad, 0) / arms.reduce((sum, a) => sum + a.total, 0);
  const chiSquare = arms.reduce((sum, { bad, total }) => sum + (bad - rate * total) ** 2 / Math.max(rate * total, Number.MIN_VALUE), 0);
  return chiSquare / (arms.length - 1);
};
