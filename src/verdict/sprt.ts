import type { Interval } from '#model/verdict.ts';
import { isEvidence, logLikelihoodOf } from './sequential.ts';

export interface SprtPlan {
  /** Ratio of rates that the test is made to find. */
  readonly ratio: number;
  readonly alpha: number;
  /** Chance of passing a canary that has the ratio. */
  readonly beta: number;
  readonly dispersion: number;
}

/**
 * Wald's sequential probability ratio test of `ratio` against 1: harm at ln((1 - beta) / alpha), harmless at
 * ln(beta / (1 - alpha)), whichever bound is reached first; undefined while neither is. It ends sooner than the mixture and
 * says less: right for smoke stages. Pure.
 */
export const sprt = (plan: SprtPlan, intervals: readonly Interval[]): 'harm' | 'harmless' | undefined => {
  let log = 0;
  for (const interval of intervals) {
    if (!isEvidence(interval)) continue;
    log += logLikelihoodOf(plan.ratio, interval) / plan.dispersion;
    if (log >= Math.log((1 - plan.beta) / plan.alpha)) return 'harm';
    if (log <= Math.log(plan.beta / (1 - plan.alpha))) return 'harmless';
  }
  return undefined;
};
