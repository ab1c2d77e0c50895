import { expect, test } from 'vitest';
import { rule } from '../../test/support/memory-evaluator.ts';
import { rulesOn } from './effect.ts';

test.each([
  ['a rule without a day', {}, '2027-03-01', 'deny'],
  ['the day before', { effectiveOn: '2027-03-01' }, '2027-02-28', 'warn'],
  ['the day itself', { effectiveOn: '2027-03-01' }, '2027-03-01', 'deny'],
  ['the day after', { effectiveOn: '2027-03-01' }, '2027-03-02', 'deny'],
  ['a day that no calendar has', { effectiveOn: '2099-02-30' }, '2027-03-01', 'deny'],
  ['a text that is no day', { effectiveOn: 'some day' }, '2027-03-01', 'deny'],
  ['advice', { severity: 'warn' as const }, '2027-03-01', 'warn'],
  ['advice whose day has come', { severity: 'warn' as const, effectiveOn: '2027-01-01' }, '2027-03-01', 'warn'],
])('%s', (_, changes, day, severity) => {
  const rules = [rule('a.one', changes)];
  expect(rulesOn(rules, day)).toEqual([rule('a.one', { ...changes, severity: severity as 'deny' })]);
  expect(rules).toEqual([rule('a.one', changes)]);
});
