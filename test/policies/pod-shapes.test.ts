import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Root } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { rootInput } from '#policy/root-input.ts';
import { repository } from '../support/policy-cases.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

type Fields = Record<string, unknown>;
type Shape = (spec: Fields) => Manifest[];

const root: Root = { path: 'agents/a/rings/w1/edge', kind: 'agent', agent: 'a', ring: 'w1', tier: 'edge' };
const data = {
  config: { registries: ['registry.norvik.example'], priority_classes: { R: 'low', A: 'mid', W: 'high', rings: ['w1'] } },
  fleet: { agents: { a: { tier: 'W' } } },
};

const object = (apiVersion: string, kind: string, spec: Fields): Manifest => ({ apiVersion, kind, metadata: { name: 'a', namespace: 'a' }, spec });
const rollouts = 'argoproj.io/v1alpha1';
const job = (spec: Fields) => ({ provider: { job: { spec: { template: { spec } } } } });

/** Everything that makes pods, with the same pod in it. */
const shapes: Record<string, Shape> = {
  Rollout: (spec) => [object(rollouts, 'Rollout', { template: { spec } })],
  'Rollout with workloadRef': (spec) => [
    object(rollouts, 'Rollout', { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } }),
    object('apps/v1', 'Deployment', { replicas: 0, template: { spec } }),
  ],
  Deployment: (spec) => [object('apps/v1', 'Deployment', { template: { spec } })],
  StatefulSet: (spec) => [object('apps/v1', 'StatefulSet', { template: { spec } })],
  DaemonSet: (spec) => [object('apps/v1', 'DaemonSet', { template: { spec } })],
  ReplicaSet: (spec) => [object('apps/v1', 'ReplicaSet', { template: { spec } })],
  Job: (spec) => [object('batch/v1', 'Job', { template: { spec } })],
  CronJob: (spec) => [object('batch/v1', 'CronJob', { jobTemplate: { spec: { template: { spec } } } })],
  Pod: (spec) => [object('v1', 'Pod', spec)],
  AnalysisTemplate: (spec) => [object(rollouts, 'AnalysisTemplate', { metrics: [{ provider: { prometheus: {} } }, job(spec)] })],
  AnalysisRun: (spec) => [object(rollouts, 'AnalysisRun', { metrics: [job(spec)] })],
  Experiment: (spec) => [object(rollouts, 'Experiment', { templates: [{ name: 'a', template: { spec } }] })],
  ScaledJob: (spec) => [object('keda.sh/v1alpha1', 'ScaledJob', { jobTargetRef: { template: { spec } } })],
  'a custom kind': (spec) => [object('ray.io/v1', 'RayCluster', { headGroupSpec: { template: { spec } } })],
};

const image = `registry.norvik.example/a@sha256:${'0'.repeat(64)}`;
const context = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } };
const goodContainer: Fields = { name: 'a', image, resources, securityContext: context, lifecycle: { preStop: { httpGet: { path: '/drain', port: 'http' } } } };
const goodPod: Fields = {
  priorityClassName: 'high',
  terminationGracePeriodSeconds: 90,
  serviceAccountName: 'a',
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [goodContainer],
};

const secured = (changes: Fields): Fields => ({ ...goodContainer, securityContext: { ...context, ...changes } });

