import { expect, test } from 'vitest';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { componentRingsOf } from './component-rings.ts';
import { rootsOf } from './roots.ts';

const treeOf = (...files: string[]) => treeSnapshot(Object.fromEntries(files.map((f) => [f, ''])));

test('every folder that Argo CD or a person builds is a root, in path order', () => {
  const snapshot = treeOf(
    'kustomization.yaml',
    'clusters/prd-hub-se-01/kustomization.yaml',
    'clusters/prd-hub-se-01/facts/kustomization.yml',
    'clusters/_hubs/prd-hub-se-01/kustomization.yaml',
    'apps/nats/config/2/resources/Kustomization',
    'agents/mro/rings/w0/region/kustomization.yaml',
  );
  expect(rootsOf(snapshot)).toEqual([
    { path: '.', kind: 'bootstrap' },
    { path: 'agents/mro/rings/w0/region', kind: 'agent', agent: 'mro', ring: 'w0', tier: 'region' },
    { path: 'apps/nats/config/2/resources', kind: 'component', component: 'nats' },
    { path: 'clusters/_hubs/prd-hub-se-01', kind: 'bootstrap' },
    { path: 'clusters/prd-hub-se-01', kind: 'cluster', cluster: 'prd-hub-se-01' },
    { path: 'clusters/prd-hub-se-01/facts', kind: 'facts', cluster: 'prd-hub-se-01' },
  ]);
});

test.each([
  'agents/mro/kustomization.yaml',
  'agents/mro/config/1/kustomization.yaml',
  'agents/mro/rings/w0/pin/kustomization.yaml',
  'agents/mro/rings/w0/moon/kustomization.yaml',
  'agents/mro/rings/w0/region/deeper/kustomization.yaml',
  'agents/_traits/rings/w0/region/kustomization.yaml',
  'agents/mro/rings/w0/region/deployment.yaml',
  'agents/mro/rings/w0/region/my-kustomization.yaml',
  'clusters/_rings/w0/region/kustomization.yaml',
  'clusters/_traits/kustomization.yaml',
  'apps/nats/config/1/kustomization.yaml',
  'docs/kustomization.yaml',
])('%s makes no root', (file) => {
  expect(rootsOf(treeOf(file))).toEqual([]);
});

test('a folder with two kustomization files is one root', () => {
  expect(rootsOf(treeOf('kustomization.yaml', 'Kustomization'))).toEqual([{ path: '.', kind: 'bootstrap' }]);
});

test('a configuration of a component belongs to every ring whose release leads to it', () => {
  const pin = (version: string) => `resources: [../../releases/${version}]\n`;
  const release = (config: number) => `resources: [../../config/${config}]\n`;
  const snapshot = treeSnapshot({
    'apps/nats/rings/w0/kustomization.yaml': pin('2.0.0'),
    'apps/nats/rings/w1/kustomization.yaml': pin('1.0.1'),
    'apps/nats/rings/w2/kustomization.yaml': pin('1.0.0'),
    'apps/nats/rings/w3/kustomization.yaml': pin('0.9.0'),
    'apps/nats/releases/1.0.0/kustomization.yaml': release(1),
    'apps/nats/releases/1.0.1/kustomization.yaml': release(1),
    'apps/nats/releases/2.0.0/kustomization.yaml': release(2),
  });
  expect(componentRingsOf(snapshot)).toEqual(
    new Map([
      ['apps/nats/config/2/resources', ['w0']],
      ['apps/nats/config/1/resources', ['w1', 'w2']],
    ]),
  );
});
