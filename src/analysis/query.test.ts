import { describe, expect, test } from 'vitest';
import { fillArguments } from './arguments.ts';
import { readQuery } from './query.ts';

test('arguments are filled in, and one that is not given is told', () => {
  expect(
    fillArguments(
      'a{b="{{args.x}}"} > {{ args.y }} + {{args.z}}',
      new Map([
        ['x', '1'],
        ['y', '2'],
      ]),
    ),
  ).toEqual({
    text: 'a{b="1"} > 2 + {{args.z}}',
    unknown: ['args.z'],
  });
});

test('a query tells its metrics, their matchers, its ranges and what it groups by', () => {
  const reading = readQuery('sum by (le) (rate(x_bucket{a="1",b!~"2.*"}[1m30s])) / on(le) group_left(c) {__name__="y", d="e"}');
  expect(reading).toEqual({
    query: {
      shape: 'vector',
      isSingle: false,
      groupings: ['le', 'le', 'c'],
      selectors: [
        {
          metric: 'x_bucket',
          range: 90,
          matchers: [
            { label: 'a', operator: '=', value: '1' },
            { label: 'b', operator: '!~', value: '2.*' },
          ],
        },
        { metric: 'y', range: undefined, matchers: [{ label: 'd', operator: '=', value: 'e' }] },
      ],
    },
  });
});

describe('the result of a query', () => {
  test.each([
    ['1 + 2', 'scalar', true],
    ['scalar(up)', 'scalar', true],
    ['1 > bool 2', 'scalar', true],
    ['up', 'vector', false],
    ['up[5m]', 'matrix', false],
    ['sum(up)', 'vector', true],
    ['sum by (a) (up)', 'vector', false],
    ['topk(1, up)', 'vector', false],
    ['1 - sum(rate(a[1m])) / sum(rate(b[1m]))', 'vector', true],
    ['(sum(a) / sum(b)) and on() (sum(c) > 20)', 'vector', true],
    ['sum(a) or sum(b)', 'vector', false],
    ['sum(a) / b', 'vector', false],
    ['histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))', 'vector', false],
    ['vector(1)', 'vector', true],
  ])('of %s is a %s; one series at most: %s', (text, shape, isSingle) => {
    expect(readQuery(text)).toMatchObject({ query: { shape, isSingle } });
  });

  test.each([
    ['rate(x{response_code~"5.*"}[5m])', 1, 21],
    ['sum(a)\n  /\n  sum(b', 3, 8],
    ['', 1, 1],
    ['rate(up)', 1, 1],
    ['abs(up[5m])', 1, 1],
    ['1 and up', 1, 3],
    ['1 > 2', 1, 3],
    ['up[5m] + 1', 1, 8],
    ['sum(1)', 1, 1],
    ['"text"', 1, 1],
  ])('of %j can not be: line %i, column %i', (text, line, column) => {
    expect(readQuery(text)).toMatchObject({ error: { line, column } });
  });
});
