import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growthOf } from './counts.ts';

const times = [0, 30, 60, 90, 120];
const series = (...values: readonly (number | undefined)[]): Map<number, number> =>
  new Map(values.flatMap((value, at) => (value === undefined ? [] : [[at * 30, value] as const])));

test('the growth of all series is added up, interval by interval', () => {
  expect(growthOf([series(1, 3, 3, 10, 11), series(100, 100, 107, 107, 107)], times)).toEqual([2, 7, 7, 1]);
});

test('a counter that fell was reset and counts from zero', () => {
  expect(growthOf([series(50, 60, 4, 9, 9)], times)).toEqual([10, 4, 5, 0]);
});

test('what a pod had counted when it was first seen is not taken for growth', () => {
  expect(growthOf([series(undefined, undefined, 40, 45, 45)], times)).toEqual([null, null, 5, 0]);
});

test('a gap is not known, and what grew in it belongs to the interval that ends it', () => {
  expect(growthOf([series(10, undefined, undefined, 16, 17)], times)).toEqual([null, null, 6, 1]);
});

test('no series is no zero', () => {
  expect(growthOf([], times)).toEqual([null, null, null, null]);
  expect(growthOf([series()], times)).toEqual([null, null, null, null]);
});

test('a value that is no whole number makes its interval unknown, whatever other series say', () => {
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 2.5, 2 ** 60])
    expect(growthOf([series(1, odd, 4, 5, 5), series(1, 2, 3, 4, 5)], times)).toEqual([null, 4, 2, 1]);
});

test('pods that come, restart and go lose at most what they had counted when first seen, and nothing is counted twice', () => {
  const increments = fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 });
  const restart = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(increments, restart), { minLength: 1, maxLength: 4 }), (pods) => {
      const all = pods.map(([steps, at]) => {
        let total = 0;
        return series(...steps.map((by, index) => (total = index === at ? by : total + by)));
      });
      const expected = pods.reduce((sum, [steps, at]) => sum + growthSeen(steps, at), 0);
      expect(growthOf(all, times).reduce<number>((sum, by) => sum + (by ?? Number.NaN), 0)).toBe(expected);
    }),
  );
});

/** A reset shows only where the value falls; where it does not, the difference is all that Prometheus can see. */
const growthSeen = (steps: readonly number[], restart: number | undefined): number => {
  let [total, seen] = [steps[0] ?? 0, 0];
  for (const [index, by] of steps.entries()) {
    if (index === 0) continue;
    const next = index === restart ? by : total + by;
    seen += next < total ? next : next - total;
    total = next;
  }
  return seen;
};
