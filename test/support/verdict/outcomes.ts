/** What our tests decide about a simulated canary, and when. */
import type { Interval } from '#model/verdict.ts';
import { type SequentialPlan, sequentialTest } from '#verdict/sequential.ts';
import { type SprtPlan, sprt } from '#verdict/sprt.ts';
import { lookSeconds } from './canary-runs.ts';
import type { Outcome } from './threshold.ts';

/** Failed at the first look that shows harm; at the end passed or not. */
export const sequentialOutcome = (plan: SequentialPlan, intervals: readonly Interval[]): Outcome => {
  const test = sequentialTest(plan);
  let state = test.start;
  for (const [at, interval] of intervals.entries()) {
    state = test.add(state, interval);
    if (test.isHarm(state)) return { phase: 'Failed', at: (at + 1) * lookSeconds };
  }
  return { phase: test.isHarmless(state) ? 'Successful' : 'Inconclusive', at: intervals.length * lookSeconds };
};

/** Whether the canary would have passed at any look, though not harmed before. */
export const everPasses = (plan: SequentialPlan, intervals: readonly Interval[]): boolean => {
  const test = sequentialTest(plan);
  let state = test.start;
  return intervals.some((interval) => {
    state = test.add(state, interval);
    return test.isHarmless(state);
  });
};

/** A decision stays, so that the first look with one is found by halving. */
export const sprtOutcome = (plan: SprtPlan, intervals: readonly Interval[]): Outcome => {
  const outcome = sprt(plan, intervals);
  if (outcome === undefined) return { phase: 'Inconclusive', at: intervals.length * lookSeconds };
  let [low, high] = [0, intervals.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sprt(plan, intervals.slice(0, middle)) === undefined) low = middle;
    else high = middle;
  }
  return { phase: outcome === 'harm' ? 'Failed' : 'Successful', at: high * lookSeconds };
};
