import { describe, expect, test } from 'vitest';
import { count } from '#util/count.ts';
import { finding, group, report } from '../../test/support/reports.ts';
import { blastLine, costLine, evidenceLine, findingPlace, reachOfGroup, rootsLine, shortValue, valueLine } from './summary.ts';

test('one is one, and all else is many', () => {
  expect([count(0, 'root'), count(1, 'root'), count(2, 'root'), count(2, 'entry', 'entries')]).toEqual(['0 roots', '1 root', '2 roots', '2 entries']);
});

test.each([
  ['text', 'text'],
  ['two\n  lines\ttab', 'two lines tab'],
  [7, '7'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{ a: [1, 'x'] }, '{"a":[1,"x"]}'],
  ['x'.repeat(90), 'x'.repeat(90)],
  ['x'.repeat(91), `${'x'.repeat(89)}…`],
])('the value %j is shown as %j', (value, text) => {
  expect(shortValue(value)).toBe(text);
});

test.each([
  [{ kind: 'added', path: ['a'], at: 'a', after: 1 } as const, '+ a: 1'],
  [{ kind: 'removed', path: ['a'], at: 'a', before: 'x' } as const, '- a: x'],
  [{ kind: 'changed', path: ['a'], at: 'a', before: 1, after: null } as const, '~ a: 1 -> null'],
])('a value that is %j reads %j', (value, text) => {
  expect(valueLine(value)).toBe(text);
});

test('a group says how far it reaches', () => {
  expect(reachOfGroup(group())).toBe('2 clusters, w3');
  expect(reachOfGroup(group({ clusters: ['a'], waves: [] }))).toBe('1 cluster');
  expect(reachOfGroup(group({ clusters: [], waves: [] }))).toBe('1 root');
});

describe('the blast radius', () => {
  const blast = report().blastRadius;

  test.each([
    ['in full', {}, '2 clusters · waves w3 · countries SE · vendors ericsson nokia · 400 cells (66.7 % of production) · agents mro-optimizer'],
    ['outside production', { productionShare: 0, cells: 1, vendors: [], agents: [] }, '2 clusters · waves w3 · countries SE · 1 cell'],
    [
      'of many agents',
      { agents: ['a', 'b', 'c', 'd', 'e', 'f'], vendors: [] },
      '2 clusters · waves w3 · countries SE · 400 cells (66.7 % of production) · 6 agents',
    ],
    [
      'of components',
      { agents: [], vendors: [], components: ['nats'] },
      '2 clusters · waves w3 · countries SE · 400 cells (66.7 % of production) · components nats',
    ],
    ['of nothing', { clusters: [] }, 'no cluster'],
  ])('%s', (_, changes, text) => {
    expect(blastLine({ ...blast, ...changes })).toBe(text);
  });
});

test('a finding is placed in its source file, else in its object', () => {
  expect(findingPlace(finding({ file: 'a.yaml', line: 3 }))).toBe('a.yaml:3');
  expect(findingPlace(finding({ file: 'a.yaml' }))).toBe('a.yaml:1');
  expect(findingPlace(finding())).toBe('argoproj.io/v1alpha1/Rollout/mro-optimizer/agent spec.template.spec.containers[0].image');
  expect(findingPlace(finding({ path: [] }))).toBe('argoproj.io/v1alpha1/Rollout/mro-optimizer/agent');
});

test('of many roots three are named', () => {
  expect(rootsLine(finding({ roots: ['a', 'b', 'c'] }))).toBe('a, b, c');
  expect(rootsLine(finding({ roots: ['a', 'b', 'c', 'd', 'e'] }))).toBe('a, b, c and 2 more');
});

test('the evidence says what was looked at', () => {
  expect(evidenceLine(report())).toBe('1 root affected, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 1.2 s');
  expect(evidenceLine(report({ mode: 'fleet', times: {} }))).toBe(
    '1 root in the fleet, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 0.0 s',
  );
});

test('what a change adds to the bill is told with its sign, and whether the prices are assumed', () => {
  const cost = { cpu: 0.5, memoryGi: -1, gpu: 0, currency: 'EUR', delta: 1007, basis: 'assumption' } as const;
  expect(costLine(report({ monthlyCost: cost }))).toBe('requests in all clusters +0.5 cores, -1 GiB: +1,007.00 EUR a month, by assumed prices');
  expect(costLine(report({ monthlyCost: { ...cost, cpu: 0, gpu: 2, delta: -3.5, basis: 'contract' } }))).toBe(
    'requests in all clusters -1 GiB, +2 devices: -3.50 EUR a month',
  );
  expect(costLine(report())).toBeUndefined();
});
