import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm, isJointHarm, shareOf } from './multiplicity.ts';

test('the parts of a budget add up to it', () => {
  expect(shareOf(0.01, 5) * 5).toBeCloseTo(0.01, 12);
  expect(shareOf(0.01, 0)).toBe(0.01);
});

test('harm that no metric shows alone is found in their mean, and one quiet metric more can hide it', () => {
  const log = Math.log(120);
  expect(isJointHarm([log, log, log], 0.01)).toBe(true);
  expect(isJointHarm([log, 0], 0.01)).toBe(false);
  expect(isJointHarm([], 0.01)).toBe(false);
});

test('Bayes factors beyond the range of numbers are added all the same', () => {
  expect(isJointHarm([5000, -5000], 0.01)).toBe(true);
  expect(isJointHarm([-5000, -6000], 0.01)).toBe(false);
});

test('the step-down procedure gives the textbook answer', () => {
  // Against 0.05/4, 0.05/3, 0.05/2, 0.05/1 in the order of size.
  expect(holm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
  expect(holm([0.02, 0.001], 0.05)).toEqual([true, true]);
  expect(holm([], 0.05)).toEqual([]);
});

test('a p-value that is no number rejects nothing', () => {
  expect(holm([Number.NaN, 0.001], 0.05)).toEqual([false, true]);
  expect(holm([0.001, Number.NaN], 0.05)).toEqual([true, false]);
});

test('no hypothesis falls that would not fall alone, and what Bonferroni rejects falls', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }), (pValues) => {
      for (const [at, falls] of holm(pValues, 0.05).entries()) {
        const p = pValues[at] ?? 1;
        if (falls) expect(p).toBeLessThanOrEqual(0.05);
        if (p <= 0.05 / pValues.length) expect(falls).toBe(true);
      }
    }),
  );
});
