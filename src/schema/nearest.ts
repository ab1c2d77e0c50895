import { compareText } from '#util/order.ts';

/** How many letters must be put in, taken out, replaced or swapped with their neighbour to make one word of the other. */
export const editDistance = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

/** The candidate that was probably meant: the same word in other case, or one within a third of the letters. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  const folded = word.toLowerCase();
  const [best] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= word.length / 3)
    .map((candidate) => ({ candidate, distance: editDistance(folded, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || compareText(a.candidate, b.candidate));
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
};
