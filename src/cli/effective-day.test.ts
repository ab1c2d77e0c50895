import { describe, expect, test } from 'vitest';
import { faultOf } from '../../test/support/faults.ts';
import { effectiveDay } from './effective-day.ts';

const now = new Date('2027-03-01T23:30:00Z');

test.each([
  [{}, '2027-03-01'],
  [{ effectiveTime: '2027-03-01' }, '2027-03-01'],
  [{ effectiveTime: '2027-03-01T00:00:01Z' }, '2027-03-01'],
  [{ effectiveTime: '2027-03-01T23:00:00-02:00' }, '2027-03-02'],
  [{ effectiveTime: '2030-01-01' }, '2030-01-01'],
  [{ effectiveTime: '2020-01-01', allowPastEffectiveTime: true }, '2020-01-01'],
])('%j is the day %s', (options, day) => {
  expect(effectiveDay(options, now)).toBe(day);
});

describe('is a usage fault', () => {
  test.each(['2027-02-30', 'tomorrow', ''])('for %j, which is no time', (effectiveTime) => {
    expect(faultOf(() => effectiveDay({ effectiveTime }, now))).toEqual({
      code: 'GATE_BAD_TIME',
      fault: 'usage',
      message: `--effective-time ${effectiveTime} is no time`,
    });
  });

  test('for a day that is over', () => {
    expect(faultOf(() => effectiveDay({ effectiveTime: '2027-02-28T23:59:59Z' }, now))).toMatchObject({ code: 'GATE_BAD_TIME', fault: 'usage' });
  });
});
