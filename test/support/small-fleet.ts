import { stringify } from 'yaml';
import { readFleet } from '#fleet/read-fleet.ts';
import type { Fleet } from '#model/fleet.ts';
import { treeSnapshot } from './tree-snapshot.ts';

type Facts = Readonly<Record<string, unknown>>;

const apiVersion = 'ranfleet.norvik.example/v1alpha1';

export const agentFacts = (name: string, changes: Facts = {}): Facts => ({
  apiVersion,
  kind: 'Agent',
  name,
  summary: `What ${name} does, in one sentence.`,
  owner: '@norvik/ran-mobility',
  group: 'mobility',
  tier: 'R',
  platformCritical: false,
  state: 'S',
  placement: { region: { replicas: 2, cpu: '250m', memory: '512Mi' } },
  inputs: ['KPI summaries'],
  writes: [],
  conflictGroup: name,
  canary: { kpis: ['S13'] },
  slos: [{ name: 'api-error-rate', objective: 1, unit: '%', direction: 'at-most' }],
  ...changes,
});

export const clusterSpec = (name: string, changes: Facts = {}): Facts => ({
  name,
  env: 'production',
  tier: 'region',
  wave: 'w3',
  hub: 'prd-hub-se-01',
  country: 'SE',
  residency: 'EU/SE',
  vendors: [{ name: 'ericsson', share: 100, simulated: false }],
  cells: 100,
  protectedShare: 3,
  timeZone: 'Europe/Stockholm',
  maintenanceWindow: { start: '01:00', end: '04:00' },
  trackingAreas: [1201],
  memoryPeers: [],
  components: [],
  nodes: { count: 3, cpu: 16, memoryGi: 64 },
  ...changes,
});

export const clusterFacts = (spec: Facts): Facts => ({
  apiVersion,
  kind: 'Cluster',
  metadata: { name: 'cluster', annotations: { 'config.kubernetes.io/local-config': 'true' } },
  spec,
});

const ring = (name: string, env: string): Facts => ({
  apiVersion,
  kind: 'Ring',
  name,
  env,
  summary: `The ring ${name} of the small fleet.`,
  bakeHours: { R: 1, A: 2, W: 4 },
  traits: { tier: 'v1', cluster: 'v1' },
});

const component = (name: string, optIn: boolean): Facts => ({
  apiVersion,
  kind: 'Component',
  name,
  summary: `What ${name} is for, in one sentence.`,
  owner: '@norvik/platform',
  optIn,
  tiers: ['hub', 'region'],
  namespace: name,
  upstream: 'none',
});

const agents = [
  agentFacts('mro-optimizer'),
  agentFacts('queen-coordinator', {
    placement: { hub: { replicas: 3, cpu: '500m', memory: '1024Mi' }, region: { replicas: 1, cpu: '250m', memory: '512Mi' } },
  }),
  agentFacts('nokia-adapter', { group: 'vendor-adapters', vendor: 'nokia' }),
];

const clusters = [
  clusterSpec('dev-region-01', { env: 'dev', wave: 'w0', country: 'none', residency: 'none', cells: 10, hub: 'dev-hub-01' }),
  clusterSpec('dev-hub-01', { env: 'dev', wave: 'w0', tier: 'hub', hub: 'dev-hub-01', country: 'none', residency: 'none', cells: 0, vendors: [] }),
  clusterSpec('prd-hub-se-01', { tier: 'hub', hub: 'prd-hub-se-01', cells: 0, vendors: [] }),
  clusterSpec('prd-region-se-01', { memoryPeers: ['prd-region-se-02'] }),
  clusterSpec('prd-region-se-02', {
    cells: 300,
    vendors: [
      { name: 'nokia', share: 60, simulated: false },
      { name: 'ericsson', share: 40, simulated: false },
    ],
    components: ['kafka'],
  }),
  clusterSpec('prd-region-es-01', { wave: 'w4', country: 'ES', residency: 'EU/ES', cells: 200, timeZone: 'Europe/Madrid' }),
];

const pins: readonly (readonly [agent: string, ring: string])[] = [
  ['mro-optimizer', 'w0'],
  ['mro-optimizer', 'w3'],
  ['queen-coordinator', 'w0'],
  ['queen-coordinator', 'w3'],
  ['nokia-adapter', 'w3'],
];

const named = (facts: Facts): string => String(facts['name']);

/** Files of a fleet that is small enough to know by heart: 3 agents, 6 clusters, 3 rings, 2 components. */
export const smallFleetTree = (): Record<string, string> => {
  const files: Record<string, string> = {
    'fleet.yaml': `${stringify({ apiVersion, kind: 'Fleet', repository: 'https://git.norvik.example/ran/ranfleet.git', revision: 'refs/heads/main', registries: ['registry.norvik.example'] })}# What each environment must run.\nexpectedAgents: { dev: 2, staging: 0, production: 3 }\n`,
  };
  for (const [name, env] of [
    ['w0', 'dev'],
    ['w3', 'production'],
    ['w4', 'production'],
  ] as const)
    files[`clusters/_rings/${name}/ring.yaml`] = stringify(ring(name, env));
  for (const spec of clusters) files[`clusters/${named(spec)}/cluster.yaml`] = stringify(clusterFacts(spec));
  for (const facts of [component('nats', false), component('kafka', true)]) files[`apps/${named(facts)}/component.yaml`] = stringify(facts);
  for (const facts of agents) {
    const folder = `agents/${named(facts)}`;
    files[`${folder}/agent.yaml`] = stringify(facts);
    files[`${folder}/config/1/placement.yaml`] = stringify({ spec: { agent: named(facts), ...(facts['placement'] as Facts) } });
    files[`${folder}/config/1/kustomization.yaml`] = `# Configuration 1 of ${named(facts)}: immutable after merge.\nresources: [placement.yaml]\n`;
    files[`${folder}/releases/1.0.0/kustomization.yaml`] = 'resources:\n  - ../../config/1\n';
  }
  for (const [agent, name] of pins) files[`agents/${agent}/rings/${name}/pin/kustomization.yaml`] = 'resources:\n  - ../../../releases/1.0.0\n';
  return files;
};

export const smallFleet = (changes: Readonly<Record<string, string>> = {}): Fleet => readFleet(treeSnapshot({ ...smallFleetTree(), ...changes }));
