import { expect, test } from 'vitest';
import { binomial, poisson, type Random, seededRandom } from './random.ts';

const spreadOf = (draw: (random: Random) => number, draws = 4_000) => {
  const random = seededRandom('spread');
  const values = Array.from({ length: draws }, () => draw(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws };
};

test('a seed decides all numbers, and seeds that differ by one character share none', () => {
  const first = (seed: string) => Array.from({ length: 5 }, seededRandom(seed));
  expect(first('1/a/0')).toEqual(first('1/a/0'));
  expect(first('1/a/0').filter((value) => first('1/a/1').includes(value))).toEqual([]);
});

test('numbers are spread evenly over 0 to 1', () => {
  const { mean, variance } = spreadOf((random) => random(), 20_000);
  expect(mean).toBeCloseTo(0.5, 1);
  expect(variance).toBeCloseTo(1 / 12, 2);
});

test.each([0.01, 0.5, 3, 11, 13, 40, 199, 201, 5_000])('Poisson draws of mean %f have that mean and variance', (expected) => {
  const { mean, variance } = spreadOf((random) => poisson(random, expected));
  expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(expected / 4_000));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.4);
});

test.each([
  [10, 0.1],
  [100, 0.006],
  [100, 0.5],
  [100, 0.93],
  [10_000, 0.3],
])('of %i trials with the chance %f, as many succeed as should', (trials, chance) => {
  const { mean, variance } = spreadOf((random) => binomial(random, trials, chance));
  const expected = trials * chance * (1 - chance);
  expect(Math.abs(mean - trials * chance)).toBeLessThan(4 * Math.sqrt(expected / 4_000));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.2);
});

test('impossible and certain events need no luck', () => {
  const random = seededRandom('edges');
  expect([poisson(random, 0), poisson(random, -1), poisson(random, Number.NaN)]).toEqual([0, 0, 0]);
  expect([binomial(random, 0, 0.5), binomial(random, 9, 0), binomial(random, 9, 1), binomial(random, 9, 7)]).toEqual([0, 0, 9, 9]);
});
