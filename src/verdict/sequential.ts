import type { Arm, Interval } from '#model/verdict.ts';

export interface SequentialPlan {
  /** Chance of failing a canary that is no worse than the control, over all looks. */
  readonly alpha: number;
  /** Chance of passing a canary whose ratio of rates is `maxRatio`, over all looks. */
  readonly acceptAlpha: number;
  readonly maxRatio: number;
  readonly maxShare?: number | undefined;
  /** Variance of the counts over that of Poisson counts, at least 1. */
  readonly dispersion: number;
}

/** All that is kept of the intervals so far. */
export interface SequentialState {
  /** ln L(r) / L(1) for each ratio of the grid and, last, for `maxRatio`. */
  readonly logLikelihoods: readonly number[];
  /** Largest ln of the Bayes factor for harm at any look: what once sufficed suffices (Ville's inequality). */
  readonly peak: number;
  readonly canary: Arm;
  readonly control: Arm;
  readonly intervals: number;
  readonly blind: number;
  /** Blind intervals since the last one that told something. */
  readonly blindSince: number;
}

export interface SequentialTest {
  readonly start: SequentialState;
  /** Takes one interval; one without events in either arm, or unread, adds no evidence. */
  readonly add: (state: SequentialState, interval: Interval) => SequentialState;
  /** Natural logarithm of the Bayes factor for harm at this look. */
  readonly logHarm: (state: SequentialState) => number;
  readonly isHarm: (state: SequentialState) => boolean;
  /** Whether the ratio, or the share, is surely below what the plan allows. */
  readonly isHarmless: (state: SequentialState) => boolean;
  /** Smallest ratio of the grid that is surely not reached; undefined where there is none. */
  readonly upperRatio: (state: SequentialState) => number | undefined;
}

/** Ratios of rates that are tried: 24 log-spaced from 1.1 to 30, their inverses, and 1 between them. */
const harms = Array.from({ length: 24 }, (_, j) => 1.1 * (30 / 1.1) ** (j / 23));
const grid = [...harms.map((r) => 1 / r).reverse(), 1, ...harms];
const firstHarm = grid.length - harms.length;

/** Shares of `maxShare` that are tried against it. */
const shares = [0.7, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.005];

/** ln of the mean of the numbers whose logarithms are given: equal weights. */
const logMean = (logs: readonly number[]): number => {
  const top = Math.max(...logs);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - top), 0) / logs.length);
};

/** An arm that nothing was counted in tells nothing. */
export const isEvidence = (interval: Interval): interval is { readonly canary: Arm; readonly control: Arm } =>
  interval.canary !== null && interval.control !== null && interval.canary.total > 0 && interval.control.total > 0;

/** ln L(r) / L(1) of one interval, where the canary had the share theta of all events: x ln r - (x + y) ln(1 + theta (r - 1)). */
export const logLikelihoodOf = (ratio: number, { canary, control }: { readonly canary: Arm; readonly control: Arm }): number =>
  canary.bad * Math.log(ratio) - (canary.bad + control.bad) * Math.log1p((canary.total / (canary.total + control.total)) * (ratio - 1));

const sumOf = (a: Arm, b: Arm): Arm => ({ bad: a.bad + b.bad, total: a.total + b.total });

/**
 * The anytime-valid test of canary against control. Of the bad events of an interval, each belongs to the canary with a chance
 * that follows from the ratio r of the rates and from the canary's measured share of all events, whatever the rate itself does.
 * Harm: mixture of r > 1 against r = 1 (Lindon and Malek, arXiv 2011.03567, with a grid of ratios). Harmless: mixture of smaller
 * ratios against `maxRatio`. Counts that vary more than Poisson counts enter with the power 1 / dispersion. Pure.
 */
export const sequentialTest = (plan: SequentialPlan): SequentialTest => {
  const ratios = [...grid, plan.maxRatio];
  // Where two ways of passing are open, each has half of the chance to be wrong.
  const sure = -Math.log(plan.maxShare === undefined ? plan.acceptAlpha : plan.acceptAlpha / 2);
  return {
    start: { logLikelihoods: ratios.map(() => 0), peak: 0, canary: noEvents, control: noEvents, intervals: 0, blind: 0, blindSince: 0 },
    add: (state, interval) => {
      if (!isEvidence(interval)) return { ...state, blind: state.blind + 1, blindSince: state.blindSince + 1 };
      const { canary, control } = interval;
      const told = { canary: sumOf(state.canary, canary), control: sumOf(state.control, control), intervals: state.intervals + 1, blindSince: 0 };
      if (canary.bad + control.bad === 0) return { ...state, ...told };
      const logLikelihoods = ratios.map((r, k) => (state.logLikelihoods[k] ?? 0) + logLikelihoodOf(r, interval) / plan.dispersion);
      return { ...state, ...told, logLikelihoods, peak: Math.max(state.peak, harmIn(logLikelihoods)) };
    },
    logHarm: ({ logLikelihoods }) => harmIn(logLikelihoods),
    isHarm: ({ peak }) => peak >= -Math.log(plan.alpha),
    isHarmless: (state) => logBelowRatio(plan.maxRatio, state) >= sure || logBelowShare(plan, state) >= sure,
    upperRatio: (state) => grid[grid.findLastIndex((r) => logBelowRatio(r, state) < sure) + 1],
  };
};

const harmIn = (logLikelihoods: readonly number[]): number => logMean(logLikelihoods.slice(firstHarm, grid.length));

const noEvents: Arm = { bad: 0, total: 0 };

/** ln of the Bayes factor of all smaller ratios of the grid against this one, which is on the grid or is `maxRatio`. */
const logBelowRatio = (ratio: number, { logLikelihoods }: SequentialState): number => {
  const at = grid.indexOf(ratio);
  const below = grid.flatMap((r, k) => (r < ratio ? [logLikelihoods[k] ?? 0] : []));
  return below.length === 0 ? Number.NEGATIVE_INFINITY : logMean(below) - (logLikelihoods[at < 0 ? grid.length : at] ?? 0);
};

/** ln of the Bayes factor of smaller shares of bad events of the canary against `maxShare`; the control plays no part. */
const logBelowShare = ({ maxShare, dispersion }: SequentialPlan, { canary: { bad, total } }: SequentialState): number => {
  if (maxShare === undefined) return Number.NEGATIVE_INFINITY;
  return logMean(shares.map((part) => (bad * Math.log(part) + (total - bad) * (Math.log1p(-part * maxShare) - Math.log1p(-maxShare))) / dispersion));
};
