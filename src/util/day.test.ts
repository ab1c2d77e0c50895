import { describe, expect, test } from 'vitest';
import { dayOf, isDay, parseDay } from './day.ts';

test.each([
  ['2027-01-31', true],
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-02-30', false],
  ['2027-13-01', false],
  ['2027-1-31', false],
  ['2027-01-31T00:00:00Z', false],
  ['soon', false],
  ['', false],
])('whether %j is a day of the calendar: %j', (text, is) => {
  expect(isDay(text)).toBe(is);
});

describe('a time gives its day in UTC', () => {
  test.each([
    ['2027-01-31', '2027-01-31'],
    ['2027-01-31T23:59:59Z', '2027-01-31'],
    ['2027-01-31T23:30:00-01:00', '2027-02-01'],
    ['2027-01-31t00:30:00.250+02:00', '2027-01-30'],
    ['2027-01-31T25:00:00Z', undefined],
    ['2027-02-30T10:00:00Z', undefined],
    ['2027-01-31T10:00:00', undefined],
    ['2027-01-31 10:00:00Z', undefined],
    ['1801353600', undefined],
    ['tomorrow', undefined],
  ])('%j: %j', (text, day) => {
    expect(parseDay(text)).toBe(day);
  });

  test('also when it is an instant of the machine', () => {
    expect(dayOf(new Date(0))).toBe('1970-01-01');
  });
});
