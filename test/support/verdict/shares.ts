/** How often something happened in how many runs. */
export interface Tally {
  readonly hits: number;
  readonly runs: number;
}

export const tallyOf = (outcomes: readonly boolean[]): Tally => ({ hits: outcomes.filter(Boolean).length, runs: outcomes.length });

/** 95 % interval of a share (Wilson 1927); it never leaves 0..1 and is not empty at 0 of n. */
export const wilson = ({ hits, runs }: Tally, z = 1.96): readonly [lower: number, upper: number] => {
  const share = hits / runs;
  const centre = (share + (z * z) / (2 * runs)) / (1 + (z * z) / runs);
  const half = (z / (1 + (z * z) / runs)) * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs));
  return [centre - half, centre + half];
};

export const formatShare = (tally: Tally): string => {
  const [lower, upper] = wilson(tally).map((bound) => Math.max(0, bound)) as [number, number];
  return `${(tally.hits / tally.runs).toFixed(3)} (${lower.toFixed(3)}-${upper.toFixed(3)})`;
};

/** The middle value; undefined of none. */
export const medianOf = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
