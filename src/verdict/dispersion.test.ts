import { expect, test } from 'vitest';
import { seededRandom } from '#util/random.ts';
import { controlHistory, type World } from '../../test/support/verdict/canary-runs.ts';
import { medianOf } from '../../test/support/verdict/shares.ts';
import { dispersionOf } from './dispersion.ts';

const world: World = { rps: 500, baseError: 0.001, ratio: 1 };

const medianDispersion = (changes: Partial<World>): number => {
  const random = seededRandom('histories');
  return medianOf(Array.from({ length: 60 }, () => dispersionOf(controlHistory({ ...world, ...changes }, random, 6 * 3600)) ?? 0)) ?? 0;
};

test('even rates show a dispersion near 1', () => {
  expect(medianDispersion({})).toBeGreaterThanOrEqual(1);
  expect(medianDispersion({})).toBeLessThan(1.2);
});

test('bursts of an interval show their variance', () => {
  // 1 + variance x events: five events in an interval, half of the mean squared.
  expect(medianDispersion({ bursts: { variance: 0.5, seconds: 10 } })).toBeGreaterThan(2.8);
  expect(medianDispersion({ bursts: { variance: 0.5, seconds: 10 } })).toBeLessThan(5);
});

test('bursts that last show in groups of intervals', () => {
  expect(medianDispersion({ bursts: { variance: 0.5, seconds: 60 } })).toBeGreaterThan(8);
});

test('too little history tells nothing', () => {
  expect(dispersionOf([])).toBeUndefined();
  expect(dispersionOf(Array(19).fill({ bad: 5, total: 100 }))).toBeUndefined();
  expect(dispersionOf(Array(500).fill({ bad: 0, total: 100 }))).toBeUndefined();
  expect(dispersionOf(Array(500).fill({ bad: 0, total: 0 }))).toBeUndefined();
});

test('counts that vary less than by chance are taken for Poisson counts', () => {
  expect(dispersionOf(Array(200).fill({ bad: 5, total: 100 }))).toBe(1);
});
