import { beforeAll, describe, expect, test } from 'vitest';

import { add, type Edit, type HazardCase, newImage, openCertifier, type Tree, voter } from '../support/certify-cases.ts';

const job = (annotations: Tree = {}): Edit => add({ apiVersion: 'batch/v1', kind: 'Job', metadata: { annotations }, spec: {} });
const secret = (data: string, annotations: Tree = {}): Edit => add({ apiVersion: 'v1', kind: 'Secret', metadata: { annotations }, data: { token: data } });
const claim = (size: string): Edit =>
  add({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } } });
const quota = (pods: string): Edit => add({ apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { pods } } });

const cases: readonly HazardCase[] = [
  [
    'R1',
    'content changes under its name',
    {
      head: (of) => {
        of('ConfigMap')['data'].more = 'x';
      },
    },
    ['unsafe forward ConfigMap data', 'unsafe back ConfigMap data'],
  ],
  [
    'R1',
    'a name that nothing keeps',
    {
      base: (of) => {
        of('ConfigMap')['metadata'].name = 'old';
        delete of('ConfigMap')['metadata'].annotations;
        of('Rollout')['spec'].template.spec.volumes[0].configMap.name = 'old';
      },
    },
    ['unsafe forward ConfigMap metadata.name', 'safe back'],
  ],
  [
    'R1',
    'a Secret that nobody renders',
    {
      head: (of) => {
        of('Rollout')['spec'].template.spec.containers[0].envFrom = [{ secretRef: { name: 'token' } }];
      },
    },
    ['safe forward', 'unproven back Rollout spec.template.spec.containers[0].envFrom[0].secretRef.name'],
  ],
  ['R1', 'another image alone', { head: newImage }, ['safe forward', 'safe back']],
  [
    'R2',
    'a field that the kind has not',
    {
      head: (of) => {
        of('Service')['spec'].portz = [];
      },
    },
    ['unsafe forward Service spec.portz', 'safe back'],
  ],
  [
    'R2',
    'the same field, taken away',
    {
      base: (of) => {
        of('Service')['spec'].portz = [];
      },
    },
    ['safe forward', 'unsafe back Service spec.portz'],
  ],
  ['R2', 'a kind that no cluster serves', { head: add({ apiVersion: 'nowhere.example/v1', kind: 'Thing' }) }, ['unproven forward Thing', 'safe back']],
  ['R2', 'another image alone', { head: newImage }, ['safe forward', 'safe back']],
  [
    'R3',
    'the selector of the Rollout',
    {
      head: (of) => {
        of('Rollout')['spec'].selector.matchLabels.more = 'x';
      },
    },
    ['unsafe both Rollout spec.selector'],
  ],
  ['R3', 'a volume that grows', { base: claim('1Gi'), head: claim('2Gi') }, ['unsafe back PersistentVolumeClaim spec.resources.requests.storage']],
  ['R3', 'a volume that shrinks', { base: claim('2Gi'), head: claim('1Gi') }, ['unsafe forward PersistentVolumeClaim spec.resources.requests.storage']],
  ['R3', 'another image alone', { head: newImage }, ['safe both']],
  [
    'R4',
    'a contracting migration',
    { head: job({ 'ranfleet.norvik.example/migration': 'contract' }) },
    ['unsafe back Job metadata.annotations["ranfleet.norvik.example/migration"]', 'safe both'],
  ],
  [
    'R4',
    'a release that does not read what the other writes',
    {
      unit: voter,
      head: newImage,
      releases: ['1.0.0', '1.1.0'],
      agent: {
        compatibility: [
          { since: '1.0.0', dataFormat: 1, protocol: 1 },
          { since: '1.1.0', dataFormat: 2, readsFormats: [1], protocol: 1 },
        ],
      },
    },
    ['safe forward', 'unsafe back agents/queen-coordinator/agent.yaml'],
  ],
  [
    'R4',
    'a release of which no format is declared',
    { unit: voter, head: newImage, releases: ['1.0.0', '1.1.0'] },
    ['unproven both agents/queen-coordinator/agent.yaml'],
  ],
  ['R4', 'a patch release', { unit: voter, head: newImage, releases: ['1.0.0', '1.0.1'] }, ['safe forward', 'safe back']],
  [
    'R5',
    'a rotation together with an image',
    {
      base: secret('YQ=='),
      head: (of, objects) => {
        secret('Yg==')(of, objects);
        newImage(of, objects);
      },
    },
    ['unsafe back Secret spec'],
  ],
  [
    'R5',
    'a rotation that says nothing',
    { base: secret('YQ=='), head: secret('Yg==') },
    ['unproven back Secret metadata.annotations["ranfleet.norvik.example/previous-valid-hours"]'],
  ],
  [
    'R5',
    'an overlap that is too short',
    { base: secret('YQ=='), head: secret('Yg==', { 'ranfleet.norvik.example/previous-valid-hours': '1' }) },
    ['unsafe back Secret metadata.annotations["ranfleet.norvik.example/previous-valid-hours"]'],
  ],
  [
    'R5',
    'an overlap that is long enough',
    { base: secret('YQ=='), head: secret('Yg==', { 'ranfleet.norvik.example/previous-valid-hours': '10000' }) },
    ['safe both'],
  ],
  ['R5', 'no credential at all', { head: newImage }, ['not-applicable both']],
  [
    'R6',
    'an old image without a digest',
    {
      base: (of) => {
        of('Rollout')['spec'].template.spec.containers[0].image = 'registry.norvik.example/agents/other:1';
      },
    },
    ['unsafe back Rollout spec.template.spec.containers[0].image'],
  ],
  ['R6', 'a registry that keeps too few', { head: newImage, config: { retainedDigests: { 'registry.norvik.example': 3 } } }, ['unsafe back fleet.yaml']],
  ['R6', 'a registry that promises nothing', { head: newImage, config: { retainedDigests: {} } }, ['unproven back fleet.yaml']],
  ['R6', 'digests that are kept', { head: newImage }, ['safe both']],
  ['R7', 'a quota that does not hold both revisions', { head: quota('1') }, ['unsafe forward ResourceQuota spec.hard.pods', 'safe back']],
  ['R7', 'a quota that does', { head: quota('50') }, ['safe forward', 'safe back']],
  [
    'R7',
    'pods that the restricted level refuses come back',
    {
      base: (of) => {
        of('Namespace')['metadata'].labels['pod-security.kubernetes.io/enforce'] = 'privileged';
        of('Rollout')['spec'].template.spec.hostNetwork = true;
      },
    },
    ['unsafe forward Rollout spec.template.spec.hostNetwork', 'safe back'],
  ],
  [
    'R7',
    'a policy that nobody asked',
    { head: add({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', spec: {} }) },
    ['unproven forward ValidatingAdmissionPolicy', 'safe back'],
  ],
  ['R8', 'a Job that says nothing', { head: job() }, ['unproven forward Job metadata.annotations["ranfleet.norvik.example/undo"]', 'safe back']],
  [
    'R8',
    'a Job that nothing undoes',
    { head: job({ 'ranfleet.norvik.example/undo': 'none' }) },
    ['unsafe forward Job metadata.annotations["ranfleet.norvik.example/undo"]', 'safe back'],
  ],
  ['R8', 'a Job that may run again, gone', { base: job({ 'ranfleet.norvik.example/undo': 'idempotent' }) }, ['safe forward', 'safe back']],
  ['R8', 'no Job', { head: newImage }, ['not-applicable both']],
];

describe('hazards of objects and data, on what kustomize renders', () => {
  let about: Awaited<ReturnType<typeof openCertifier>>;
  beforeAll(async () => {
    about = await openCertifier();
  });

  test.each(cases)('%s: %s', (hazard, _story, made, expected) => expect(about(hazard, made)).toEqual(expected));
});
