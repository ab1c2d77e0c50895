import { expect, test } from 'vitest';
import { ruleInfo } from './rule-info.ts';

test('metadata without anything in it is a rule that denies at once', () => {
  const empty = { code: 'a.one', id: '', title: '', description: '', severity: 'deny', controls: [], failureMessage: '', solution: '' };
  expect(ruleInfo('a.one', undefined)).toEqual(empty);
  expect(ruleInfo('a.one', { custom: { severity: 'info', controls: 'SOC2 CC8.1' } })).toEqual(empty);
});

test('texts lose the line ends that a block of YAML leaves, and controls become texts', () => {
  const note = { title: 'T', description: 'D\n', custom: { id: 'SEC-01', severity: 'warn', failure_msg: 'm', solution: 's\n', controls: ['SOC2 CC8.1', 25] } };
  expect(ruleInfo('a.one', note)).toEqual({
    code: 'a.one',
    id: 'SEC-01',
    title: 'T',
    description: 'D',
    severity: 'warn',
    controls: ['SOC2 CC8.1', '25'],
    failureMessage: 'm',
    solution: 's',
  });
});

test.each([
  ['2027-03-01', '2027-03-01'],
  ['2027-03-01T00:00:00Z', '2027-03-01'],
  ['2027-02-30', '2027-02-30'],
])('the day %s is %s, as opa reads it with and without quotes', (given, day) => {
  expect(ruleInfo('a.one', { custom: { effective_on: given } }).effectiveOn).toBe(day);
});
