import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest } from '#model/ports.ts';
import { agentSampleOf, type UnitSight } from './sample.ts';
import { releaseSignature } from './signature.ts';

const at = Date.parse('2027-01-31T09:30:00.000Z');
const revision = 'a'.repeat(40);
const expected = { repoURL: 'https://git.example/fleet.git', targetRevision: 'refs/heads/main', path: 'agents/watch/rings/w3/region' };

const podSpec = (image: string): object => ({
  containers: [{ name: 'agent', image }],
  volumes: [{ configMap: { name: 'agent-config-22k884t7bd' } }],
});
const templated = (image: string): Manifest => ({ kind: 'Rollout', metadata: { name: 'agent' }, spec: { template: { spec: podSpec(image) } } });
const signed = (image: string) => releaseSignature([templated(image)]) ?? new Map();
const known = new Map([
  ['1.0.0', signed('one')],
  ['1.0.1', signed('two')],
]);

const application = (): Manifest => ({
  metadata: {},
  spec: { source: expected, destination: { name: 'c' } },
  status: {
    reconciledAt: '2027-01-31T09:29:00Z',
    operationState: { phase: 'Succeeded', finishedAt: '2027-01-31T09:28:00Z' },
    sync: { status: 'Synced', revision, comparedTo: { source: expected, destination: { name: 'c' } } },
    health: { status: 'Healthy' },
  },
});
const rollout = (image = 'two'): Manifest => ({
  kind: 'Rollout',
  metadata: { name: 'agent', generation: 3 },
  spec: { replicas: 1, selector: { matchLabels: { app: 'agent' } }, template: { spec: podSpec(image) } },
  status: { observedGeneration: '3', phase: 'Healthy', currentPodHash: 'h2', stableRS: 'h2', availableReplicas: 1 },
});
const pod = (image = 'two'): Manifest => ({ metadata: { labels: { app: 'agent' } }, spec: podSpec(image), status: { phase: 'Running' } });

const sight = (over: Partial<UnitSight> = {}): UnitSight => ({
  at,
  cluster: 'c',
  agent: 'watch',
  pinned: '1.0.1',
  expected,
  application: application(),
  objects: { workloads: [rollout()], pods: [pod()], analysisRuns: [] },
  known,
  holdsPin: (id) => id === revision,
  ...over,
});

/** The object with other values at dotted paths; undefined takes a field away. */
const changed = (object: Manifest, changes: Readonly<Record<string, unknown>>): Manifest => {
  const copy = structuredClone(object) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let inner = copy;
    for (const key of keys) {
      inner[key] = inner[key] ?? {};
      inner = inner[key] as Record<string, unknown>;
    }
    if (value === undefined) delete inner[last];
    else inner[last] = value;
  }
  return copy;
};
const isGood = (s: UnitSight): boolean => {
  const { sync, health, release, hasPin } = agentSampleOf(s);
  return sync === 'Synced' && health === 'Healthy' && release !== null && hasPin;
};

test('a unit that was seen whole is synced, healthy and of its release', () => {
  expect(agentSampleOf(sight())).toMatchObject({ sync: 'Synced', health: 'Healthy', release: '1.0.1', aborted: null, hasPin: true });
});

test('pods of two releases are of none', () => {
  expect(agentSampleOf(sight({ objects: { workloads: [rollout()], pods: [pod('one'), pod('two')], analysisRuns: [] } })).release).toBeNull();
});

test('a rollout that was given up names the release and is degraded', () => {
  const aborted = changed(rollout(), { 'status.abort': true, 'status.phase': 'Degraded' });
  const run = { metadata: { name: 'r', labels: { 'rollouts-pod-template-hash': 'h2' } }, status: { phase: 'Failed' } };
  const sample = agentSampleOf(sight({ objects: { workloads: [aborted], pods: [pod('one')], analysisRuns: [run] } }));
  expect(sample).toMatchObject({ health: 'Degraded', aborted: '1.0.1', release: '1.0.0', analysis: 'Failed' });
});

// argo-cd issue 29410 and kargo issues 2196 and 5166.
test.each([
  ['is from before the end of the last sync', { 'status.operationState.finishedAt': '2027-01-31T09:29:30Z' }],
  ['comes from a controller that fell silent', { 'status.reconciledAt': '2027-01-31T09:00:00Z' }],
  ['was compared with another source', { 'status.sync.comparedTo.source': {} }],
  ['was read while a sync runs', { 'status.operationState.phase': 'Running' }],
  ['follows a sync that failed', { 'status.operationState.phase': 'Failed', 'status.operationState.syncResult.revision': revision }],
  ['has an error among its conditions', { 'status.conditions': [{ type: 'ComparisonError', message: 'no' }] }],
])('a status that %s is neither synced nor healthy', (_, changes) => {
  const { sync, health } = agentSampleOf(sight({ application: changed(application(), changes) }));
  expect([sync, health]).not.toContain('Synced');
  expect([sync, health]).not.toContain('Healthy');
});

const needed = {
  application: ['status', 'status.reconciledAt', 'status.sync', 'status.sync.status', 'status.sync.revision', 'status.sync.comparedTo', 'status.health'],
  workload: [
    'kind',
    'metadata',
    'metadata.generation',
    'spec.selector',
    'status',
    'status.observedGeneration',
    'status.phase',
    'status.stableRS',
    'status.availableReplicas',
  ],
  pod: ['metadata', 'spec', 'spec.containers', 'spec.volumes'],
} as const;

test('whatever is missing, it is never good', () => {
  expect(isGood(sight())).toBe(true);
  const places = Object.entries(needed).flatMap(([kind, paths]) => paths.map((path) => ({ kind, path })));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom<unknown>(undefined, {}, 'other', null, []), ({ kind, path }, value) => {
      const over = (name: string, object: Manifest): Manifest => (kind === name ? changed(object, { [path]: value }) : object);
      const objects = { workloads: [over('workload', rollout())], pods: [over('pod', pod())], analysisRuns: [] };
      expect(isGood(sight({ application: over('application', application()), objects }))).toBe(false);
    }),
  );
  for (const over of [{ application: undefined }, { application: 'absent' }, { objects: undefined }, { known: new Map() }, { holdsPin: () => false }] as const)
    expect(isGood(sight(over))).toBe(false);
});
