import { expect, test } from 'vitest';
import type { Manifest } from '#model/ports.ts';
import { isFields } from '#util/manifest.ts';
import { nextStep } from './partition.ts';
import { viewOf } from './stateful-view.ts';

const uid = '0c1f2d5e-4b7a-4b43-9f3c-1f4a5f1f7c11';

const merged = (base: Manifest, changes: Manifest): Manifest => {
  const entries = Object.entries(changes).map(([key, value]) => [key, isFields(value) && isFields(base[key]) ? merged(base[key], value) : value]);
  return { ...base, ...Object.fromEntries(entries) };
};

const statefulSet = (changes: Manifest = {}): Manifest =>
  merged(
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'agent', namespace: 'byzantine-coordinator', uid, generation: 7, resourceVersion: '48213' },
      spec: {
        replicas: 4,
        podManagementPolicy: 'OrderedReady',
        minReadySeconds: 30,
        serviceName: 'agent',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } },
      },
      status: {
        observedGeneration: 7,
        replicas: 4,
        readyReplicas: 4,
        availableReplicas: 4,
        currentReplicas: 3,
        updatedReplicas: 1,
        currentRevision: 'agent-5d4f8b7c9d',
        updateRevision: 'agent-7f9c6d5b8f',
        collisionCount: 0,
      },
    },
    changes,
  );

const pod = (ordinal: number, revision: string, changes: Manifest = {}): Manifest =>
  merged(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `agent-${ordinal}`,
        namespace: 'byzantine-coordinator',
        labels: {
          'app.kubernetes.io/component': 'agent',
          'app.kubernetes.io/name': 'byzantine-coordinator',
          'apps.kubernetes.io/pod-index': String(ordinal),
          'controller-revision-hash': revision,
          'statefulset.kubernetes.io/pod-name': `agent-${ordinal}`,
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'agent', uid, controller: true, blockOwnerDeletion: true }],
      },
      spec: { nodeName: 'node-1', hostname: `agent-${ordinal}`, subdomain: 'agent' },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: '2026-11-25T13:58:02Z' },
          { type: 'Initialized', status: 'True', lastTransitionTime: '2026-11-25T13:58:00Z' },
          { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-25T14:00:00Z' },
          { type: 'ContainersReady', status: 'True', lastTransitionTime: '2026-11-25T14:00:00Z' },
          { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-11-25T13:58:00Z' },
        ],
      },
    },
    changes,
  );

const pods = [pod(3, 'agent-7f9c6d5b8f'), pod(0, 'agent-5d4f8b7c9d'), pod(1, 'agent-5d4f8b7c9d'), pod(2, 'agent-5d4f8b7c9d')];
const readyAt = Date.UTC(2026, 10, 25, 14);
const only = (object: Manifest) => viewOf(statefulSet(), [object]).pods;

test('a StatefulSet in the first step of an update is seen as it is, and proves the step', () => {
  const view = viewOf(statefulSet(), pods, 'prd-region-se-01');
  const seen = (ordinal: number, revision: string) => ({ name: `agent-${ordinal}`, ordinal, revision, ready: true, readySince: readyAt });
  expect(view).toEqual({
    name: 'prd-region-se-01',
    replicas: 4,
    partition: 3,
    currentRevision: 'agent-5d4f8b7c9d',
    updateRevision: 'agent-7f9c6d5b8f',
    observedGeneration: 7,
    generation: 7,
    pods: [seen(0, 'agent-5d4f8b7c9d'), seen(1, 'agent-5d4f8b7c9d'), seen(2, 'agent-5d4f8b7c9d'), seen(3, 'agent-7f9c6d5b8f')],
  });
  const options = { nowMs: readyAt + 30_000, minReadyMs: 30_000, stepStartedAtMs: readyAt, stepDeadlineMs: 300_000 };
  expect(nextStep(view, { kind: 'byzantine', tolerated: 1 }, options)).toEqual({ action: 'advance', partition: 2 });
});

test('a pod that is being deleted is not ready, whatever its condition says', () => {
  const [seen] = only(pod(0, 'agent-5d4f8b7c9d', { metadata: { deletionTimestamp: '2026-11-25T14:05:00Z' } }));
  expect(seen).toEqual({ name: 'agent-0', ordinal: 0, revision: 'agent-5d4f8b7c9d', ready: false });
});

test.each([
  ['is false', [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: '2026-11-25T14:00:00Z' }]],
  ['is unknown, as on a lost node', [{ type: 'Ready', status: 'Unknown', lastTransitionTime: '2026-11-25T14:00:00Z' }]],
  ['is missing', [{ type: 'PodScheduled', status: 'True' }]],
  ['is nowhere', null],
])('a pod whose Ready condition %s is not ready', (_name, conditions) => {
  expect(only(pod(0, 'r', { status: { conditions } }))).toEqual([{ name: 'agent-0', ordinal: 0, revision: 'r', ready: false }]);
});

test('a Ready condition without a time proves no time', () => {
  expect(only(pod(0, 'r', { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: null }] } }))).toEqual([
    { name: 'agent-0', ordinal: 0, revision: 'r', ready: true },
  ]);
});

test('the ordinal comes from the name where the index label is missing, as before Kubernetes 1.28', () => {
  expect(only(pod(11, 'r', { metadata: { labels: { 'apps.kubernetes.io/pod-index': null } } }))[0]?.ordinal).toBe(11);
});

test.each([
  ['whose name and index disagree', pod(0, 'r', { metadata: { labels: { 'apps.kubernetes.io/pod-index': '1' } } })],
  ['of another name', pod(0, 'r', { metadata: { name: 'agent-extra-0' } })],
  ['without an owner', pod(0, 'r', { metadata: { ownerReferences: null } })],
  ['of a ReplicaSet', pod(0, 'r', { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'agent', uid, controller: true }] } })],
  [
    'of a StatefulSet that was deleted',
    pod(0, 'r', { metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'agent', uid: 'other', controller: true }] } }),
  ],
])('a pod %s is left out', (_name, object) => {
  expect(only(object)).toEqual([]);
});

test('fields that the API server has by default have their default', () => {
  const view = viewOf(statefulSet({ spec: { replicas: null, updateStrategy: null } }), []);
  expect(view).toMatchObject({ replicas: 1, partition: 0 });
});

test('what is not stated stays empty', () => {
  expect(viewOf(statefulSet({ metadata: { generation: null }, status: null }), [pod(0, 'r', { metadata: { labels: null } })])).toMatchObject({
    currentRevision: '',
    updateRevision: '',
    observedGeneration: 0,
    generation: Number.NaN,
    pods: [{ ordinal: 0, revision: '' }],
  });
  expect(viewOf(statefulSet({ spec: { updateStrategy: { rollingUpdate: { partition: '3' } } } }), []).partition).toBeNaN();
});

test.each([
  ['another kind', statefulSet({ kind: 'Deployment' })],
  ['no name', statefulSet({ metadata: { name: null } })],
  ['updates by hand', statefulSet({ spec: { updateStrategy: { type: 'OnDelete' } } })],
])('an object with %s is a fault', (_name, object) => {
  expect(() => viewOf(object, [])).toThrow(expect.objectContaining({ code: 'GATE_MALFORMED' }));
});
