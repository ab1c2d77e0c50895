import type { Estimate } from '#model/forecast.ts';

/** Standard normal quantile of 0.975. */
const z975 = 1.959964;

/** Share of hits with the 95 % interval of Wilson (1927), which holds near 0 and 1 too. @param all more than 0 */
export const estimate = (hits: number, all: number): Estimate => {
  const share = hits / all;
  const z2 = (z975 * z975) / all;
  const middle = share + z2 / 2;
  const reach = z975 * Math.sqrt((share * (1 - share)) / all + z2 / (4 * all));
  return { share, from: Math.max(0, (middle - reach) / (1 + z2)), to: Math.min(1, (middle + reach) / (1 + z2)) };
};

/** Value at a quantile of values that each count several times; undefined where there are none. */
export const weightedQuantile = (values: readonly (readonly [value: number, weight: number])[], quantile: number): number | undefined => {
  const sorted = values.filter(([, weight]) => weight > 0).sort(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let seen = 0;
  for (const [value, weight] of sorted) {
    seen += weight;
    if (seen >= quantile * all) return value;
  }
  return undefined;
};

/** One-sided level 0.01 and power 0.9. */
const [zAlpha, zBeta] = [2.326348, 1.281552];

/**
 * Decisions that a canary must take until a comparison with the rest of the agent sees its error ratio rise by a factor, at a one-sided
 * level of 1 % with a power of 90 % (two proportions, normal approximation; J. L. Fleiss, Statistical Methods for Rates and Proportions).
 * @param share of the canary in all decisions, 0..1
 */
export const decisionsToSee = (errorRatio: number, factor: number, share: number): number => {
  const [stable, canary] = [errorRatio, Math.min(1, errorRatio * factor)];
  const pooled = share * canary + (1 - share) * stable;
  const odds = share / (1 - share);
  const apart = zAlpha * Math.sqrt(pooled * (1 - pooled) * (1 + odds)) + zBeta * Math.sqrt(canary * (1 - canary) + odds * stable * (1 - stable));
  return Math.ceil((apart / (canary - stable)) ** 2);
};
