import { describe, expect, test } from 'vitest';
import type { RootChange } from '#model/change.ts';
import type { Root } from '#model/policy.ts';
import { smallFleet } from '../../test/support/small-fleet.ts';
import { blastRadiusOf, reachOf } from './blast-radius.ts';

const fleet = smallFleet();
const componentRings = new Map([['apps/nats/config/1/resources', ['w0', 'w4']]]);
const reach = (change: RootChange) => reachOf(fleet, componentRings, change);
const change = (root: Root, objects: RootChange['objects'] = []): RootChange => ({ root, kind: 'changed', objects });
const agentRoot = (agent: string, ring: string, tier: string) => change({ path: `agents/${agent}/rings/${ring}/${tier}`, kind: 'agent', agent, ring, tier });
const application = (cluster: string) => ({ metadata: { labels: { 'ranfleet.norvik.example/cluster': cluster } } });

describe('one changed root reaches', () => {
  test.each<[string, RootChange, string[], string[]]>([
    ['an agent: the clusters of its ring and tier', agentRoot('mro-optimizer', 'w3', 'region'), ['prd-region-se-01', 'prd-region-se-02'], ['w3']],
    ['a vendor adapter: only clusters with that vendor', agentRoot('nokia-adapter', 'w3', 'region'), ['prd-region-se-02'], ['w3']],
    ['an agent on a tier without clusters: none, in its ring', agentRoot('mro-optimizer', 'w4', 'edge'), [], ['w4']],
    [
      'an agent that head no longer knows: every cluster of its ring and tier',
      agentRoot('gone', 'w3', 'region'),
      ['prd-region-se-01', 'prd-region-se-02'],
      ['w3'],
    ],
    ['a cluster: itself', change({ path: 'clusters/prd-region-es-01', kind: 'cluster', cluster: 'prd-region-es-01' }), ['prd-region-es-01'], ['w4']],
    ['facts of a cluster: itself', change({ path: 'clusters/dev-hub-01/facts', kind: 'facts', cluster: 'dev-hub-01' }), ['dev-hub-01'], ['w0']],
    ['a cluster that the fleet does not know: itself, in no wave', change({ path: 'clusters/x', kind: 'cluster', cluster: 'x' }), ['x'], []],
    [
      'a component: the clusters of the rings that pin it, of its tiers',
      change({ path: 'apps/nats/config/1/resources', kind: 'component', component: 'nats' }),
      ['dev-hub-01', 'dev-region-01', 'prd-region-es-01'],
      ['w0', 'w4'],
    ],
    ['a component that no ring pins: none', change({ path: 'apps/nats/config/9/resources', kind: 'component', component: 'nats' }), [], []],
    [
      'the bootstrap: the clusters whose Applications differ',
      change({ path: '.', kind: 'bootstrap' }, [
        { id: 'a', kind: 'added', values: [], after: application('prd-region-es-01') },
        { id: 'b', kind: 'removed', values: [], before: application('dev-hub-01') },
        { id: 'c', kind: 'added', values: [], after: { kind: 'AppProject' } },
      ]),
      ['dev-hub-01', 'prd-region-es-01'],
      ['w0', 'w4'],
    ],
  ])('%s', (_, changed, clusters, waves) => {
    const reached = reach(changed);
    expect({ clusters: [...reached.clusters].sort(), waves: reached.waves }).toEqual({ clusters, waves });
  });
});

test('the blast radius adds everything up once', () => {
  const changes = [agentRoot('mro-optimizer', 'w3', 'region'), agentRoot('nokia-adapter', 'w3', 'region'), agentRoot('mro-optimizer', 'w0', 'region')];
  expect(blastRadiusOf(fleet, changes, reach)).toEqual({
    clusters: ['dev-region-01', 'prd-region-se-01', 'prd-region-se-02'],
    waves: ['w0', 'w3'],
    environments: ['dev', 'production'],
    countries: ['SE', 'none'],
    vendors: ['ericsson', 'nokia'],
    agents: ['mro-optimizer', 'nokia-adapter'],
    components: [],
    cells: 410,
    productionShare: 66.7,
  });
});

const none = { clusters: [], waves: [], environments: [], countries: [], vendors: [], agents: [], components: [], cells: 0, productionShare: 0 };

test('no change reaches nothing, and a fleet without production has no share of it', () => {
  expect(blastRadiusOf(fleet, [], reach)).toEqual(none);
  const empty = { ...fleet, clusters: new Map() };
  expect(blastRadiusOf(empty, [agentRoot('mro-optimizer', 'w3', 'region')], (c) => reachOf(empty, componentRings, c))).toEqual({
    ...none,
    agents: ['mro-optimizer'],
    waves: ['w3'],
  });
});

test('the whole of production is 100 percent', () => {
  const everywhere = [...fleet.clusters.keys()].map((cluster) => change({ path: `clusters/${cluster}`, kind: 'cluster', cluster }));
  const { cells, productionShare, countries } = blastRadiusOf(fleet, everywhere, reach);
  expect({ cells, productionShare, countries }).toEqual({ cells: 610, productionShare: 100, countries: ['ES', 'SE', 'none'] });
});
