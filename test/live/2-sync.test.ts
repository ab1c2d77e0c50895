import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { applicationKind, sourcesOf } from '#local/application.ts';
import { readState } from '#local/control.ts';
import { buildFolder } from '#local/upstream.ts';
import { canonical } from './support/canonical.ts';
import { isSettled, Plane, repository, until } from './support/plane.ts';
import { renderedByArgo } from './support/redis.ts';
import { story } from './support/story.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('Argo CD', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await new Plane().open();
  });
  afterAll(() => plane.close());

  const allSettledAt = async (commit: string, timeoutMs: number): Promise<void> => {
    let unsettled = '';
    await until(
      `all Applications at ${commit.slice(0, 10)}`,
      timeoutMs,
      async () => {
        const views = await plane.fleetApplications();
        const late = views.filter((view) => !isSettled(view) || view.revision !== commit);
        unsettled = late.map((v) => `${v.name} ${v.sync} ${v.health} ${v.revision.slice(0, 10)} ${v.message.slice(0, 200)}`).join('\n');
        return views.length > 0 && late.length === 0 ? true : undefined;
      },
      () => unsettled,
    );
  };

  story(
    'brings every Application of the cluster to Synced and Healthy',
    () => plane,
    'level=error',
    async ({ step, measured }) => {
      const startedAt = Date.now();
      step('wait for the first sync');
      const commit = await plane.git('rev-parse', 'origin/main');
      await allSettledAt(commit, 280_000);
      const { leftOut = [] } = readState(plane.layout) ?? {};
      const views = await plane.fleetApplications();
      measured(
        `${views.length} Applications in ${seconds(Date.now() - startedAt)} after the control plane was ready; ${leftOut.length} need Git servers that are not here: ${leftOut.map((l) => l.application.split('.')[0]).join(', ')}`,
      );
      expect(views.length + leftOut.length).toBe(
        buildFolder(repository, path.join(plane.clone, 'clusters', plane.plan.cluster)).filter((o) => o['kind'] === 'Application').length,
      );
      expect(views.length).toBeGreaterThan(40);
    },
  );

  story(
    'renders for every Application what the gate renders, byte for byte',
    () => plane,
    'Manifest',
    async ({ step, measured }) => {
      step('read what the repo-server rendered');
      const commit = await plane.git('rev-parse', 'origin/main');
      const byArgo = await renderedByArgo(plane.plan.ports.redis, commit);
      step('build the same folders with the kustomize of the gate');
      const differing: string[] = [];
      const applications = (await plane.kube.list(applicationKind.apiVersion, applicationKind.kind, 'argocd')).filter(({ metadata }) =>
        plane.isOfFleet(metadata.name),
      );
      for (const application of applications) {
        const { metadata } = application;
        const ours = sourcesOf(application).flatMap((source) => buildFolder(repository, path.join(plane.clone, source.path)));
        const theirs = byArgo.get(metadata.name);
        if (theirs === undefined || canonical(ours) !== canonical(theirs)) differing.push(`${metadata.name}${theirs === undefined ? ' was not found' : ''}`);
      }
      measured(`${applications.length} Applications compared at ${commit.slice(0, 10)}`);
      expect(differing).toEqual([]);
      expect(applications.length).toBeGreaterThan(40);
    },
  );

  story(
    'deploys a commit to every Application of the cluster in less than 5 minutes, canary pauses excluded',
    () => plane,
    'level=error',
    async ({ step, measured }) => {
      const times: number[] = [];
      for (let run = 1; run <= 3; run++) {
        step(`run ${run}: change every agent of the ring that does not write to the network, where no canary is needed`);
        const { commit, pushedAt } = await plane.publish(`Measure deployment ${run}`, (folder) => markPodMonitors(folder, `${Date.now()}`), {
          gate: run === 1,
        });
        await allSettledAt(commit, 300_000);
        times.push(Date.now() - pushedAt);
      }
      measured(`push to all Applications synced and healthy: n ${times.length}, median ${seconds(median(times))}, worst ${seconds(Math.max(...times))}`);
      expect(Math.max(...times)).toBeLessThan(300_000);
    },
    900_000,
  );

  story(
    'puts back a live edit, a deleted object and a controller that was killed',
    () => plane,
    'self-heal',
    async ({ step, measured }) => {
      const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'agent', namespace: 'coverage-analyzer' } };
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace: 'coverage-analyzer' } };
      step('edit a PodDisruptionBudget by hand');
      let at = Date.now();
      await plane.kube.patch(budget, { spec: { maxUnavailable: 9 } });
      await until('the PodDisruptionBudget as in Git', 120_000, async () =>
        (await plane.kube.find(budget))?.['spec'].maxUnavailable === 1 ? true : undefined,
      );
      measured(`live edit put back in ${seconds(Date.now() - at)}`);
      step('delete a NetworkPolicy');
      at = Date.now();
      await plane.kube.delete(policy);
      await until('the NetworkPolicy', 120_000, () => plane.kube.find(policy));
      measured(`deleted object put back in ${seconds(Date.now() - at)}`);
      for (const name of ['argocd-application-controller', 'argo-rollouts']) {
        step(`kill ${name}`);
        const part = () => readState(plane.layout)?.parts.find((p) => p.name === name);
        const before = part();
        at = Date.now();
        process.kill(before?.pid ?? 0, 'SIGKILL');
        await until(`${name} again`, 60_000, async () => (part()?.status === 'running' && part()?.pid !== before?.pid ? true : undefined));
        measured(`${name} runs again after ${seconds(Date.now() - at)}`);
      }
      step('both controllers work again');
      at = Date.now();
      await plane.kube.delete(policy);
      await until('the NetworkPolicy, by the controller that was started again', 180_000, () => plane.kube.find(policy));
      measured(`the controller that was started again put back a deleted object in ${seconds(Date.now() - at)}`);
    },
  );
});

/**
 * An annotation on the PodMonitor of the agents of the ring that do not write to the network (one that does changes alone): their
 * Applications have something to sync, all others take the new commit, and no pod changes.
 */
const markPodMonitors = (folder: string, mark: string): void => {
  for (const agent of readdirSync(path.join(folder, 'agents'))) {
    const unit = path.join(folder, 'agents', agent, 'rings', 'w3', 'region', 'kustomization.yaml');
    if (!existsSync(unit) || /^tier: W$/m.test(readFileSync(path.join(folder, 'agents', agent, 'agent.yaml'), 'utf8'))) continue;
    const text = readFileSync(unit, 'utf8');
    const patch = `patches:
  - target: {kind: PodMonitor, name: agent}
    patch: |-
      - {op: add, path: /metadata/annotations, value: {ranfleet.norvik.example/measured: "${mark}"}}
`;
    if (text.includes('patches:')) writeFileSync(unit, text.replace(/measured: "\d+"/, `measured: "${mark}"`));
    else appendFileSync(unit, patch);
  }
};
