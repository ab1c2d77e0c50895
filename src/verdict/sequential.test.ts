import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Interval } from '#model/verdict.ts';
import { seededRandom } from '#util/random.ts';
import { canaryRun, type World } from '../../test/support/verdict/canary-runs.ts';
import { everPasses, sequentialOutcome } from '../../test/support/verdict/outcomes.ts';
import { tallyOf, wilson } from '../../test/support/verdict/shares.ts';
import { thresholdOutcome } from '../../test/support/verdict/threshold.ts';
import { type SequentialPlan, type SequentialState, sequentialTest } from './sequential.ts';

const plan: SequentialPlan = { alpha: 0.01, acceptAlpha: 0.05, maxRatio: 2, dispersion: 1 };

const of = (canaryBad: number, canaryTotal: number, controlBad: number, controlTotal: number): Interval => ({
  canary: { bad: canaryBad, total: canaryTotal },
  control: { bad: controlBad, total: controlTotal },
});

const fold = (intervals: readonly Interval[], changes: Partial<SequentialPlan> = {}): SequentialState => {
  const { start, add } = sequentialTest({ ...plan, ...changes });
  return intervals.reduce(add, start);
};

/** Small counts, so that the products of the formula stay within the range of numbers. */
const arm = fc.record({ bad: fc.nat(3), total: fc.integer({ min: 3, max: 200 }) });
const interval: fc.Arbitrary<Interval> = fc.record({ canary: arm, control: arm });

test('the Bayes factor is the mean over the grid of the products of the shares of errors, as the formula is written', () => {
  const ratios = Array.from({ length: 24 }, (_, j) => 1.1 * (30 / 1.1) ** (j / 23));
  const product = (r: number, intervals: readonly Interval[]): number =>
    intervals.reduce((all, { canary, control }) => {
      const [x, n, y, m] = [canary?.bad ?? 0, canary?.total ?? 0, control?.bad ?? 0, control?.total ?? 0];
      const theta = n / (n + m);
      const shifted = (r * theta) / (r * theta + 1 - theta);
      return all * (shifted / theta) ** x * ((1 - shifted) / (1 - theta)) ** y;
    }, 1);
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 8 }), (intervals) => {
      const expected = ratios.reduce((sum, r) => sum + product(r, intervals), 0) / ratios.length;
      expect(sequentialTest(plan).logHarm(fold(intervals))).toBeCloseTo(Math.log(expected), 8);
    }),
  );
});

test('the order of intervals changes nothing of the evidence so far', () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 8 }), (intervals) => {
      const [there, back] = [fold(intervals), fold(intervals.toReversed())];
      for (const [k, log] of there.logLikelihoods.entries()) expect(back.logLikelihoods[k]).toBeCloseTo(log, 8);
    }),
  );
});

test('intervals that could not be read or have no events in an arm are counted as blind and add no evidence', () => {
  const told = fold([of(1, 20, 1, 200)]);
  const blind: Interval[] = [
    { canary: null, control: { bad: 0, total: 9 } },
    { canary: { bad: 0, total: 9 }, control: null },
    of(0, 0, 4, 100),
    of(4, 100, 0, 0),
  ];
  const after = fold([of(1, 20, 1, 200), ...blind]);
  expect(after).toEqual({ ...told, blind: 4, blindSince: 4 });
});

test('events without errors in either arm say nothing about the ratio, however many there are', () => {
  const silent = fold(Array.from({ length: 2000 }, () => of(0, 10_000, 0, 10_000)));
  const { isHarmless, isHarm, upperRatio } = sequentialTest(plan);
  expect([isHarmless(silent), isHarm(silent), upperRatio(silent)]).toEqual([false, false, undefined]);
});

test('a share that is surely small lets a canary pass where no errors leave the ratio open', () => {
  const changes = { maxShare: 0.01 };
  const { isHarmless } = sequentialTest({ ...plan, ...changes });
  expect(isHarmless(fold([of(0, 300, 0, 300)], changes))).toBe(false);
  expect(isHarmless(fold([of(0, 1000, 0, 1000)], changes))).toBe(true);
  expect(isHarmless(fold([of(10, 1000, 10, 1000)], changes))).toBe(false);
});

test('harm that was shown once stays shown', () => {
  const { isHarm, logHarm } = sequentialTest(plan);
  const state = fold([of(40, 100, 1, 100), ...Array.from({ length: 200 }, () => of(1, 100, 5, 100))]);
  expect(logHarm(state)).toBeLessThan(0);
  expect(isHarm(state)).toBe(true);
});

test('twice the dispersion halves what each interval tells', () => {
  const intervals = [of(3, 100, 2, 300), of(5, 100, 2, 300)];
  const [once, twice] = [fold(intervals), fold(intervals, { dispersion: 2 })];
  expect(twice.logLikelihoods).toEqual(once.logLikelihoods.map((log) => log / 2));
});

test('the ratio of a canary that has as many errors is bounded ever closer to 1', () => {
  const { upperRatio } = sequentialTest(plan);
  const bounds = [10, 100, 1000].map((n) => upperRatio(fold(Array.from({ length: n }, () => of(2, 100, 2, 100)))) ?? Number.POSITIVE_INFINITY);
  expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
  expect(bounds[0]).toBeGreaterThan(1.5);
  expect(bounds[2]).toBeLessThan(1.3);
});

const runsOf = (world: World, n: number): Interval[][] => {
  const random = seededRandom(JSON.stringify(world));
  return Array.from({ length: n }, () => canaryRun(world, random));
};

test.each([
  [5, 0.001],
  [50, 0.001],
  [500, 0.001],
  [50, 0.01],
])('at %d events per second with %d errors a healthy canary fails no more often than alpha says', (rps, baseError) => {
  const outcomes = runsOf({ rps, baseError, ratio: 1 }, 600).map((run) => sequentialOutcome({ ...plan, alpha: 0.05 }, run));
  expect(wilson(tallyOf(outcomes.map(({ phase }) => phase === 'Failed')))[1]).toBeLessThan(0.05);
});

test('a canary at its bound passes at any look no more often than acceptAlpha says', () => {
  const passed = runsOf({ rps: 50, baseError: 0.01, ratio: 2 }, 600).map((run) => everPasses(plan, run));
  expect(wilson(tallyOf(passed))[0]).toBeLessThan(0.05);
  const better = runsOf({ rps: 50, baseError: 0.01, ratio: 1 }, 100).map((run) => everPasses(plan, run));
  expect(tallyOf(better).hits).toBeGreaterThan(95);
});

test('five times as many errors at 500 events per second are found, which the thresholds of fast-slo let pass', () => {
  const runs = runsOf({ rps: 500, baseError: 0.001, ratio: 5 }, 200);
  expect(tallyOf(runs.map((run) => sequentialOutcome(plan, run).phase === 'Failed')).hits).toBe(200);
  expect(tallyOf(runs.map((run) => thresholdOutcome(run).phase === 'Failed')).hits).toBeLessThan(10);
});

test('bursts fail healthy canaries when they are taken for Poisson counts, and do not when their dispersion is known', () => {
  const runs = runsOf({ rps: 500, baseError: 0.001, ratio: 1, bursts: { variance: 0.5, seconds: 10 } }, 400);
  const failures = (dispersion: number) => tallyOf(runs.map((run) => sequentialOutcome({ ...plan, dispersion }, run).phase === 'Failed')).hits;
  expect(failures(1)).toBeGreaterThan(4);
  expect(failures(4)).toBeLessThanOrEqual(4);
});
