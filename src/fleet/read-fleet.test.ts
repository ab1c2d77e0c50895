import { describe, expect, test } from 'vitest';
import { overlaySnapshot } from '#util/overlay-snapshot.ts';
import { faultOf } from '../../test/support/faults.ts';
import { smallFleet, smallFleetTree } from '../../test/support/small-fleet.ts';
import { type Tree, treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { readFleet, readFleetWith } from './read-fleet.ts';
import { agentsOf, componentsOf, unitsOf } from './units.ts';

const tree = smallFleetTree();
const without = (path: string): Tree => Object.fromEntries(Object.entries(tree).filter(([p]) => p !== path));
const faultWith = (changes: Tree): string[] => {
  const { code, fault, message } = faultOf(() => readFleet(treeSnapshot({ ...tree, ...changes })));
  return [code, fault, message];
};

test('a fleet is everything that its facts declare', () => {
  const { config, agents, clusters, components, rings, pins } = smallFleet();
  expect({
    expected: config.expectedAgents,
    agents: [...agents.keys()],
    clusters: [...clusters.values()].map((c) => `${c.name} ${c.wave} ${c.cells}`),
    components: [...components.values()].map((c) => `${c.name} ${c.optIn}`),
    rings: [...rings.values()].map((r) => `${r.name} ${r.env}`),
    pins: [...pins].map(
      ([agent, byRing]) => `${agent}: ${[...byRing].map(([ring, p]) => `${ring} ${p.release} from ${p.config} on ${p.tiers.join(' ')}`).join(', ')}`,
    ),
  }).toEqual({
    expected: { dev: 2, staging: 0, production: 3 },
    agents: ['mro-optimizer', 'nokia-adapter', 'queen-coordinator'],
    clusters: ['dev-hub-01 w0 0', 'dev-region-01 w0 10', 'prd-hub-se-01 w3 0', 'prd-region-es-01 w4 200', 'prd-region-se-01 w3 100', 'prd-region-se-02 w3 300'],
    components: ['kafka true', 'nats false'],
    rings: ['w0 dev', 'w3 production', 'w4 production'],
    pins: [
      'mro-optimizer: w0 1.0.0 from 1 on region, w3 1.0.0 from 1 on region',
      'queen-coordinator: w0 1.0.0 from 1 on hub region, w3 1.0.0 from 1 on hub region',
      'nokia-adapter: w3 1.0.0 from 1 on region',
    ],
  });
});

test('folders that start with an underscore, and files elsewhere, are no facts', () => {
  const { agents, clusters } = readFleet(
    treeSnapshot({
      ...tree,
      'agents/_traits/agent.yaml': '[',
      'docs/agents/x/agent.yaml': '[',
      'clusters/_hubs/cluster.yaml': '[',
      'agents/x/y/agent.yaml': '[',
    }),
  );
  expect([agents.size, clusters.size]).toEqual([3, 6]);
});

describe('facts that can not be read are refused, with file and line', () => {
  const agent = 'agents/mro-optimizer/agent.yaml';
  const cluster = 'clusters/prd-region-se-01/cluster.yaml';
  const pin = 'agents/mro-optimizer/rings/w3/pin/kustomization.yaml';
  const edited = (file: string, from: string, to: string): Tree => ({ [file]: (tree[file] ?? '').replace(from, to) });
  const lineOf = (file: string, text: string): number => (tree[file] ?? '').split('\n').findIndex((l) => l.includes(text)) + 1;

  test.each<[string, Tree, string]>([
    ['an unknown field', edited(agent, 'tier: R', 'tier: R\ntear: W'), `${agent}:${lineOf(agent, 'tier: R') + 1}:1: (top): Unrecognized key: "tear"`],
    [
      'a value of another kind',
      edited(agent, 'cpu: 250m', 'cpu: 0.25'),
      `${agent}:${lineOf(agent, 'cpu: 250m')}:5: placement.region.cpu: Invalid input: expected string, received number`,
    ],
    [
      'a quantity in other units',
      edited(agent, 'memory: 512Mi', 'memory: 1Gi'),
      `${agent}:${lineOf(agent, 'memory: 512Mi')}:5: placement.region.memory: must be memory in mebibytes, like 1024Mi`,
    ],
    [
      'a tier that writes without an envelope',
      edited(agent, 'tier: R', 'tier: W'),
      `${agent}:${lineOf(agent, 'writes:')}:1: writes: tier W, and only tier W, has a write envelope`,
    ],
    [
      'shares that do not add up',
      edited(cluster, 'share: 100', 'share: 90'),
      `${cluster}:${lineOf(cluster, 'vendors:')}:3: spec.vendors: shares add up to 90, must be 100`,
    ],
    [
      'a time zone that is none',
      edited(cluster, 'Europe/Stockholm', 'Europe/Atlantis'),
      `${cluster}:${lineOf(cluster, 'timeZone:')}:3: spec.timeZone: must be an IANA time zone, like Europe/Stockholm`,
    ],
    ['a file that is no YAML', { [agent]: 'name: [mro\n' }, `${agent}:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]`],
    ['a name that is not its folder', edited(agent, 'name: mro-optimizer', 'name: other'), `${agent}: name is other, but the folder is mro-optimizer`],
    [
      'a pin of two releases',
      { [pin]: 'kind: Kustomization\nresources:\n  - ../../../releases/1.0.0\n  - ../x\n' },
      `${pin}:2: a pin names exactly one release`,
    ],
    ['a pin of something else', { [pin]: 'resources: [../../../config/1]\n' }, `${pin}:1: a pin names exactly one release`],
    ['a pin of nothing', { [pin]: 'kind: Kustomization\n' }, `${pin}:1: a pin names exactly one release`],
    [
      'a pin of a release that is not there',
      { [pin]: 'resources: [../../../releases/9.9.9]\n' },
      `${pin}: release 9.9.9 does not exist (agents/mro-optimizer/releases/9.9.9/kustomization.yaml)`,
    ],
    [
      'a pin of a ring that is not there',
      { 'agents/mro-optimizer/rings/w99/pin/kustomization.yaml': tree[pin] ?? '' },
      'agents/mro-optimizer/rings/w99/pin/kustomization.yaml: there is no ring w99',
    ],
    [
      'a release without a placement',
      { 'agents/mro-optimizer/releases/1.0.0/kustomization.yaml': 'resources: [../../config/7]\n' },
      'agents/mro-optimizer/releases/1.0.0/kustomization.yaml: names no configuration that has a placement.yaml',
    ],
    [
      'a placement that does not say how much a pod needs',
      { 'agents/mro-optimizer/config/1/placement.yaml': 'spec:\n  region: {replicas: 2, cpu: 500m, memory: much}\n' },
      'agents/mro-optimizer/config/1/placement.yaml: spec.region does not state replicas, cpu and memory',
    ],
  ])('%s', (_, changes, message) => {
    expect(faultWith(changes)).toEqual(['GATE_MALFORMED', 'usage', message]);
  });

  test('problems of several files are told at once, each with its line', () => {
    const [, , message] = faultWith({ ...edited(agent, 'tier: R', 'tier: Q'), ...edited(cluster, 'cells: 100', 'cells: many') });
    expect(message?.split('\n')).toEqual([
      `${agent}:${lineOf(agent, 'tier: R')}:1: tier: Invalid option: expected one of "R"|"A"|"W"`,
      `${cluster}:${lineOf(cluster, 'cells: 100')}:3: spec.cells: Invalid input: expected number, received string`,
    ]);
  });

  test('a repository without fleet.yaml is no fleet', () => {
    expect(faultOf(() => readFleet(treeSnapshot(without('fleet.yaml'))))).toEqual({ code: 'GATE_NO_FLEET', fault: 'usage', message: 'tree has no fleet.yaml' });
  });
});

describe('planned files', () => {
  test('lie over the snapshot: new ones are there, old ones are as before', () => {
    const overlay = overlaySnapshot(
      treeSnapshot({ 'a.txt': 'a', 'b.txt': 'b' }),
      new Map([
        ['b.txt', 'other'],
        ['c.txt', 'c'],
      ]),
    );
    expect([...overlay.files.keys()].map((path) => `${path} ${overlay.read(path)}`)).toEqual(['a.txt a', 'b.txt other', 'c.txt c']);
  });

  test('change what the fleet is', () => {
    const moved = (tree['clusters/prd-region-es-01/cluster.yaml'] ?? '').replace('wave: w4', 'wave: w3');
    expect(readFleetWith(treeSnapshot(tree), new Map([['clusters/prd-region-es-01/cluster.yaml', moved]])).clusters.get('prd-region-es-01')?.wave).toBe('w3');
  });
});

describe('units', () => {
  const fleet = smallFleet();

  test.each([
    ['queen-coordinator', 'w3', ['hub', 'region']],
    ['mro-optimizer', 'w3', ['region']],
    ['mro-optimizer', 'w4', []],
    ['nokia-adapter', 'w3', ['region']],
    ['nobody', 'w3', []],
  ] as const)('%s in %s runs on %j', (agent, ring, tiers) => {
    expect(unitsOf(fleet, agent, ring)).toEqual(tiers);
  });

  test('an adapter runs nowhere in a ring without its vendor', () => {
    const vendorless = smallFleet({
      'clusters/prd-region-se-02/cluster.yaml': (tree['clusters/prd-region-se-02/cluster.yaml'] ?? '').replace('name: nokia', 'name: samsung'),
    });
    expect(unitsOf(vendorless, 'nokia-adapter', 'w3')).toEqual([]);
  });

  test('a ring and tier has its agents and its default components, sorted', () => {
    expect(agentsOf(fleet, 'w3', 'region')).toEqual(['mro-optimizer', 'nokia-adapter', 'queen-coordinator']);
    expect(agentsOf(fleet, 'w0', 'hub')).toEqual(['queen-coordinator']);
    expect([componentsOf(fleet, 'region'), componentsOf(fleet, 'edge')]).toEqual([['nats'], []]);
  });
});