/** A container that breaks one rule, by the rule that must say so. */
const badContainers: Record<string, Fields> = {
  'security.non_root': secured({ runAsUser: 0 }),
  'security.privilege': secured({ privileged: true }),
  'security.capabilities': secured({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
  'security.read_only_root': secured({ readOnlyRootFilesystem: false }),
  'security.confinement': secured({ seccompProfile: { type: 'Unconfined' } }),
  'security.host_access': { ...goodContainer, ports: [{ containerPort: 80, hostPort: 80 }] },
  'security.image_digest': { ...goodContainer, image: 'registry.norvik.example/a:latest' },
  'security.secret_data': { ...goodContainer, env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] },
  'security.secret_env': { ...goodContainer, envFrom: [{ secretRef: { name: 's' } }] },
};

/** What Kubernetes does not let ephemeral containers have, no rule can ask of them. */
const badLastingContainers: Record<string, Fields> = {
  'reliability.resources': { ...goodContainer, resources: { requests: resources.requests } },
  'reliability.memory_headroom': { ...goodContainer, resources: { ...resources, limits: { memory: '256Mi' } } },
};

/** A pod that breaks one rule outside its containers. */
const badPods: Record<string, Fields> = {
  'security.host_access': { ...goodPod, hostNetwork: true },
  'security.read_only_root': { ...goodPod, volumes: [{ name: 'scratch', emptyDir: {} }] },
  'security.service_account': { ...goodPod, serviceAccountName: 'default' },
  'reliability.shutdown': { ...goodPod, priorityClassName: 'low' },
  'security.sandbox': { ...goodPod, runtimeClassName: 'runc' },
};

/** Rules that read pods and do not hold for every kind that makes them, and why. */
const otherwise: Record<string, string> = {
  'data.accountable': 'about the labels and the way to the collector that an agent or component has in its namespace',
  'data.classified': 'about the labels of data and the policies of its namespace',
  'data.encrypted': 'about stores and the connections of what keeps data',
  'network.authorization': 'about services and who may call them',
  'network.default_deny': 'about the NetworkPolicies that select pods',
  'network.mesh': 'about the mesh of a namespace and its exceptions',
  'reliability.amounts': 'about amounts anywhere, in pods and out of them',
  'reliability.autoscaler': 'only kinds that keep a number of pods have one',
  'reliability.consensus_quorum': 'only kinds that keep a number of pods vote',
  'reliability.dangling_reference': 'about names that an object gives another',
  'reliability.disruption_budget': 'only kinds that keep a number of pods have one',
  'reliability.probes': 'what ends by itself is never ready',
  'reliability.replicas': 'only kinds that keep a number of pods',
  'reliability.zone_spread': 'only kinds that keep a number of pods',
  'rollout.container_lost': 'about what a change takes away',
  'rollout.services': 'about the services of a Rollout',
  'rollout.steps': 'about how the kinds that a Rollout could stand for are taken out',
};

let rules: RuleBundle;

beforeAll(async () => {
  rules = await RuleBundle.load();
});

afterAll(() => rules.close());

const denialsOf = async (objects: Manifest[]): Promise<string[]> => {
  const { deny } = await rules.evaluate(rootInput({ root, objects }, undefined), data);
  return [...new Set(deny.map((d) => d.code))];
};

describe.each(Object.entries(shapes))('the pods of %s', (_, shape) => {
  test('pass every pod rule when they are good', async () => {
    const podRules = new Set([badContainers, badLastingContainers, badPods].flatMap((bad) => Object.keys(bad)));
    expect((await denialsOf(shape(goodPod))).filter((code) => podRules.has(code))).toEqual([]);
  });

  test.each(Object.entries(badContainers))('are denied by %s in containers of every role', async (code, bad) => {
    for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
      const containers = list === 'containers' ? [goodContainer, bad] : [bad];
      expect(await denialsOf(shape({ ...goodPod, [list]: containers })), list).toContain(code);
    }
  });

  test.each(Object.entries(badLastingContainers))('are denied by %s in main and init containers', async (code, bad) => {
    for (const list of ['containers', 'initContainers']) expect(await denialsOf(shape({ ...goodPod, [list]: [bad] })), list).toContain(code);
  });

  test.each(Object.entries(badPods))('are denied by %s for the pod as a whole', async (code, bad) => {
    expect(await denialsOf(shape(bad))).toContain(code);
  });
});

test('every rule that reads pods is among these, or it is said why not', () => {
  const reading = globSync('policies/rules/*/*/*.rego', { cwd: repository })
    .filter((file) => readFileSync(path.join(repository, file), 'utf8').includes('workloads'))
    .map((file) => file.split(path.sep).slice(2, 4).join('.'));
  const held = [badContainers, badLastingContainers, badPods, otherwise].flatMap((rulesOf) => Object.keys(rulesOf));
  expect([...new Set(held)].sort()).toEqual(reading.sort());
});

test('a Rollout that names a workload which is not rendered is denied', async () => {
  const missing = object(rollouts, 'Rollout', { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' } });
  expect(await denialsOf([missing])).toEqual(expect.arrayContaining(['reliability.dangling_reference']));
});
