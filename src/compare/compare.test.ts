import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RootChange } from '#model/change.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { compareRoot } from './compare.ts';

const root: Root = { path: 'agents/mro/rings/w0/region', kind: 'agent', agent: 'mro', ring: 'w0', tier: 'region' };
const rendered = (...objects: readonly Manifest[]) => ({ root, objects });
const config = (name: string, data: unknown, kind = 'ConfigMap'): Manifest => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'mro' }, data });
const told = (change: RootChange | undefined) =>
  change && [change.kind, ...change.objects.map((o) => `${o.kind} ${o.id}: ${o.values.map((v) => v.at).join(' ')}`)];

test('the same objects in another order are no change', () => {
  expect(compareRoot(rendered(config('a', 1), config('b', 2)), rendered(config('b', 2), config('a', 1)))).toBeUndefined();
});

test('objects are matched by what they are: kind, namespace and name', () => {
  const head = config('c', 3);
  expect(compareRoot(rendered(config('a', 1), config('b', 2)), rendered(config('b', 9), head))).toEqual({
    root,
    kind: 'changed',
    objects: [
      { id: 'v1/ConfigMap/mro/a', kind: 'removed', values: [], before: config('a', 1) },
      {
        id: 'v1/ConfigMap/mro/b',
        kind: 'changed',
        values: [{ kind: 'changed', path: ['data'], at: 'data', before: 2, after: 9 }],
        before: config('b', 2),
        after: config('b', 9),
      },
      { id: 'v1/ConfigMap/mro/c', kind: 'added', values: [], after: head },
    ],
  });
});

test('a root on one side only is added or removed with all it holds', () => {
  expect(told(compareRoot(undefined, rendered(config('a', 1))))).toEqual(['added', 'added v1/ConfigMap/mro/a: ']);
  expect(told(compareRoot(rendered(config('a', 1)), undefined))).toEqual(['removed', 'removed v1/ConfigMap/mro/a: ']);
  expect(compareRoot(undefined, undefined)).toBeUndefined();
});

describe('a ConfigMap that carries the hash of its content in its name', () => {
  const [old, fresh] = ['runtime-7t87tbkbmc', 'runtime-m8cfdm629k'];

  test('is one change when its content changes', () => {
    expect(told(compareRoot(rendered(config(old, { a: 1 })), rendered(config(fresh, { a: 2 }))))).toEqual([
      'changed',
      `changed v1/ConfigMap/mro/${fresh}: metadata.name data.a`,
    ]);
  });

  test.each([
    ['has another stem', config('other-m8cfdm629k', { a: 2 })],
    ['has no hash', config('runtime', { a: 2 })],
    ['has letters that no hash has', config('runtime-aeioulnpqr', { a: 2 })],
    ['is of another kind', config(fresh, { a: 2 }, 'Secret')],
  ])('is one lost and one new when the new one %s', (_, after) => {
    expect(
      compareRoot(rendered(config(old, { a: 1 })), rendered(after))
        ?.objects.map((o) => o.kind)
        .sort(),
    ).toEqual(['added', 'removed']);
  });

  test('stays itself while another one of its stem appears', () => {
    expect(told(compareRoot(rendered(config(old, 1)), rendered(config(old, 1), config(fresh, 2))))).toEqual(['changed', `added v1/ConfigMap/mro/${fresh}: `]);
  });
});

describe('over any objects', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'runtime-7t87tbkbmc', 'runtime-m8cfdm629k');
  const object = fc.record({ name, data: fc.constantFrom('1', '2', '3') }).map((o) => config(o.name, o.data));
  const objects = fc.uniqueArray(object, { selector: (o) => JSON.stringify(o['metadata']) });

  test('a render does not differ from itself in any order', () => {
    fc.assert(
      fc.property(
        objects.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(compareRoot(rendered(...list), rendered(...shuffled))).toBeUndefined();
        },
      ),
    );
  });

  test('two renders differ both ways or not at all', () => {
    fc.assert(
      fc.property(objects, objects, (a, b) => {
        expect(compareRoot(rendered(...a), rendered(...b)) === undefined).toBe(compareRoot(rendered(...b), rendered(...a)) === undefined);
      }),
    );
  });
});
