/** Log-normal latency: half of all decisions take less than the median. */
export interface LatencyDistribution {
  readonly medianSeconds: number;
  /** Standard deviation of the natural logarithm of the seconds. */
  readonly sigma: number;
}

/** Upper bounds of the histogram's buckets in seconds; 0.1 is the target that the gate asks about. */
export const bucketBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];

/** Share of a standard normal below x; the rational approximation errs by less than 1e-7, far below what draws can show. */
const normalBelow = (x: number): number => {
  if (!Number.isFinite(x)) return x > 0 ? 1 : 0;
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
};

const below = ({ medianSeconds, sigma }: LatencyDistribution, seconds: number): number =>
  seconds <= 0 ? 0 : normalBelow((Math.log(seconds) - Math.log(medianSeconds)) / sigma);

/** Share (0..1) of decisions that take longer than the given seconds. */
export const shareAbove = (latency: LatencyDistribution, seconds: number): number => 1 - below(latency, seconds);

export interface Bucket {
  /** Share (0..1) of decisions that fall into this bucket and no lower one. */
  readonly share: number;
  /** Mean latency in seconds of the decisions in it. */
  readonly meanSeconds: number;
}

/** The distribution cut at the histogram's bounds; the shares sum to 1. */
export const bucketsOf = (latency: LatencyDistribution): Bucket[] => {
  const { medianSeconds, sigma } = latency;
  const mean = medianSeconds * Math.exp(sigma ** 2 / 2);
  // The part of the mean that lies below a bound is the mean times the share below it of a distribution shifted by sigma squared.
  const shifted = { medianSeconds: medianSeconds * Math.exp(sigma ** 2), sigma };
  return bucketBounds.map((upper, at) => {
    const lower = bucketBounds[at - 1] ?? 0;
    const share = Math.max(0, below(latency, upper) - below(latency, lower));
    const exact = (mean * (below(shifted, upper) - below(shifted, lower))) / share;
    // In the far tails the quotient of two tiny shares is noise, so the bounds have the last word.
    const highest = Number.isFinite(upper) ? upper : Math.max(2 * lower, exact || 0);
    return { share, meanSeconds: Math.min(highest, Math.max(lower, Number.isFinite(exact) ? exact : lower)) };
  });
};
