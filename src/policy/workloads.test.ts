import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workloadsOf } from './workloads.ts';

const image = { raw: 'a:1', registry: 'docker.io', repository: 'a', tag: '1', digest: null };
const template = { metadata: { labels: { app: 'mro', replica: 3 } }, spec: { containers: [{ name: 'agent', image: 'a:1' }] } };
const seen = (kind: string, path: readonly (string | number)[], replicas: number | null = null) => ({
  kind,
  replicas,
  labels: { app: 'mro', replica: '3' },
  path,
  spec: template.spec,
  containers: [{ name: 'agent', role: 'main', path: [...path, 'containers', 0], container: template.spec.containers[0], image, requests: {}, limits: {} }],
});

describe('the pod template of each kind is found', () => {
  test.each(['Rollout', 'Deployment', 'StatefulSet', 'ReplicaSet', 'KindOfNextYear'])('%s', (kind) => {
    expect(workloadsOf({ kind, spec: { replicas: 2, template } })).toEqual([seen(kind, ['spec', 'template', 'spec'], 2)]);
  });

  test.each(['DaemonSet', 'Job'])('%s, which says nothing of replicas', (kind) => {
    expect(workloadsOf({ kind, spec: { template } })).toEqual([seen(kind, ['spec', 'template', 'spec'])]);
  });

  test('Pod', () => {
    expect(workloadsOf({ kind: 'Pod', ...template })).toEqual([seen('Pod', ['spec'])]);
  });

  test('CronJob', () => {
    expect(workloadsOf({ kind: 'CronJob', spec: { jobTemplate: { spec: { template } } } })).toEqual([
      seen('CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']),
    ]);
  });

  test.each(['AnalysisTemplate', 'ClusterAnalysisTemplate'])('the jobs of an %s', (kind) => {
    const metrics = [
      { name: 'prometheus', provider: { prometheus: {} } },
      { name: 'job', provider: { job: { spec: { template } } } },
    ];
    expect(workloadsOf({ kind, spec: { metrics } })).toEqual([seen(kind, ['spec', 'metrics', 1, 'provider', 'job', 'spec', 'template', 'spec'])]);
  });

  test('each template of an Experiment', () => {
    expect(workloadsOf({ kind: 'Experiment', spec: { templates: [{ template }, { template }] } })).toEqual([
      seen('Experiment', ['spec', 'templates', 0, 'template', 'spec']),
      seen('Experiment', ['spec', 'templates', 1, 'template', 'spec']),
    ]);
  });
});

test.each<[string, readonly string[]]>([
  ['PodTemplate', []],
  ['ScaledJob', ['spec', 'jobTargetRef']],
])('a %s keeps its template elsewhere, and it is found all the same', (kind, path) => {
  const object = path.reduceRight<object>((inner, key) => ({ [key]: inner }), { template });
  expect(workloadsOf({ kind, ...object })).toEqual([seen(kind, [...path, 'template', 'spec'])]);
});

test('the jobs of an AnalysisRun are found as those of its template are', () => {
  const metrics = [{ name: 'job', provider: { job: { spec: { template } } } }];
  expect(workloadsOf({ kind: 'AnalysisRun', spec: { metrics } })).toEqual([
    seen('AnalysisRun', ['spec', 'metrics', 0, 'provider', 'job', 'spec', 'template', 'spec']),
  ]);
});

test.each<[string, object, readonly (string | number)[]]>([
  ['RayCluster', { headGroupSpec: { template } }, ['spec', 'headGroupSpec', 'template', 'spec']],
  ['RayCluster', { workerGroupSpecs: [{}, { template }] }, ['spec', 'workerGroupSpecs', 1, 'template', 'spec']],
  ['Sandbox', { podTemplate: template }, ['spec', 'podTemplate', 'spec']],
  ['JobSet', { replicatedJobs: [{ template: { spec: { template } } }] }, ['spec', 'replicatedJobs', 0, 'template', 'spec', 'template', 'spec']],
])('a custom kind that makes pods is judged as a Deployment is: %s', (kind, spec, path) => {
  expect(workloadsOf({ kind, spec })).toEqual([seen(kind, path)]);
});

