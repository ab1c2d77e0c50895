import { expect, test } from 'vitest';
import type { RootInput } from '#model/policy.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { policyFinding } from '#policy/judge.ts';
import { valueAt } from '#util/manifest.ts';
import { memoryJudge, result, rule } from '../../test/support/memory-evaluator.ts';
import { schemasWith } from '../../test/support/memory-schemas.ts';
import { markDebt } from './debt.ts';

const rules = [rule('a.one')];
const thing = (spec: object) => ({ apiVersion: 'tests/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'n' }, spec });
const id = 'tests/v1/Thing/n/a';
const rendered = (path: string, spec: object): [string, RenderedRoot] => [path, { root: { path, kind: 'bootstrap' }, objects: [thing(spec)] }];

/** Denies every thing whose `bad` is above zero; counts how often it was asked. */
const asked: string[] = [];
const judge = memoryJudge(rules, (input) => {
  const { root, objects } = input as RootInput;
  asked.push(root.path);
  const bad = Number(valueAt(objects[0]?.object, 'spec', 'bad'));
  return bad > 0 ? { deny: [result('a.one', { object: id, path: ['spec', 'bad'], args: { who: 'a', what: 'harm' } })] } : {};
});
const found = (root: string, effect: 'deny' | 'undecided' = 'deny') =>
  policyFinding(rules, result('a.one', { object: id, path: ['spec', 'bad'], args: { who: 'a', what: 'harm', missing: 'x' } }), effect, root);

const standings = async (head: ReadonlyMap<string, RenderedRoot>, base: ReadonlyMap<string, RenderedRoot>, sameFacts = true, findings = [found('x')]) => {
  asked.length = 0;
  const marked = await markDebt(findings, {
    head,
    base,
    sameFacts,
    judges: () => Promise.resolve([judge]),
    schemas: schemasWith({}),
    versions: () => [],
    lint: () => [],
  });
  return { standings: marked.map((f) => f.standing ?? 'new'), asked: [...asked] };
};

test('a root that base rendered the same is not judged again', async () => {
  expect(await standings(new Map([rendered('x', { bad: 1 })]), new Map([rendered('x', { bad: 1 })]))).toEqual({ standings: ['debt'], asked: [] });
});

test('unless the facts that rules see are others', async () => {
  expect(await standings(new Map([rendered('x', { bad: 1 })]), new Map([rendered('x', { bad: 1 })]), false)).toEqual({ standings: ['debt'], asked: ['x'] });
});

test('an unrelated edit leaves debt what it is, at the price of one look', async () => {
  const head = new Map([rendered('x', { bad: 1, other: 2 })]);
  expect(await standings(head, new Map([rendered('x', { bad: 1 })]), true, [found('x'), found('x')])).toEqual({ standings: ['debt', 'debt'], asked: ['x'] });
});

test('a violation that the change brings, or makes worse, is new', async () => {
  expect(await standings(new Map([rendered('x', { bad: 1 })]), new Map([rendered('x', { bad: 0 })]))).toMatchObject({ standings: ['new'] });
  expect(await standings(new Map([rendered('x', { bad: 2 })]), new Map([rendered('x', { bad: 1 })]))).toMatchObject({ standings: ['new'] });
});

test('a new root has no debt, whatever its neighbours have', async () => {
  const head = new Map([rendered('x', { bad: 1 }), rendered('y', { bad: 1 })]);
  expect(await standings(head, new Map([rendered('x', { bad: 1 })]), true, [found('x'), found('y')])).toEqual({ standings: ['debt', 'new'], asked: [] });
});

test('a question without an answer is never debt, nor is a finding about the change as a whole', async () => {
  const same = new Map([rendered('x', { bad: 1 })]);
  expect(await standings(same, same, true, [found('x', 'undecided'), found('')])).toMatchObject({ standings: ['new', 'new'] });
});
