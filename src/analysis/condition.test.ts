import { describe, expect, test } from 'vitest';
import type { ControllerVersion, ResultShape } from '#model/analysis.ts';
import { compileCondition, compileConditions, judgeMeasurement, type Sample } from './condition.ts';

const told = (expr: string, sample: Sample, version: ControllerVersion = '1.10'): string => {
  const compiled = compileCondition(expr, typeof sample === 'number' ? 'scalar' : 'vector', version);
  if ('unsupported' in compiled) return 'unsupported';
  if ('error' in compiled) return 'compile error';
  const outcome = compiled.evaluate(sample);
  return 'value' in outcome ? String(outcome.value) : Object.keys(outcome).join();
};

describe('a condition over what Prometheus answers', () => {
  test.each([
    ['result[0] >= 0.95', [], 'error', 'error'],
    ['all(result, # >= 0.95)', [], 'true', 'true'],
    ['sum(result) < 1', [], 'true', 'true'],
    ['mean(result) < 1', [], 'true', 'true'],
    ['result && result[0] >= 0.9', [], 'compile error', 'compile error'],
    ['max(result) < 1', [], 'compile error', 'error'],
    ['result[0] <= 0.05', [Number.NaN], 'false', 'false'],
    ['!(result[0] > 0.05)', [Number.NaN], 'true', 'true'],
    ['result >= 0.95', [0.97], 'compile error', 'compile error'],
    ['result[0] >= 0.95', 0.97, 'compile error', 'compile error'],
    ['result[0] >= 0.95', [0.97, 0.2], 'true', 'true'],
    ['isNil(result)', [], 'false', 'false'],
    ['default(result, 0) < 1', [], 'error', 'error'],
    ['len(result) == 1 && !isNaN(result[0]) && result[0] <= 0.01', [], 'false', 'false'],
    ['0 <= result[0] <= 1', [0.5], 'compile error', 'true'],
  ] as const)('%s on %j: %s in 1.9, %s in 1.10', (expr, sample, old, current) => {
    expect([told(expr, sample, '1.9'), told(expr, sample, '1.10')]).toEqual([old, current]);
  });
});

test.each(['result matches "a"', 'let x = 1; x > 0', 'reduce(result, # + #acc) > 1', 'result[0:1] == []', 'filter(result, # > 1)[-1] > 2', '{"a": 1} == nil'])(
  '%s is said to be unsupported, and nothing is guessed',
  (expr) => {
    expect(told(expr, [1])).toBe('unsupported');
  },
);

test('a conversion that Go leaves to the processor is unsupported when it happens', () => {
  expect([told('int(result) > 0', 1.5), told('int(result) > 0', Number.NaN)]).toEqual(['true', 'unsupported']);
});

test.each([
  ['result[0] >= ', 14, 'unexpected end of expression'],
  ['result[0] >= 0.95 && reslt[0] < 1', 22, 'unknown name reslt'],
  ['result >= 0.95', 8, '>= does not go with []float64 and float64'],
  ['len(result) % 0 == 1 || 1 % 0 == 1', 27, 'integer divide by zero'],
])('the error in %s is at column %i', (expr, column, message) => {
  expect(compileCondition(expr, 'vector', '1.10')).toEqual({ error: { column, message } });
});

describe('a measurement', () => {
  const judge = (success: string | undefined, failure: string | undefined, sample: Sample, shape: ResultShape = 'vector') =>
    judgeMeasurement(compileConditions({ successCondition: success, failureCondition: failure }, shape, '1.10'), sample);

  test.each([
    [undefined, undefined, [], 'Successful'],
    ['result[0] < 1', undefined, [0.5], 'Successful'],
    ['result[0] < 1', undefined, [2], 'Failed'],
    [undefined, 'result[0] > 1', [2], 'Failed'],
    [undefined, 'result[0] > 1', [Number.NaN], 'Successful'],
    ['result[0] < 1', 'result[0] > 2', [1.5], 'Inconclusive'],
    ['result[0] < 3', 'result[0] > 2', [2.5], 'Failed'],
  ])('with success %s and failure %s is, of %j, %s', (success, failure, sample, phase) => {
    expect(judge(success, failure, sample)).toEqual({ phase });
  });

  test('is an error when either condition fails, and says which place', () => {
    expect(judge('result[0] < 1', undefined, [])).toEqual({ phase: 'Error', message: 'index 0 is out of range: there are 0 values (column 7)' });
    expect(judge('true', 'reslt', [])).toEqual({ phase: 'Error', message: 'unknown name reslt (column 1)' });
  });

  test('is left open by a condition that is not supported', () => {
    expect(judge('result[0] < 1', 'string(result) == ""', [1])).toEqual({ unsupported: 'string() (column 1)' });
  });
});
