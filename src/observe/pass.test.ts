import { expect, test } from 'vitest';
import type { ClusterReader } from '#model/cluster-reader.ts';
import { GateError } from '#model/errors.ts';
import type { AgentSample, ClusterSample } from '#model/observation.ts';
import type { Manifest } from '#model/ports.ts';
import { at, cluster, stage } from '../../test/support/stage.ts';
import { withNetwork } from './network.ts';
import { observeOnce, type PassInput, unitsSeen } from './pass.ts';
import { releaseSignature } from './signature.ts';

const clusters = [cluster('se', { wave: 'w3', hub: 'hub' }), cluster('es', { wave: 'w3', hub: 'hub' }), cluster('de', { wave: 'w5', hub: 'other' })];
const { fleet } = stage({
  at: at('12:00'),
  clusters,
  agents: [{ name: 'mro', tier: 'R', conflictGroup: 'mro', placement: { region: { replicas: 1, cpu: '1m', memory: '1Mi' } } }],
});
const withConfig = { ...fleet, config: { repository: 'https://git.example/fleet.git', revision: 'refs/heads/main' } } as unknown as PassInput['fleet'];

const template = { spec: { containers: [{ name: 'agent', image: 'one' }] } };
const rollout: Manifest = {
  kind: 'Rollout',
  metadata: { name: 'agent', namespace: 'mro', generation: 1 },
  spec: { replicas: 1, selector: { matchLabels: { app: 'mro' } }, template },
  status: { observedGeneration: '1', phase: 'Healthy', currentPodHash: 'h', stableRS: 'h', availableReplicas: 1 },
};
const pod: Manifest = { metadata: { name: 'agent-1', namespace: 'mro', labels: { app: 'mro' } }, spec: template.spec, status: { phase: 'Running' } };
const signature = releaseSignature([rollout]) ?? new Map();

/** A cluster that lists these objects by kind; a kind named in `refuses` gives no answer. */
const reader = (objects: Readonly<Record<string, readonly Manifest[]>>, refuses: readonly string[] = [], asked: string[] = []): ClusterReader => ({
  list: async (_, kind) => {
    asked.push(kind);
    if (refuses.includes(kind)) throw new GateError('GATE_CLUSTER', 'undecided', `${kind}: no answer`, { hint: 'Look at it.' });
    return objects[kind] ?? [];
  },
});

const pass = (readers: Readonly<Record<string, ClusterReader>>, hubs: Readonly<Record<string, ClusterReader>> = {}, more: Partial<PassInput> = {}) =>
  observeOnce({
    fleet: withConfig,
    known: new Map([['agents/mro/rings/w3/region', new Map([['1.0.0', signature]])]]),
    readers: new Map(Object.entries(readers)),
    hubs: new Map(Object.entries(hubs)),
    pins: { holds: () => true },
    now: () => Date.parse(at('12:00')),
    ...more,
  });
const well = { Rollout: [rollout], Pod: [pod] };
type AgentOrCluster = AgentSample | ClusterSample;
const agentOn = (samples: readonly AgentOrCluster[], name: string) => samples.find((s) => s.kind === 'agent' && s.cluster === name);
const clusterOf = (samples: readonly AgentOrCluster[], name: string) => samples.find((s) => s.kind === 'cluster' && s.cluster === name);

test('what is looked at: agents with a pin, on clusters that can be asked', () => {
  expect(unitsSeen(withConfig, ['se', 'es', 'nowhere'])).toEqual([{ agent: 'mro', ring: 'w3', tier: 'region' }]);
  expect(unitsSeen(withConfig, [])).toEqual([]);
});

test('a cluster that can be asked is told with each of its agents; one that can not says nothing', async () => {
  const { samples, problems, simulated } = await pass({ se: reader(well) });
  expect(samples.map(({ kind, cluster: name }) => `${kind} ${name}`)).toEqual(['cluster se', 'agent se']);
  expect(clusterOf(samples, 'se')).toEqual({ kind: 'cluster', at: at('12:00'), cluster: 'se', reachable: true, criticalAlarms: null, incident: null });
  expect(agentOn(samples, 'se')).toMatchObject({ agent: 'mro', release: '1.0.0', sync: 'Unknown', message: 'the hub could not be asked' });
  expect([problems, simulated]).toEqual([[], false]);
});

test('one list without an answer, and nothing of the cluster is known; the others are', async () => {
  for (const kind of ['Rollout', 'StatefulSet', 'AnalysisRun', 'Node', 'Pod']) {
    const { samples, problems } = await pass({ se: reader(well, [kind]), es: reader(well) });
    expect(clusterOf(samples, 'se')).toMatchObject({ reachable: false });
    expect(agentOn(samples, 'se')).toMatchObject({ health: 'Unknown', release: null, aborted: null, analysis: null });
    expect(agentOn(samples, 'es')).toMatchObject({ release: '1.0.0' });
    expect(problems).toEqual([`${kind}: no answer`]);
  }
});

test('the pods are asked for last: no controller speaks of fewer of them', async () => {
  const asked: string[] = [];
  await pass({ se: reader(well, [], asked) });
  expect(asked.at(-1)).toBe('Pod');
});

test('a hub is asked once for all its clusters; its silence, and an Application that is not there, are two things', async () => {
  const asked: string[] = [];
  const readers = { se: reader(well), es: reader(well) };
  const silent = await pass(readers, { hub: reader({}, ['Application'], asked) });
  expect(asked).toEqual(['Application']);
  expect([silent.problems, agentOn(silent.samples, 'se')]).toEqual([['Application: no answer'], expect.objectContaining({ sync: 'Unknown' })]);
  const empty = await pass(readers, { hub: reader({}) });
  expect(empty.problems).toEqual([]);
  expect(agentOn(empty.samples, 'es')).not.toMatchObject({ message: 'the hub could not be asked' });
  expect(agentOn(empty.samples, 'es')).not.toMatchObject({ sync: 'Synced' });
});

test('a simulated node makes all of it simulated', async () => {
  const node: Manifest = { metadata: { name: 'n', annotations: { 'kwok.x-k8s.io/node': 'fake' } } };
  expect((await pass({ se: reader({ ...well, Node: [node] }), es: reader(well) })).simulated).toBe(true);
});

test('what is known of the network stands in the sample of the cluster', async () => {
  const { samples } = await pass({ se: reader(well), es: reader(well) });
  const known = withNetwork(samples, { of: (name) => ({ criticalAlarms: name === 'se' ? 2 : 0, incident: false }) }) as AgentOrCluster[];
  expect([clusterOf(known, 'se'), clusterOf(known, 'es')]).toMatchObject([{ criticalAlarms: 2 }, { criticalAlarms: 0, incident: false }]);
  expect(agentOn(known, 'se')).toEqual(agentOn(samples, 'se'));
});

test('a fault of the program is no silence', async () => {
  const broken: ClusterReader = { list: () => Promise.reject(new TypeError('a bug')) };
  await expect(pass({ se: broken })).rejects.toThrow('a bug');
});
