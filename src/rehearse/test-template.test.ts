import { expect, test } from 'vitest';
import type { AnalysisCase } from '#model/analysis-test.ts';
import { metricOf, templateOf } from '../../test/support/rollouts.ts';
import { runCase } from './analysis-test.ts';
import { mutantsOf } from './mutants.ts';
import { testTemplate } from './test-template.ts';

const metric = metricOf('errors', {
  interval: 60,
  count: 3,
  inconclusiveLimit: 1,
  successCondition: 'len(result) == 1 && result[0] <= 0.5',
  failureCondition: 'len(result) == 1 && result[0] > 0.9',
  provider: { kind: 'prometheus', address: '', query: 'sum(rate(errors[2m]))', timeout: 30 },
});
const template = templateOf('slo', [metric]);
const caseOf = (samples: AnalysisCase['samples']['errors'], phase: AnalysisCase['expect']['phase'], measurements?: number): AnalysisCase => ({
  name: 'a case of the test',
  samples: { errors: samples ?? [] },
  expect: { phase, ...(measurements === undefined ? {} : { measurements: { errors: measurements } }) },
});
const testOf = (...cases: AnalysisCase[]) => ({ apiVersion: 'ranfleet.norvik.example/v1alpha1', kind: 'AnalysisTest', cases }) as const;

const whole = [
  caseOf([[0.5]], 'Successful', 3),
  caseOf([[0.9], [0.5]], 'Successful', 3),
  caseOf([[0.51]], 'Inconclusive', 2),
  caseOf([[0.86], [0.86]], 'Inconclusive', 2),
  caseOf([[0.91]], 'Failed', 1),
  caseOf([[], [], []], 'Inconclusive', 2),
  caseOf(
    [
      [0, 0],
      [1, 1],
    ],
    'Inconclusive',
    2,
  ),
  caseOf([{ times: 4, answer: 'error' }, [0.5]], 'Successful', 7),
  caseOf(['error'], 'Error', 5),
];

test('cases that name every edge leave no mutant alive', () => {
  const result = testTemplate(template, testOf(...whole), '1.10');
  expect(result.cases.flatMap(({ problems }) => problems)).toEqual([]);
  expect([result.mutants > 15, result.survivors]).toEqual([true, []]);
});

test.each([
  [[4], 'errors: failureLimit 0 -> 1'],
  [[8], 'errors: consecutiveErrorLimit 4 -> 5'],
  [[0, 1, 7], 'errors: successCondition len(result) == 1 && result[0] <= 0.5 -> len(result) == 1 && result[0] < 0.5'],
])('without the cases %j a mutant lives', (without, survivor) => {
  const { survivors } = testTemplate(template, testOf(...whole.filter((_, at) => !without.includes(at))), '1.10');
  expect(survivors).toContain(survivor);
});

test('a case that fails says what came out, and no mutant is tried', () => {
  const result = testTemplate(template, testOf(caseOf([[0.91]], 'Successful', 3)), '1.10');
  expect(result.cases[0]?.problems).toEqual([
    'ends Failed, not Successful (Metric "errors" assessed Failed due to failed (1) > failureLimit (0))',
    'errors is measured 1 times, not 3',
  ]);
  expect(result.mutants).toBe(0);
});

test.each([
  [{ other: [[1]] }, 'the template has no metric other'],
  [{ errors: [1] }, 'errors gives a list of numbers, like [0.5]'],
])('a case that can not be run is a failed one', (samples, problem) => {
  expect(runCase(template, { name: 'a broken case', samples, expect: { phase: 'Failed' } }, '1.10').problems).toEqual([problem]);
});

test('a metric without a count goes on for ever, and its case says so', () => {
  const endless = templateOf('slo', [{ ...metric, count: undefined, inconclusiveLimit: 1e9 }]);
  expect(runCase(endless, caseOf([[0.5]], 'Successful'), '1.10').problems).toEqual([expect.stringContaining('never ends')]);
});

test('mutants move each limit and number, and the edge of each comparison', () => {
  const what = mutantsOf(metric).map((mutant) => mutant.what.replace('errors: ', ''));
  expect(what).toContain('count 3 -> 4');
  expect(what).toContain('successCondition len(result) == 1 && result[0] <= 0.5 -> len(result) == 1 && result[0] < 0.5');
  expect(what).toContain('failureCondition len(result) == 1 && result[0] > 0.9 -> len(result) == 1 && result[0] > 0.99');
  expect(what.filter((text) => /result\[[^0]/.test(text))).toEqual([]);
  expect(what.filter((text) => text.includes('consecutiveSuccessLimit'))).toEqual([]);
});
