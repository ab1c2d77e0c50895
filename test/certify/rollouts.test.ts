import { beforeAll, describe, expect, test } from 'vitest';
import type { Compensation } from '#model/agent.ts';
import type { Manifest } from '#model/ports.ts';
import { add, type Edit, gateway, type HazardCase, newImage, openCertifier, type Tree, voter } from '../support/certify-cases.ts';

const steps: Edit = (of) => {
  of('Rollout')['spec'].strategy.canary.steps.pop();
};
const application = (spec: Tree): Manifest => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'agent' }, spec });
const undone: Compensation = {
  keeper: 'rollback-manager',
  checkpoint: '{intent}',
  undo: ['NRCellRelation cellIndividualOffset', 'DMROFunction maximumDeviationHoTriggerLow', 'DMROFunction maximumDeviationHoTriggerHigh'].map((write) => {
    const [name = '', attribute = ''] = write.split(' ');
    return { class: name, attribute, operations: ['set'], how: 'restore-value', withinMinutes: 15 };
  }),
};
const ignored = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', jqPathExpressions: ['.spec.rules[].backendRefs[].weight'] }];

const cases: readonly HazardCase[] = [
  [
    'R9',
    'a budget that lets no pod go',
    {
      head: (of) => {
        of('PodDisruptionBudget')['spec'].maxUnavailable = 0;
      },
    },
    ['unsafe forward PodDisruptionBudget spec.maxUnavailable', 'safe back'],
  ],
  [
    'R9',
    'pods that no node holds',
    {
      head: (of) => {
        of('Rollout')['spec'].template.spec.containers[0].resources.requests.cpu = '5000';
      },
    },
    ['unsafe forward Rollout spec.template.spec.containers[0].resources.requests.cpu', 'safe back'],
  ],
  [
    'R9',
    'a stable set that shrinks during the canary',
    {
      unit: gateway,
      base: (of) => {
        of('Rollout')['spec'].strategy.canary.dynamicStableScale = true;
      },
    },
    ['safe forward', 'unsafe back Rollout spec.strategy.canary.dynamicStableScale'],
  ],
  ['R9', 'another image alone', { head: newImage }, ['safe forward', 'safe back']],
  ['R10', 'steps alone', { head: steps }, ['unproven forward Rollout spec.strategy.canary.steps', 'unproven back Rollout spec.strategy.canary.steps']],
  [
    'R10',
    'steps alone, for which two persons stand',
    { head: steps, headAgent: { settled: [{ ring: 'w3', release: '1.0.0', change: 'CHG-1', by: ['@a', '@b'] }] as never } },
    ['safe forward', 'safe back'],
  ],
  [
    'R10',
    'steps together with an image',
    {
      head: (of, objects) => {
        steps(of, objects);
        newImage(of, objects);
      },
    },
    ['unsafe forward Rollout spec.strategy.canary.steps', 'safe back'],
  ],
  ['R10', 'another image alone', { head: newImage }, ['safe forward', 'safe back']],
  [
    'R11',
    'a port that is gone',
    {
      head: (of) => {
        of('Service')['spec'].ports[0].port = 9090;
      },
    },
    ['unsafe forward Service spec', 'safe both'],
  ],
  ['R11', 'another major version', { head: newImage, releases: ['1.0.0', '2.0.0'] }, ['unproven both agents/mro-optimizer']],
  ['R11', 'a patch', { head: newImage, releases: ['1.0.0', '1.0.1'] }, ['safe both', 'safe both']],
  [
    'R12',
    'a write without its undo',
    { head: newImage, agent: { compensation: { keeper: 'rollback-manager', checkpoint: '{intent}', undo: [] } } },
    ['unsafe forward agents/mro-optimizer/agent.yaml', 'unsafe back agents/mro-optimizer/agent.yaml'],
  ],
  [
    'R12',
    'a keeper that runs nowhere',
    { head: newImage, agent: { compensation: { ...undone, keeper: 'nobody' } } },
    ['unsafe forward agents/mro-optimizer/agent.yaml', 'unsafe back agents/mro-optimizer/agent.yaml'],
  ],
  [
    'R12',
    'no compensation',
    { head: newImage, agent: { compensation: undefined } },
    ['unproven forward agents/mro-optimizer/agent.yaml', 'unproven back agents/mro-optimizer/agent.yaml'],
  ],
  [
    'R12',
    'replicas that speak another protocol',
    {
      unit: voter,
      head: newImage,
      releases: ['1.0.0', '1.1.0'],
      agent: {
        compatibility: [
          { since: '1.0.0', dataFormat: 1, protocol: 1 },
          { since: '1.1.0', dataFormat: 1, protocol: 2 },
        ],
      },
    },
    ['unsafe both agents/queen-coordinator/agent.yaml'],
  ],
  ['R12', 'declared writes', { head: newImage, agent: { compensation: undone } }, ['safe forward', 'safe back']],
  [
    'R13',
    'weights that self-heal sets back',
    { unit: gateway, head: newImage, applications: [application({})] },
    ['unsafe forward Application spec.ignoreDifferences', 'unsafe back Application spec.ignoreDifferences'],
  ],
  [
    'R13',
    'a sync that writes weights',
    { unit: gateway, head: newImage, applications: [application({ ignoreDifferences: ignored })] },
    ['unsafe forward Application spec.syncPolicy.syncOptions', 'unsafe back Application spec.syncPolicy.syncOptions'],
  ],
  [
    'R13',
    'weights that are left alone',
    {
      unit: gateway,
      head: newImage,
      applications: [application({ ignoreDifferences: ignored, syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] } })],
    },
    ['safe forward', 'safe back'],
  ],
  ['R13', 'no Application that is known', { unit: gateway, head: newImage }, ['unproven forward', 'unproven back']],
  [
    'R14',
    'a query about all pods',
    {
      head: (of) => {
        of('AnalysisTemplate')['spec'].metrics[0].provider.prometheus.query = 'sum(up{job="agent"})';
      },
    },
    ['unsafe forward AnalysisTemplate spec.metrics[0].provider.prometheus.query', 'safe back'],
  ],
  [
    'R14',
    'a template that is not rendered',
    {
      base: (of) => {
        of('Rollout')['spec'].strategy.canary.analysis.templates[0].templateName = 'elsewhere';
      },
    },
    ['safe forward', 'unproven back Rollout spec.strategy.canary.analysis.templates[0]'],
  ],
  ['R14', 'queries about the pods on trial', { head: newImage }, ['safe forward', 'safe back']],
  ['R15', 'a cluster that joins with the release', { head: newImage, newClusters: ['prd-region-xx-01'] }, ['unsafe forward Rollout spec.template']],
  [
    'R15',
    'a Rollout that is made anew',
    {
      base: (of) => {
        of('Rollout')['metadata'].name = 'old';
      },
    },
    ['unsafe forward Rollout metadata.name'],
  ],
  ['R15', 'known clusters', { head: newImage }, ['safe forward']],
  [
    'R16',
    'a later wave',
    {
      head: (of) => {
        of('Service')['metadata'].annotations = { 'argocd.argoproj.io/sync-wave': '1' };
      },
    },
    ['unsafe forward Service metadata.annotations["argocd.argoproj.io/sync-wave"]', 'safe back'],
  ],
  [
    'R16',
    'pruning last',
    { base: add({ apiVersion: 'v1', kind: 'ConfigMap' }), applications: [application({ syncPolicy: { syncOptions: ['PruneLast=true'] } })] },
    ['unsafe forward Application spec.syncPolicy.syncOptions', 'safe back'],
  ],
  ['R16', 'pruning by nobody known', { base: add({ apiVersion: 'v1', kind: 'ConfigMap' }) }, ['unproven forward', 'safe back']],
  ['R16', 'one wave', { head: newImage }, ['safe forward', 'safe back']],
];

describe('hazards of the rollout and the network, on what kustomize renders', () => {
  let about: Awaited<ReturnType<typeof openCertifier>>;
  beforeAll(async () => {
    about = await openCertifier();
  });

  test.each(cases)('%s: %s', (hazard, _story, made, expected) => expect(about(hazard, made)).toEqual(expected));
});
