import { expect, test } from 'vitest';
import type { Interval } from '#model/verdict.ts';
import { seededRandom } from '#util/random.ts';
import { canaryRun } from '../../test/support/verdict/canary-runs.ts';
import { sprtOutcome } from '../../test/support/verdict/outcomes.ts';
import { tallyOf, wilson } from '../../test/support/verdict/shares.ts';
import { type SprtPlan, sprt } from './sprt.ts';

const plan: SprtPlan = { ratio: 2, alpha: 0.01, beta: 0.1, dispersion: 1 };

/** Equal arms: an error of the canary adds ln(4/3), one of the control takes ln(3/2) away. */
const one = (canaryBad: number, controlBad: number): Interval => ({ canary: { bad: canaryBad, total: 100 }, control: { bad: controlBad, total: 100 } });

test('decides at the error with which a bound of Wald is crossed', () => {
  const harmAt = Math.ceil(Math.log(0.9 / 0.01) / Math.log(4 / 3));
  expect(sprt(plan, Array(harmAt - 1).fill(one(1, 0)))).toBeUndefined();
  expect(sprt(plan, Array(harmAt).fill(one(1, 0)))).toBe('harm');
  const harmlessAt = Math.ceil(Math.log(0.1 / 0.99) / Math.log(2 / 3));
  expect(sprt(plan, Array(harmlessAt - 1).fill(one(0, 1)))).toBeUndefined();
  expect(sprt(plan, Array(harmlessAt).fill(one(0, 1)))).toBe('harmless');
});

test('what comes after the decision does not change it', () => {
  expect(sprt(plan, [...Array(20).fill(one(1, 0)), ...Array(500).fill(one(0, 1))])).toBe('harm');
});

test('decides nothing where nothing could be read', () => {
  expect(
    sprt(plan, [
      { canary: null, control: null },
      { canary: { bad: 0, total: 0 }, control: { bad: 50, total: 100 } },
    ]),
  ).toBeUndefined();
  expect(sprt(plan, [])).toBeUndefined();
});

test('keeps both of its error rates', () => {
  const random = seededRandom('error rates of the smoke test');
  const outcomes = (ratio: number) => Array.from({ length: 500 }, () => sprtOutcome(plan, canaryRun({ rps: 50, baseError: 0.01, ratio }, random)).phase);
  expect(wilson(tallyOf(outcomes(1).map((phase) => phase === 'Failed')))[0]).toBeLessThanOrEqual(plan.alpha);
  const atRatio = outcomes(2);
  expect(wilson(tallyOf(atRatio.map((phase) => phase === 'Successful')))[0]).toBeLessThanOrEqual(plan.beta);
  expect(tallyOf(atRatio.map((phase) => phase === 'Failed')).hits).toBeGreaterThan(420);
});
