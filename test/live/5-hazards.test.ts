import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { applyAll } from '#local/bootstrap.ts';
import type { Manifest } from '#model/ports.ts';
import { Plane, until } from './support/plane.ts';
import { gatewayRouting, type SmallRollout, smallRollout, template, trafficObjects } from './support/small-rollout.ts';
import { story } from './support/story.ts';
import { keepHazard, look, type Moment, untilMoment } from './support/trace.ts';

const image = (version: string): string => `registry.norvik.example/hazard@sha256:${version.repeat(64)}`;
const old = image('0');
const fresh = image('1');

describe.concurrent('the known hazards, on the real controllers', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await new Plane().open();
  });
  afterAll(() => plane.close());

  const rolloutIn = (namespace: string) => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'agent', namespace } }) as const;

  const moment = (namespace: string, what: string, isIt: (m: Moment) => boolean, events: unknown[] = [], timeoutMs = 120_000): Promise<Moment> =>
    untilMoment(plane, namespace, what, isIt, events, timeoutMs);

  const begin = async (spec: SmallRollout, others: readonly Manifest[] = []): Promise<Moment> => {
    await applyAll(plane.kube, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: spec.namespace } }]);
    await applyAll(plane.kube, [...others, smallRollout(spec)]);
    return moment(spec.namespace, 'first release stable', (m) => m.phase === 'Healthy' && m.stable !== '');
  };

  const setImage = (spec: SmallRollout, to: string): Promise<unknown> => plane.kube.apply(smallRollout({ ...spec, image: to }));
  const abort = (namespace: string): Promise<unknown> => plane.kube.patch(rolloutIn(namespace), { status: { abort: true } }, '/status');

  /** Another release, aborted while its canary pauses. */
  const releaseAndAbort = async (spec: SmallRollout, before: Moment, events: unknown[]): Promise<void> => {
    await setImage(spec, fresh);
    await moment(spec.namespace, 'paused canary', (m) => m.phase === 'Paused' && m.current !== before.current, events);
    await abort(spec.namespace);
  };

  story(
    'fact 2: an outage of Prometheus aborts a rollout after five errors, 40 s, with the defaults',
    () => plane,
    'hazard-outage',
    async ({ step, measured }) => {
      const spec: SmallRollout = {
        namespace: 'hazard-outage',
        replicas: 1,
        image: old,
        steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'judge' }] } }],
      };
      const metric = { interval: '5s', count: 100, successCondition: 'result[0] >= 0' };
      await begin(spec, [template(spec.namespace, metric, 'http://prometheus-gone.monitoring.svc:9090')]);
      step('release while Prometheus does not answer');
      const events: { seconds?: number }[] = [];
      await setImage(spec, fresh);
      await moment(spec.namespace, 'the analysis begins', (m) => Object.values(m.analyses).includes('Running'), events);
      const startedAt = Date.now();
      const aborted = await moment(spec.namespace, 'abort', (m) => m.aborted, events);
      const took = (Date.now() - startedAt) / 1000;
      measured(`aborted ${took.toFixed(1)} s after the first measurement: ${aborted.message}`);
      keepHazard('2-prometheus-outage', events);
      expect(took).toBeGreaterThan(36);
      expect(took).toBeLessThan(50);
      expect(Object.values(aborted.analyses)).toContain('Error');
    },
  );

  story(
    'fact 3: after an abort the selector goes back at once, the weight only when stable is available',
    () => plane,
    'hazard-weight',
    async ({ step, measured }) => {
      const namespace = 'hazard-weight';
      const spec: SmallRollout = { namespace, replicas: 2, image: old, steps: [{ setWeight: 50 }, { pause: {} }], canary: gatewayRouting(namespace) };
      const before = await begin(spec, trafficObjects(namespace));
      step('canary at 50 %');
      const events: unknown[] = [];
      await setImage(spec, fresh);
      await moment(namespace, 'weight 50', (m) => m.weight === 50 && m.phase === 'Paused', events);
      step('one stable pod becomes unready, then the rollout is aborted');
      const stablePod = (await plane.kube.list('v1', 'Pod', namespace, `rollouts-pod-template-hash=${before.stable}`))[0];
      const setReady = (status: 'True' | 'False'): Promise<unknown> =>
        plane.kube.patch(
          { apiVersion: 'v1', kind: 'Pod', metadata: { name: stablePod?.metadata.name ?? '', namespace } },
          { status: { conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status, lastTransitionTime: new Date().toISOString() })) } },
          '/status',
        );
      await setReady('False');
      await moment(namespace, 'one stable pod unready', (m) => (m.ready[before.stable] ?? 0) === 1, events);
      // The controller goes by what the ReplicaSet says, which follows its pods a moment later.
      const stableSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: `agent-${before.stable}`, namespace } };
      await until('its ReplicaSet says so', 30_000, async () => ((await plane.kube.find(stableSet))?.['status'].availableReplicas === 1 ? true : undefined));
      await abort(namespace);
      const selector = async (): Promise<string> =>
        (await plane.kube.find({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'agent-canary', namespace } }))?.['spec'].selector[
          'rollouts-pod-template-hash'
        ] ?? '';
      const abortedAt = Date.now();
      await until('the canary Service points at stable pods', 60_000, async () => ((await selector()) === before.stable ? true : undefined));
      measured(`the canary Service pointed at stable pods ${((Date.now() - abortedAt) / 1000).toFixed(1)} s after the abort`);
      step('the weight stays while one stable pod is missing');
      const weights: (number | undefined)[] = [];
      for (let at = 0; at < 20; at++) {
        weights.push((await look(plane, namespace))?.moment.weight);
        await wait(500);
      }
      measured(`weight of the canary in the 10 s after: ${[...new Set(weights)].join(', ')} %`);
      step('the stable pod is ready again');
      await setReady('True');
      await moment(namespace, 'weight 0', (m) => m.weight === 0, events);
      keepHazard('3-weight-after-abort', events);
      expect([...new Set(weights)]).toEqual([50]);
    },
  );

  story(
    'fact 5: changing only the steps of an aborted Rollout starts the bad revision again',
    () => plane,
    'hazard-steps',
    async ({ step, measured }) => {
      const spec: SmallRollout = { namespace: 'hazard-steps', replicas: 2, image: old, steps: [{ setWeight: 50 }, { pause: {} }] };
      const before = await begin(spec);
      step('release, then abort');
      const events: unknown[] = [];
      await releaseAndAbort(spec, before, events);
      const aborted = await moment(spec.namespace, 'only stable pods', (m) => m.aborted && (m.ready[m.current] ?? 0) === 0, events);
      step('change the steps, nothing else');
      const changedAt = Date.now();
      await plane.kube.apply(smallRollout({ ...spec, image: fresh, steps: [{ setWeight: 60 }, { pause: {} }] }));
      const again = await moment(spec.namespace, 'the bad revision runs again', (m) => !m.aborted && (m.ready[aborted.current] ?? 0) > 0, events);
      measured(`the aborted revision had pods again ${((Date.now() - changedAt) / 1000).toFixed(1)} s after a change of its steps alone`);
      expect(again.current).toBe(aborted.current);
      step('a Rollout made anew takes the bad revision at once, without a step');
      await plane.kube.delete(rolloutIn(spec.namespace));
      await until('gone', 60_000, async () => ((await plane.kube.list('apps/v1', 'ReplicaSet', spec.namespace)).length === 0 ? true : undefined));
      await setImage(spec, fresh);
      const anew = await moment(spec.namespace, 'healthy at once', (m) => m.phase === 'Healthy', events);
      keepHazard('5-steps-of-an-aborted-rollout', events);
      expect([anew.stable === aborted.current, Object.keys(anew.analyses).length]).toEqual([true, 0]);
    },
  );

  story(
    'fact 6: going back in Git after an abort changes no pod',
    () => plane,
    'hazard-revert',
    async ({ step, measured }) => {
      const spec: SmallRollout = { namespace: 'hazard-revert', replicas: 2, image: old, steps: [{ setWeight: 50 }, { pause: {} }] };
      const before = await begin(spec);
      step('release, then abort');
      const events: unknown[] = [];
      await releaseAndAbort(spec, before, events);
      await moment(spec.namespace, 'only stable pods', (m) => m.aborted && (m.ready[m.current] ?? 0) === 0 && (m.ready[before.stable] ?? 0) === 2, events);
      const pods = async (): Promise<string[]> => (await plane.kube.list('v1', 'Pod', spec.namespace)).map(({ metadata }) => metadata.uid ?? '').sort();
      const earlier = await pods();
      step('the old template again');
      const revertedAt = Date.now();
      await setImage(spec, old);
      await moment(spec.namespace, 'healthy', (m) => m.phase === 'Healthy' && !m.aborted && m.current === before.stable, events);
      measured(`healthy ${((Date.now() - revertedAt) / 1000).toFixed(1)} s after the old template came back`);
      await wait(3000);
      keepHazard('6-revert-after-abort', events);
      expect(await pods()).toEqual(earlier);
    },
  );
});