test('a Rollout that borrows its pods has none of its own', () => {
  expect(workloadsOf({ kind: 'Rollout', spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'agent' } } })).toEqual([]);
});

test('init and ephemeral containers count, each with its role, and quantities are numbers', () => {
  const spec = {
    initContainers: [{ name: 'wait', image: 'w', resources: { requests: { cpu: '100m' } } }],
    containers: [{ name: 'agent', image: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi', cpu: 'much' } } }],
    ephemeralContainers: [{ name: 'debug', image: 'd' }],
  };
  const [workload] = workloadsOf({ kind: 'Rollout', spec: { template: { spec } } });
  expect(workload?.containers.map(({ name, role, path, requests, limits }) => ({ name, role, at: path.slice(3), requests, limits }))).toEqual([
    { name: 'agent', role: 'main', at: ['containers', 0], requests: { cpu: 0.5, memory: 2 ** 30 }, limits: { memory: 2 ** 31 } },
    { name: 'wait', role: 'init', at: ['initContainers', 0], requests: { cpu: 0.1 }, limits: {} },
    { name: 'debug', role: 'ephemeral', at: ['ephemeralContainers', 0], requests: {}, limits: {} },
  ]);
});

test.each([
  ['only init containers', { initContainers: [{ name: 'wait' }] }, 1],
  ['an empty list of containers', { containers: [] }, 0],
  ['a list of containers that is none', { containers: 'many' }, 0],
])('a pod with %s is a workload', (_, spec, containers) => {
  expect(workloadsOf({ kind: 'Rollout', spec: { template: { spec } } }).map((w) => w.containers.length)).toEqual([containers]);
});

test('a container that is no map stays in its place, without name and image', () => {
  const [workload] = workloadsOf({
    kind: 'Deployment',
    spec: { replicas: '3', template: { metadata: { labels: [] }, spec: { containers: ['agent', { name: 7 }] } } },
  });
  const nameless = { name: '', role: 'main', image: { raw: '', registry: '', repository: '', tag: null, digest: null }, requests: {}, limits: {} };
  expect(workload).toMatchObject({ replicas: null, labels: {} });
  expect(workload?.containers).toEqual([
    { ...nameless, path: ['spec', 'template', 'spec', 'containers', 0], container: {} },
    { ...nameless, path: ['spec', 'template', 'spec', 'containers', 1], container: { name: 7 } },
  ]);
});

test.each([
  ['a Service', { kind: 'Service', spec: { ports: [] } }],
  ['a template of other things', { kind: 'ApplicationSet', spec: { template: { spec: { project: 'agents' } } } }],
  ['nothing', {}],
  ['a kind that is no text', { kind: ['Pod'], spec: null }],
  ['metrics that are no list', { kind: 'AnalysisTemplate', spec: { metrics: { job: template } } }],
])('%s has no workload', (_, object) => {
  expect(workloadsOf(object)).toEqual([]);
});

test.each(['constructor', 'toString', '__proto__'])('a kind called %s is a kind like any other', (kind) => {
  expect(workloadsOf({ kind, spec: { template } })).toEqual([seen(kind, ['spec', 'template', 'spec'])]);
});

test('no shape makes the extraction fail', () => {
  const kind = fc.constantFrom('Pod', 'Rollout', 'CronJob', 'AnalysisTemplate', 'Experiment', 'X');
  const key = fc.constantFrom(
    'spec',
    'template',
    'templates',
    'metrics',
    'provider',
    'job',
    'jobTemplate',
    'containers',
    'metadata',
    'labels',
    'resources',
    'requests',
    'image',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'large' },
      fc.constantFrom(null, 1, '', 'x', true),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(kind, value, value, (k, spec, metadata) => {
      for (const w of workloadsOf({ kind: k, spec, metadata })) expect(w.kind).toBe(k);
    }),
  );
});
