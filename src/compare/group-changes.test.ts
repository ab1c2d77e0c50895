import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectChange, RootChange, ValueChange } from '#model/change.ts';
import { groupChanges } from './group-changes.ts';

const value = (before: string, after: string): ValueChange => ({ kind: 'changed', path: ['spec', 'x'], at: 'spec.x', before, after });
const changed = (id: string, before: string, after: string): ObjectChange => ({ id, kind: 'changed', values: [value(before, after)] });
const inCluster = (cluster: string, ...objects: ObjectChange[]): RootChange => ({
  root: { path: `clusters/${cluster}`, kind: 'cluster', cluster },
  kind: 'changed',
  objects,
});
const reach = ({ root }: RootChange) => ({ clusters: [root.cluster ?? root.path], waves: [root.cluster === 'prd-c' ? 'w4' : 'w3'] });

test('the same change in many roots is told once, with everything it reaches', () => {
  const changes = ['prd-b', 'prd-a', 'prd-c'].map((cluster) => inCluster(cluster, changed('v1/Service/mro/agent', '1', '2')));
  expect(groupChanges(changes, reach)).toEqual([
    {
      id: 'v1/Service/mro/agent',
      kind: 'changed',
      values: [value('1', '2')],
      objects: ['v1/Service/mro/agent'],
      roots: ['clusters/prd-a', 'clusters/prd-b', 'clusters/prd-c'],
      clusters: ['prd-a', 'prd-b', 'prd-c'],
      waves: ['w3', 'w4'],
    },
  ]);
});

test('the same change in several namespaces is told once, with all the objects', () => {
  const root: RootChange = {
    root: { path: 'clusters/a/facts', kind: 'facts' },
    kind: 'changed',
    objects: ['mro', 'anr'].map((n) => changed(`v1/ConfigMap/${n}/facts`, '1', '2')),
  };
  expect(groupChanges([root], reach).map((g) => [g.id, g.objects])).toEqual([
    ['v1/ConfigMap/<2 namespaces>/facts', ['v1/ConfigMap/anr/facts', 'v1/ConfigMap/mro/facts']],
  ]);
});

test('another value, object or kind of change is another group; the widest comes first', () => {
  const changes = [
    inCluster('prd-a', changed('v1/Service/mro/x', '1', '2'), changed('v1/Service/mro/y', '1', '2')),
    inCluster('prd-b', changed('v1/Service/mro/x', '1', '3'), changed('v1/Service/mro/y', '1', '2')),
    inCluster('prd-c', { id: 'v1/Service/mro/y', kind: 'removed', values: [], before: { kind: 'Service' } }),
  ];
  expect(groupChanges(changes, reach).map((g) => `${g.kind} ${g.id} in ${g.clusters.join(' ')}`)).toEqual([
    'changed v1/Service/mro/y in prd-a prd-b',
    'changed v1/Service/mro/x in prd-a',
    'changed v1/Service/mro/x in prd-b',
    'removed v1/Service/mro/y in prd-c',
  ]);
});

describe('a cluster that names itself', () => {
  test('in the name of an object and in its values makes no group of its own', () => {
    const changes = ['prd-se', 'prd-es'].map((c) => inCluster(c, changed(`argoproj.io/v1alpha1/Application/argocd/mro.${c}`, `/old/${c}`, `/new/${c}`)));
    expect(groupChanges(changes, reach).map((g) => [g.id, g.clusters])).toEqual([
      ['argoproj.io/v1alpha1/Application/argocd/mro.<cluster>', ['prd-es', 'prd-se']],
    ]);
  });

  test('is not confused with a root of no cluster', () => {
    const agent: RootChange = { root: { path: 'agents/mro', kind: 'agent' }, kind: 'changed', objects: [changed('v1/Service/mro/prd-se', '1', '2')] };
    expect(groupChanges([agent], reach).map((g) => g.id)).toEqual(['v1/Service/mro/prd-se']);
  });
});

test('nothing changed makes no group', () => {
  expect(groupChanges([], reach)).toEqual([]);
});

test('the order of the roots does not matter', () => {
  const object = fc.record({ id: fc.constantFrom('x', 'y', 'mro.$'), before: fc.constantFrom('1', 'host.$'), after: fc.constantFrom('2', 'at.$') });
  const root = fc.record({
    cluster: fc.constantFrom('prd-1', 'prd-2', 'prd-3', 'prd-4'),
    objects: fc.uniqueArray(object, { selector: (o) => o.id, minLength: 1 }),
  });
  const roots = fc.uniqueArray(root, { selector: (r) => r.cluster, minLength: 2 });
  const changeOf = ({ cluster, objects }: { cluster: string; objects: { id: string; before: string; after: string }[] }): RootChange =>
    inCluster(cluster, ...objects.map((o) => changed(o.id.replace('$', cluster), o.before.replace('$', cluster), o.after.replace('$', cluster))));
  fc.assert(
    fc.property(
      roots.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => {
        expect(groupChanges(shuffled.map(changeOf), reach)).toEqual(groupChanges(list.map(changeOf), reach));
      },
    ),
  );
});
