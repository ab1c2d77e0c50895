import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rolloutOf, routed } from '../../test/support/rollouts.ts';
import { limitsOf } from './basic-counts.ts';
import { type CountInput, countsOf, isAtDesiredCounts } from './replica-counts.ts';
import { type ReplicaSet, type RolloutStatus, stateAtRest } from './rollout-state.ts';

/** Pods of a set: asked for, created, available. */
type Pods = readonly [number, number, number];

const setOf = (template: string, [replicas, created, available]: Pods): ReplicaSet => ({
  template,
  revision: 1,
  createdAt: 0,
  replicas,
  desired: replicas,
  deadline: undefined,
  created,
  ready: available,
  available,
});

interface Case {
  readonly replicas: number;
  readonly weight: number;
  readonly maxSurge: string;
  readonly maxUnavailable: string;
  readonly routed: boolean;
  readonly followsWeight: boolean;
  readonly minPods: number;
  readonly scale: string;
  readonly threshold: number;
  readonly abort: boolean;
  readonly routeWeight: number;
  readonly fresh: Pods;
  readonly stable: Pods;
  readonly old: Pods;
}

const bound = (text: string): number | string => (text.endsWith('%') ? text : Number(text));
const scales: Readonly<Record<string, unknown>> = { replicas: { replicas: 3 }, weight: { weight: 60 } };

const inputOf = (given: Case): CountInput => {
  const spec = rolloutOf(
    {
      ...(given.routed ? routed : {}),
      maxSurge: bound(given.maxSurge),
      maxUnavailable: bound(given.maxUnavailable),
      dynamicStableScale: given.followsWeight,
      ...(given.minPods > 0 ? { minPodsPerReplicaSet: given.minPods } : {}),
      ...(given.threshold > 0 ? { replicaProgressThreshold: { type: 'Percent', value: given.threshold } } : {}),
      // The scale of a canary is only read behind a router, and the controller refuses it elsewhere.
      steps: [given.routed ? { setCanaryScale: scales[given.scale] ?? { matchTrafficWeight: true } } : { pause: {} }, { setWeight: given.weight }],
    },
    { replicas: given.replicas },
  );
  const status: RolloutStatus = { ...stateAtRest(spec, 'v1', 0).status, current: 'v2', step: 1, abort: given.abort };
  return { spec, version: '1.10', status, fresh: setOf('v2', given.fresh), stable: setOf('v1', given.stable), others: [setOf('v0', given.old)] };
};

const cases = JSON.parse(readFileSync(new URL('../../test/fixtures/replica-counts.json', import.meta.url), 'utf8')) as [
  Case,
  { canary: number; stable: number; atDesired: boolean },
][];

test('gives the numbers of pods that Argo Rollouts itself gives, for 1,200 drawn states', () => {
  expect(cases.length).toBe(1200);
  const different = cases.filter(([given, answer]) => {
    const input = inputOf(given);
    const weights = { canary: given.routeWeight, canaryTemplate: 'v2', stable: 100 - given.routeWeight, stableTemplate: 'v1' };
    const counts = countsOf(input, weights);
    return counts.canary !== answer.canary || counts.stable !== answer.stable || isAtDesiredCounts(input, weights) !== answer.atDesired;
  });
  expect(different).toEqual([]);
});

/** A rolling canary at rest: all pods of both sets available. */
const basic = (replicas: number, weight: number, surge: number, unavailable: number, fresh: number, stable: number): [number, number] => {
  const all = (pods: number): Pods => [pods, pods, pods];
  const given = {
    replicas,
    weight,
    maxSurge: String(surge),
    maxUnavailable: String(unavailable),
    routed: false,
    followsWeight: false,
    minPods: 0,
    scale: '',
    threshold: 0,
    abort: false,
  };
  const counts = countsOf(inputOf({ ...given, routeWeight: 0, fresh: all(fresh), stable: all(stable), old: all(0) }), undefined);
  return [counts.canary, counts.stable];
};

describe('a canary by pods', () => {
  test.each([
    ['one percent of ten pods is one pod', [10, 1, 1, 0, 0, 10], [1, 10]],
    ['within the surge it adds before it takes', [10, 30, 3, 0, 0, 10], [3, 10]],
    ['without a surge it takes before it adds', [10, 30, 0, 5, 0, 10], [0, 7]],
    ['one pod of one is half of the work', [1, 5, 1, 0, 0, 1], [1, 1]],
    ['as long as one pod is all there is, 95 percent is half as well', [1, 95, 1, 0, 0, 1], [1, 1]],
    ['an abort goes back by the same small steps', [4, 0, 1, 0, 3, 2], [2, 2]],
  ] as const)('%s', (_, given, expected) => {
    expect(basic(...(given as unknown as Parameters<typeof basic>))).toEqual(expected);
  });

  test('rounds a surge up and an unavailability down, and lets one pod go where both are none', () => {
    expect(limitsOf(rolloutOf({ maxSurge: '25%', maxUnavailable: '25%' }, { replicas: 3 }))).toEqual({ surge: 1, unavailable: 0 });
    expect(limitsOf(rolloutOf({ maxSurge: 0, maxUnavailable: '25%' }, { replicas: 3 }))).toEqual({ surge: 0, unavailable: 1 });
    expect(limitsOf(rolloutOf({}, { replicas: 10 }))).toEqual({ surge: 3, unavailable: 2 });
  });
});
