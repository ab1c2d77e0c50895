import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numerator and denominator of each ratio of a KPI, in one cycle of one group of cells. */
type Ratios = readonly (readonly [numerator: number, denominator: number])[];

/** One cycle after the change and the same hour before it, in both groups. */
export interface MatchedCycle {
  readonly pilotAfter: Ratios;
  readonly pilotBefore: Ratios;
  readonly controlAfter: Ratios;
  readonly controlBefore: Ratios;
}

/** A difference in differences, and what each cycle contributes to its error. */
export interface Difference {
  readonly value: number;
  readonly influences: readonly number[];
  /** Of the pilot after the change, and before it. */
  readonly pilotValue: number;
  readonly pilotBefore: number;
}

const arms = [
  ['pilotAfter', 1],
  ['pilotBefore', -1],
  ['controlAfter', -1],
  ['controlBefore', 1],
] as const;

/**
 * (pilot after - pilot before) - (control after - control before), of ratios of sums; of their logarithms where `relative`.
 * Undefined where a denominator is zero, or where `relative` a numerator is: there is no value then. Influences by the delta method.
 */
export const differenceOf = (cycles: readonly MatchedCycle[], relative: boolean, scale: number): Difference | undefined => {
  const summed = arms.map(([arm, sign]) => ({ sign, ...productOf(cycles.map((cycle) => cycle[arm])) }));
  if (cycles.length === 0 || !summed.every(({ value }) => Number.isFinite(value) && (!relative || value > 0))) return undefined;
  const weigh = (value: number): number => (relative ? 1 : scale * value);
  return {
    value: summed.reduce((sum, { sign, value }) => sum + sign * (relative ? Math.log(value) : scale * value), 0),
    influences: cycles.map((_, t) => summed.reduce((sum, { sign, value, changes }) => sum + sign * weigh(value) * (changes[t] ?? 0), 0)),
    pilotValue: scale * (summed[0]?.value ?? Number.NaN),
    pilotBefore: scale * (summed[1]?.value ?? Number.NaN),
  };
};

/** The product of ratios of sums, and by what share each cycle moves it. */
const productOf = (cycles: readonly Ratios[]): { value: number; changes: number[] } => {
  const sums = (cycles[0] ?? []).map((_, i) => [0, 1].map((side) => cycles.reduce((sum, ratios) => sum + (ratios[i]?.[side] ?? Number.NaN), 0)));
  const value = sums.reduce((product, [n = Number.NaN, d = 0]) => product * (d > 0 ? n / d : Number.NaN), 1);
  const share = (part: number, sum: number): number => (sum > 0 ? (part * cycles.length) / sum : 0);
  const changes = cycles.map((ratios) => ratios.reduce((sum, [n, d], i) => sum + share(n, sums[i]?.[0] ?? 0) - share(d, sums[i]?.[1] ?? 0), 0));
  return { value, changes };
};

export interface Resampling {
  readonly resamples: number;
  readonly seed: number;
}

/** The error of a mean of dependent values, and how the mean is spread in units of it. */
export interface BlockError {
  readonly standardError: number;
  /** Studentised bootstrap draws, ascending. */
  readonly draws: readonly number[];
}

/**
 * Moving-block bootstrap, studentised by the blocks drawn (Kuensch 1989; Goetze and Kuensch 1996), with the block length that
 * Carlstein's rule gives for the autocorrelation; what blocks of that length miss of the error of the whole mean is what an AR(1)
 * series would have there. Takes at least four values. Equal seeds give equal draws. Pure.
 */
export const blockError = (values: readonly number[], { resamples, seed }: Resampling): BlockError => {
  const rho = correlationBound(values);
  const length = blockLength(values.length, rho);
  const means = movingMeans(values, length);
  const blocks = Math.floor(values.length / length);
  const centre = meanOf(means);
  const spread = meanOf(means.map((m) => (m - centre) ** 2));
  const [ofAll, ofBlock] = [varianceOfMean(values.length, rho), varianceOfMean(length, rho)];
  const generator = xoroshiro128plus(seed);
  const draw = (): number => {
    let [sum, squares] = [0, 0];
    for (let b = 0; b < blocks; b++) {
      const m = (means[uniformInt(generator, 0, means.length - 1)] ?? 0) - centre;
      sum += m;
      squares += m * m;
    }
    const variance = (squares - (sum * sum) / blocks) / (blocks - 1);
    return variance > 0 ? sum / blocks / Math.sqrt(variance / blocks) : Math.sign(sum) * Number.MAX_VALUE;
  };
  return { standardError: Math.sqrt((spread * ofAll) / (ofBlock - ofAll)), draws: Array.from({ length: resamples }, draw).sort((a, b) => a - b) };
};

/** Share of the draws that are at least the value, counting the observation itself: a p-value that is never 0. */
export const shareAtLeast = (draws: readonly number[], value: number): number => (draws.filter((d) => d >= value).length + 1) / (draws.length + 1);

/** The draw below which the given share of all lies. */
export const quantileOf = (draws: readonly number[], share: number): number =>
  draws[Math.min(draws.length - 1, Math.floor(share * draws.length))] ?? Number.NaN;

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** At least four blocks are left, or nothing could be said about their spread. */
const blockLength = (count: number, rho: number): number => {
  const wanted = Math.ceil(((Math.sqrt(6) * rho) / (1 - rho * rho)) ** (2 / 3) * count ** (1 / 3));
  return Math.max(1, Math.min(wanted, Math.floor(count / 4)));
};

/** Of the mean of so many neighbours in units of the variance of one, where correlation fades by `rho` from one to the next. */
const varianceOfMean = (count: number, rho: number): number => {
  let sum = 1;
  for (let lag = 1; lag < count; lag++) sum += 2 * (1 - lag / count) * rho ** lag;
  return sum / count;
};

/**
 * The autocorrelation found and one standard error more: short series hide it, and taking it for what was found failed and passed
 * changes at the margin up to three times as often as `alpha` says (measured, docs/judge.md).
 */
const correlationBound = (values: readonly number[]): number => {
  const found = Math.min(0.95, Math.max(0, autocorrelation(values)));
  return Math.min(0.95, found + Math.sqrt((1 - found * found) / values.length));
};

/** Of neighbouring values, with the bias of short series taken out (Kendall 1954). */
const autocorrelation = (values: readonly number[]): number => {
  const centre = meanOf(values);
  const variance = values.reduce((sum, v) => sum + (v - centre) ** 2, 0);
  if (variance === 0) return 0;
  const found = values.slice(1).reduce((sum, v, at) => sum + (v - centre) * ((values[at] ?? 0) - centre), 0) / variance;
  return found + (1 + 4 * found) / values.length;
};

const movingMeans = (values: readonly number[], length: number): number[] => {
  const sums = [0];
  for (const [at, value] of values.entries()) sums.push((sums[at] ?? 0) + value);
  return Array.from({ length: values.length - length + 1 }, (_, at) => ((sums[at + length] ?? 0) - (sums[at] ?? 0)) / length);
};
