import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { stringify } from 'yaml';
import { applyAll } from '#local/bootstrap.ts';
import type { Manifest } from '#model/ports.ts';
import { Plane } from './support/plane.ts';
import { type SmallRollout, smallRollout } from './support/small-rollout.ts';
import { story } from './support/story.ts';
import { keepHazard, type Moment, untilMoment } from './support/trace.ts';

const image = (version: string): string => `registry.norvik.example/hazard@sha256:${version.repeat(64)}`;
const old = image('0');
const fresh = image('1');

describe.concurrent('a sync in the middle of a canary, on the real controllers', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await new Plane().open();
  });
  afterAll(() => plane.close());

  const moment = (namespace: string, what: string, isIt: (m: Moment) => boolean, events: unknown[] = [], timeoutMs = 120_000): Promise<Moment> =>
    untilMoment(plane, namespace, what, isIt, events, timeoutMs);

  for (const [name, wave] of [
    ['with a later wave', '1'],
    ['without a later wave', '0'],
  ] as const) {
    const namespace = `hazard-sync-${wave}`;
    story(
      `fact 9: a revert in the middle of a canary is ${wave === '1' ? 'not applied while the sync waits' : 'applied at once'}, ${name}`,
      () => plane,
      namespace,
      async ({ step, measured }) => {
        const spec: SmallRollout = { namespace, replicas: 2, image: old, steps: [{ setWeight: 50 }, { pause: {} }] };
        const later: Manifest = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'later', namespace, annotations: { 'argocd.argoproj.io/sync-wave': wave } },
          data: { image: '' },
        };
        const write =
          (to: string) =>
          (folder: string): void => {
            mkdirSync(path.join(folder, 'hazards', namespace), { recursive: true });
            const objects = [smallRollout({ ...spec, image: to }), { ...later, data: { image: to } }];
            writeFileSync(path.join(folder, 'hazards', namespace, 'all.yaml'), objects.map((o) => stringify(o)).join('---\n'));
          };
        step('an Application of its own');
        await plane.publish(`${namespace}: first release`, write(old), { gate: false });
        await applyAll(plane.kube, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
        await applyAll(plane.kube, [project(plane), application(plane, namespace)]);
        const before = await moment(namespace, 'first release stable', (m) => m.phase === 'Healthy' && m.stable !== '');
        step('a release that pauses in the middle');
        await plane.publish(`${namespace}: second release`, write(fresh), { gate: false });
        const events: unknown[] = [];
        await moment(namespace, 'paused canary', (m) => m.phase === 'Paused' && m.current !== before.current, events);
        await wait(5000);
        step('the revert');
        const { pushedAt } = await plane.publish(`${namespace}: revert`, write(old), { gate: false });
        // Argo CD loses one of two requests that come within seconds, and then looks again after minutes only; so it is asked again.
        const asking = setInterval(() => void plane.refresh(namespace), 5000);
        const back = moment(
          namespace,
          'the old template',
          (m) => m.current === before.current && m.phase === 'Healthy',
          events,
          wave === '1' ? 45_000 : 180_000,
        );
        const outcome = await back.then(
          () => 'applied',
          () => 'not applied',
        );
        clearInterval(asking);
        measured(`revert ${outcome} ${((Date.now() - pushedAt) / 1000).toFixed(1)} s after the push`);
        keepHazard(`9-revert-during-sync-wave-${wave}`, events);
        const seen = await plane.kube.find({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: namespace, namespace: 'argocd' },
        });
        const { phase, message } = seen?.['status']?.operationState ?? {};
        if (wave === '1') {
          expect([outcome, phase]).toEqual(['not applied', 'Running']);
          expect(message).toContain('waiting for healthy state of argoproj.io/Rollout/agent');
        } else expect(outcome).toBe('applied');
      },
    );
  }
});

const project = ({ plan }: Plane): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'hazards', namespace: 'argocd' },
  spec: { sourceRepos: [plan.repositoryUrl], destinations: [{ name: plan.cluster, namespace: '*' }] },
});

const application = ({ plan }: Plane, namespace: string): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: namespace, namespace: 'argocd' },
  spec: {
    project: 'hazards',
    destination: { name: plan.cluster, namespace },
    source: { repoURL: plan.repositoryUrl, path: `hazards/${namespace}`, targetRevision: 'refs/heads/main' },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
  },
});
