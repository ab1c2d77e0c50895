import { expect, test } from 'vitest';
import { durationSeconds } from './duration.ts';

test.each([
  ['90s', 90],
  ['1h30m', 5400],
  ['0.5m', 30],
  ['-10s', -10],
  ['250ms', 0.25],
  ['60', 60],
  [45, 45],
])('%s is %d seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

test.each(['5 m', '1d', '', 's', '1.5', 1.5, null, '1m2'])('%s is no duration', (text) => {
  expect(durationSeconds(text)).toBeUndefined();
});
