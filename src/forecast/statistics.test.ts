import { expect, test } from 'vitest';
import { decisionsToSee, estimate, weightedQuantile } from './statistics.ts';

// Computed for a canary of 5 % at a one-sided level of 1 % with a power of 90 %, rounded to the next whole decision.
test.each([
  [0.001, 1.5, 64_349],
  [0.001, 2, 18_308],
  [0.001, 5, 1_882],
  [0.005, 2, 3_641],
  [0.01, 1.25, 23_631],
  [0.01, 2, 1_807],
])('with an error ratio of %f a rise by %f takes %i decisions of the canary', (ratio, factor, decisions) => {
  expect(decisionsToSee(ratio, factor, 0.05)).toBe(decisions);
});

test('the interval of Wilson is inside 0 to 1 and holds what it is about', () => {
  expect(estimate(0, 3000)).toEqual({ share: 0, from: 0, to: expect.closeTo(0.00128, 5) });
  expect(estimate(3000, 3000).from).toBeCloseTo(0.99872, 5);
  const half = estimate(50, 100);
  expect([half.from, half.to]).toEqual([expect.closeTo(0.4038, 4), expect.closeTo(0.5962, 4)]);
});

test('a quantile counts each value as often as it was seen', () => {
  const values = [
    [9, 1],
    [1, 90],
    [5, 9],
    [7, 0],
  ] as const;
  expect([0.5, 0.9, 0.91, 0.99, 1].map((quantile) => weightedQuantile(values, quantile))).toEqual([1, 1, 5, 5, 9]);
  expect(weightedQuantile([], 0.5)).toBeUndefined();
});
