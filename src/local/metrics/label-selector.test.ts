import { expect, test } from 'vitest';
import { parseLabelSelector } from './label-selector.ts';

const labels = { app: 'agent', 'app.kubernetes.io/name': 'pci-planner', tier: 'edge', empty: '' };

test.each([
  ['', true],
  ['  ', true],
  ['app=agent', true],
  ['app==agent', true],
  [' app = agent ', true],
  ['app=other', false],
  ['absent=agent', false],
  ['toString=x', false],
  ['empty=', true],
  ['absent=', false],
  ['app!=agent', false],
  ['app!=other', true],
  ['absent!=agent', true],
  ['app', true],
  ['empty', true],
  ['absent', false],
  ['toString', false],
  ['!app', false],
  ['!absent', true],
  ['! absent', true],
  ['tier in (edge,hub)', true],
  ['tier in ( hub , edge )', true],
  ['tier in(edge)', true],
  ['tier in (hub)', false],
  ['absent in (edge)', false],
  ['empty in ()', true],
  ['tier notin (hub,region)', true],
  ['tier notin (edge)', false],
  ['absent notin (edge)', true],
  ['app.kubernetes.io/name=pci-planner', true],
  ['app=agent,tier in (hub,edge),!absent', true],
  ['app=agent,tier in (hub,region)', false],
  ['in in (a)', false],
])('%j chooses the agent: %s', (selector, chosen) => {
  expect(parseLabelSelector(selector)(labels)).toBe(chosen);
});

test.each([
  ['app=agent,', '"" is no label key'],
  [',', '"" is no label key'],
  ['=agent', '"=agent" is no label key'],
  ['!', '"" is no label key'],
  ['app=a b', '"a b" is no label value'],
  ['app=-a', '"-a" is no label value'],
  ['app in edge', '"app in edge" is no label key'],
  ['app in (edge', '"app in (edge" is no label key'],
  ['app in (edge))', '"app in (edge))" is no label key'],
  ['app in (a b)', '"a b" is no label value'],
  ['a/b/c', '"a/b/c" is no label key'],
  ['UPPER.example/name', '"UPPER.example/name" is no label key'],
  ['/name', '"/name" is no label key'],
  [`a${'b'.repeat(63)}`, `"a${'b'.repeat(63)}" is no label key`],
  ['count > 1', '"count > 1" is no label key'],
  ['app=agent=more', '"agent=more" is no label value'],
])('%j can not be read', (selector, message) => {
  expect(() => parseLabelSelector(selector)).toThrow(message);
});

test('a selector made to be slow is answered at once', () => {
  const started = performance.now();
  for (const selector of [`${'a '.repeat(20_000)}in (`, `${'('.repeat(50_000)}`, `app=${'a-'.repeat(30_000)}`])
    expect(() => parseLabelSelector(selector)).toThrow();
  expect(performance.now() - started).toBeLessThan(2_000);
});
