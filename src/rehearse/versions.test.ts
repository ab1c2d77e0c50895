import { expect, test } from 'vitest';
import type { ControllerVersion } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { inline, metricOf, options, release, rolloutOf, routed, templateOf, worldOf } from '../../test/support/rollouts.ts';
import { simulate, type Trace } from './simulate.ts';
import type { World } from './world.ts';

/** One course under both versions of the controller. */
const both = (
  spec: RolloutSpec,
  world: () => World,
  templates = [templateOf('slo', [metricOf('errors', { count: 3, interval: 30 })])],
): Readonly<Record<ControllerVersion, Trace>> => ({
  '1.9': simulate(spec, templates, world(), { ...options, version: '1.9', until: 400 }),
  '1.10': simulate(spec, templates, world(), { ...options, version: '1.10', until: 400 }),
});

const canaryPods = (trace: Trace): number => Math.max(...trace.events.map(({ sets }) => sets.find(({ template }) => template === 'v2')?.replicas ?? 0));

test('1.9 makes more pods than the Rollout has when each set must have as many; 1.10 does not', () => {
  const spec = rolloutOf({ ...routed, minPodsPerReplicaSet: 4, steps: [{ setWeight: 50 }, { pause: {} }] }, { replicas: 2 });
  const traces = both(spec, () => worldOf());
  expect([canaryPods(traces['1.9']), canaryPods(traces['1.10'])]).toEqual([4, 2]);
});

test('a deadline that aborts shows as a deadline first in 1.9, as an abort at once in 1.10', () => {
  const spec = rolloutOf({ ...routed, steps: [{ setWeight: 50 }] }, { progressDeadlineSeconds: 60, progressDeadlineAbort: true });
  const traces = both(spec, () => worldOf({}, { readyAfter: null }));
  const reasons = (trace: Trace): string[] => [
    ...new Set(trace.events.filter(({ phase }) => phase === 'Degraded').map(({ message }) => message.split(':')[0] ?? '')),
  ];
  expect(reasons(traces['1.9'])).toEqual(['ProgressDeadlineExceeded', 'RolloutAborted']);
  expect(reasons(traces['1.10'])).toEqual(['RolloutAborted']);
});

test('pods that fail after a promotion abort nothing in 1.10; 1.9 marks the finished release as aborted for a moment', () => {
  const spec = rolloutOf({ ...routed, steps: [{ setWeight: 50 }] }, { progressDeadlineSeconds: 60, progressDeadlineAbort: true });
  const traces = both(spec, () => worldOf({}, { events: [release, { at: 150, kind: 'podsUnready', template: 'v2', count: 1 }] }));
  expect(traces['1.10'].events.some(({ aborted }) => aborted)).toBe(false);
  expect(traces['1.9'].events.some(({ aborted }) => aborted)).toBe(true);
});

test('a change of the number of pods during an abort holds the route in 1.9 until the canary is gone; 1.10 goes on', () => {
  const spec = rolloutOf({ ...routed, abortScaleDownDelaySeconds: 100, steps: [{ setWeight: 50 }, { pause: {} }] }, { replicas: 2 });
  const world = (): World =>
    worldOf(
      {},
      {
        events: [
          release,
          { at: 30, kind: 'podsUnready', template: 'v1', count: 1 },
          { at: 40, kind: 'abort' },
          { at: 45, kind: 'replicas', replicas: 3 },
          { at: 60, kind: 'podsReady', template: 'v1' },
        ],
      },
    );
  const backAt = (trace: Trace): number => trace.events.findLast(({ weight }) => weight?.route === 50)?.at ?? 0;
  const traces = both(spec, world);
  expect(backAt(traces['1.10'])).toBeLessThan(70);
  expect(backAt(traces['1.9'])).toBeGreaterThan(backAt(traces['1.10']));
});

test('an aborted revision that is retried while its pods wait for their deadline: 1.9 passes over the analysis for one reconcile, 1.10 does not', () => {
  const canary = {
    ...routed,
    abortScaleDownDelaySeconds: 600,
    analysis: { templates: [{ templateName: 'guard' }] },
    steps: [{ setWeight: 50 }, { pause: {} }, inline('slo')],
  };
  const templates = [templateOf('slo', [metricOf('errors', { count: 3, interval: 30 })]), templateOf('guard', [metricOf('unsafe', { interval: 30 })])];
  const events = [release, { at: 40, kind: 'abort' }, { at: 100, kind: 'retry' }] as const;
  const traces = both(rolloutOf(canary), () => worldOf({}, { events }), templates);
  const retried = (trace: Trace): number => trace.events.find(({ at, aborted }) => at >= 99.9 && !aborted)?.at ?? 0;
  const judged = (trace: Trace): number =>
    trace.events.find(({ at, runs }) => at > retried(trace) && runs.some(({ phase }) => phase === undefined))?.at ?? Number.POSITIVE_INFINITY;
  expect(judged(traces['1.9']) - retried(traces['1.9'])).toBeGreaterThan(judged(traces['1.10']) - retried(traces['1.10']));
});
