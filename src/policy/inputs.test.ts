import { describe, expect, test } from 'vitest';
import type { RootChange } from '#model/change.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { smallFleet } from '../../test/support/small-fleet.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { changedFiles, changeInput, fileInputs } from './change-input.ts';
import { rootInput } from './root-input.ts';

test('files differ by content and by type, in path order', () => {
  const base = treeSnapshot({ 'b.yaml': '1', 'same.yaml': '1', 'gone.yaml': '1', link: 'target' });
  const head = treeSnapshot({ 'same.yaml': '1', 'b.yaml': '2', link: { symlink: 'target' }, 'a.yaml': '1' });
  expect(changedFiles(base, head)).toEqual([
    { path: 'a.yaml', status: 'added' },
    { path: 'b.yaml', status: 'modified' },
    { path: 'gone.yaml', status: 'deleted' },
    { path: 'link', status: 'modified' },
  ]);
  expect(changedFiles(base, base)).toEqual([]);
});

describe('a file of an immutable folder names that folder', () => {
  test.each([
    ['agents/mro/config/1/runtime.yaml', 'agents/mro/config/1'],
    ['agents/mro/releases/1.0.0/kustomization.yaml', 'agents/mro/releases/1.0.0'],
    ['apps/nats/config/2/resources/a/b.yaml', 'apps/nats/config/2'],
    ['apps/nats/releases/2.0.0/kustomization.yaml', 'apps/nats/releases/2.0.0'],
    ['agents/_traits/network/v1/kustomization.yaml', 'agents/_traits/network/v1'],
    ['clusters/_traits/cluster/v2/kustomization.yaml', 'clusters/_traits/cluster/v2'],
    ['agents/mro/agent.yaml', null],
    ['agents/mro/config/notes.md', null],
    ['agents/mro/rings/w0/pin/kustomization.yaml', null],
    ['agents/_traits/network/README.md', null],
    ['agents/_traits/network/next/kustomization.yaml', null],
    ['clusters/_rings/w0/region/agents.yaml', null],
    ['docs/agents/mro/config/1/x.yaml', null],
  ])('%s: %j', (path, unit) => {
    const [file] = fileInputs([{ path, status: 'added' }], treeSnapshot({}), treeSnapshot({ [path]: '' }), () => true);
    expect(file).toEqual({ path, status: 'added', unit: unit === null ? null : { path: unit, inBase: false, inHead: true, referenced: false } });
  });

  test('and says where the folder exists, and whether a deleted one is still named', () => {
    const base = treeSnapshot({ 'agents/mro/config/1/a.yaml': '', 'agents/mro/config/1/b.yaml': '', 'agents/mro/config/2/a.yaml': '' });
    const head = treeSnapshot({ 'agents/mro/config/1/b.yaml': '' });
    const asked: string[] = [];
    const files = fileInputs(changedFiles(base, head), base, head, (folder) => asked.push(folder) > 0 && folder.endsWith('2'));
    expect(files).toEqual([
      { path: 'agents/mro/config/1/a.yaml', status: 'deleted', unit: { path: 'agents/mro/config/1', inBase: true, inHead: true, referenced: false } },
      { path: 'agents/mro/config/2/a.yaml', status: 'deleted', unit: { path: 'agents/mro/config/2', inBase: true, inHead: false, referenced: true } },
    ]);
    expect(asked).toEqual(['agents/mro/config/1', 'agents/mro/config/2']);
  });
});

const application = (agent: string, kind = 'Application') => ({ kind, metadata: { labels: { 'ranfleet.norvik.example/agent': agent } } });
const change: RootChange = { root: { path: 'clusters/x', kind: 'cluster', cluster: 'x' }, kind: 'added', objects: [] };
const parts = { files: [], changes: [change], fleet: smallFleet(), reach: () => ({ clusters: ['x', 'y'], waves: ['w0', 'w3', 'w4', 'w9'] }) };

test('the policies see each changed root with what it reaches', () => {
  expect(changeInput({ ...parts, clusterRoots: undefined, facts: null, records: null })).toEqual({
    scope: 'change',
    files: [],
    roots: [
      {
        path: 'clusters/x',
        kind: 'cluster',
        cluster: 'x',
        change: 'added',
        clusters: ['x', 'y'],
        waves: ['w0', 'w3', 'w4', 'w9'],
        environments: ['dev', 'production'],
      },
    ],
    inventory: null,
    objects: [],
    promotions: [],
    capacity: { clusters: expect.any(Object) },
    facts: null,
    records: null,
  });
});

test('the inventory counts each agent of a cluster once, and only Applications', () => {
  const objects = [application('mro'), application('anr'), application('mro'), application('nobody', 'ConfigMap'), { kind: 'Application' }];
  const clusterRoots: RenderedRoot[] = [
    { root: change.root, objects },
    { root: { path: 'clusters/y', kind: 'cluster', cluster: 'y' }, objects: [] },
  ];
  expect(changeInput({ ...parts, clusterRoots, facts: null, records: null }).inventory).toEqual({
    clusters: { x: { agents: ['anr', 'mro'] }, y: { agents: [] } },
  });
});

test('the policies see objects of a root with their workloads, and of base only the names of containers', () => {
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'agent', namespace: 'mro' },
    spec: { template: { spec: { containers: [{ name: 'agent' }] } } },
  };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'agent' } };
  const head: RenderedRoot = { root: change.root, objects: [service] };
  const input = rootInput(head, { root: change.root, objects: [rollout, service] });
  expect(input).toEqual({
    scope: 'root',
    root: change.root,
    objects: [{ id: 'v1/Service/-/agent', kind: 'Service', namespace: '', name: 'agent', object: service, workloads: [] }],
    base: { containers: { 'argoproj.io/v1alpha1/Rollout/mro/agent': ['agent'] } },
  });
  expect(rootInput(head, undefined).base).toBeNull();
});
