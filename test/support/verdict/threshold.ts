/** What the metric error-ratio of agents/_traits/analysis/v1 decides in each stage, by the rules of Argo Rollouts. */
import type { Interval, VerdictPhase } from '#model/verdict.ts';
import { lookSeconds, looksPerStage } from './canary-runs.ts';

/** As in the template: what is good and bad of the ratio of two minutes, and how many events the ratio needs. */
const [good, bad, fewestEvents, windowSeconds] = [0.01, 0.02, 20, 120];
const [pauseSeconds, intervalSeconds, count, inconclusiveLimit, consecutiveSuccessLimit] = [120, 60, 5, 3, 3];

export interface Outcome {
  readonly phase: VerdictPhase;
  /** Seconds from the start of the rollout. */
  readonly at: number;
}

const measure = (intervals: readonly Interval[], until: number): VerdictPhase => {
  const window = intervals.slice(until - windowSeconds / lookSeconds, until);
  const sum = (of: 'bad' | 'total'): number => window.reduce((all, { canary }) => all + (canary?.[of] ?? 0), 0);
  const ratio = sum('total') > fewestEvents ? sum('bad') / sum('total') : Number.NaN;
  return ratio <= good ? 'Successful' : ratio > bad ? 'Failed' : 'Inconclusive';
};

/** One inline analysis: a failure ends it at once, three good measurements in a row pass it, anything else is inconclusive. */
const stageOutcome = (intervals: readonly Interval[], first: number): Outcome => {
  let [inconclusive, inRow] = [0, 0];
  let until = first + pauseSeconds / lookSeconds;
  for (let n = 0; n < count; n++, until += intervalSeconds / lookSeconds) {
    const phase = measure(intervals, until);
    const at = until * lookSeconds;
    if (phase === 'Failed') return { phase, at };
    inRow = phase === 'Successful' ? inRow + 1 : 0;
    if (phase === 'Inconclusive') inconclusive++;
    if (inconclusive > inconclusiveLimit) return { phase: 'Inconclusive', at };
    if (inRow >= consecutiveSuccessLimit) return { phase, at };
  }
  return { phase: 'Inconclusive', at: until * lookSeconds };
};

/** The first stage that is not passed decides; a rollout that stops for a person is inconclusive. */
export const thresholdOutcome = (intervals: readonly Interval[]): Outcome => {
  let outcome: Outcome = { phase: 'Inconclusive', at: 0 };
  for (let first = 0; first < intervals.length; first += looksPerStage) {
    outcome = stageOutcome(intervals, first);
    if (outcome.phase !== 'Successful') return outcome;
  }
  return outcome;
};
