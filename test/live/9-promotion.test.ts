import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { timeScale } from './setup.ts';
import { isSettled, Plane, repository, until } from './support/plane.ts';
import { imageOf, pin, writeRelease } from './support/releases.ts';
import { type RunningPlane, startPlane } from './support/start-plane.ts';
import { story } from './support/story.ts';
import { look } from './support/trace.ts';
import { firstAbort, mergedKubeconfig, readable, stopped } from './support/watched.ts';

/** Two clusters of the first ring of production, each with a control plane of its own: so many failures take a release back there. */
const ring = 'w2';
const clusters = [
  { cluster: 'prd-edge-se-north-kir', hub: 'prd-hub-se-01' },
  { cluster: 'prd-edge-es-east-cas', hub: 'prd-hub-es-01' },
] as const;
const agent = 'anomaly-detector';
const [good, bad, alsoBad] = ['1.0.0', '1.0.1', '1.0.2'] as const;
/** A cluster that is born while the ring's pin names a bad release. */
const born = 'prd-edge-se-north-new';
const facts = ['--hub', 'prd-hub-se-01', '--country', 'SE', '--residency', 'EU/SE', '--vendor', 'ericsson=100', '--time-zone', 'Europe/Stockholm'];
const pinFile = `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;
const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'agent', namespace: agent } } as const;
const cli = path.join(repository, 'src/cli/main.mjs');

const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;

describe('a bad release', () => {
  const running: RunningPlane[] = [];
  const planes: Plane[] = [];
  let plane: Plane;
  let watcher: ChildProcess | undefined;
  const told: string[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-live-promotion-'));
  const key = path.join(folder, 'key.pem');
  const log = path.join(folder, 'seen.ndjson');
  const kubeconfig = path.join(folder, 'kubeconfig.yaml');
  const everywhere = <T>(ask: (each: Plane) => Promise<T>): Promise<T[]> => Promise.all(planes.map(ask));

  const run = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: plane.clone, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };

  /** A key, and the record that this ring has verified what it runs: without it nobody would know what to go back to. */
  const foundEvidence = async (): Promise<void> => {
    const keys = run('evidence', 'keygen', key)
      .replace('CHANGE-ME', '"@norvik/release"')
      .replace(/kinds: .*/, 'kinds: [promotion, revert, hold]')
      .replace(/validFrom: .*/, 'validFrom: 2026-01-01T00:00:00.000Z');
    await plane.publish(
      'A key, and what the ring has verified',
      async (clone) => {
        mkdirSync(path.join(clone, 'evidence'), { recursive: true });
        writeFileSync(path.join(clone, 'evidence/keys.yaml'), keys);
        const renderSha256 = createHash('sha256').update(agent).digest('hex');
        const time = new Date().toISOString();
        const predicate = {
          agent,
          ring,
          release: good,
          pinCommit: await plane.git('rev-parse', 'HEAD'),
          renderSha256,
          policySha256: renderSha256,
          decision: { outcome: 'allow', reasons: ['it has run here'] },
          observations: [],
          soak: { start: time, end: time },
        };
        const input = {
          kind: 'promotion',
          chain: `${agent}/${ring}`,
          id: 'verified',
          time,
          subject: [{ name: `${agent} ${good}`, digest: { sha256: renderSha256 } }],
          predicate,
        };
        writeFileSync(path.join(folder, 'input.json'), JSON.stringify(input));
        run('evidence', 'record', path.join(folder, 'input.json'), '--key', key);
      },
      { gate: false },
    );
  };

  const watch = (): ChildProcess => {
    const where = clusters.flatMap(({ cluster, hub }) => ['--context', cluster, '--hub', `${hub}=${cluster}`]);
    const args = ['promote', '--apply', '--reverts-only', '--watch', '3', '--kubeconfig', kubeconfig, ...where];
    args.push('--remote', plane.origin, '--key', key, '--observations', log);
    const child = spawn(process.execPath, [cli, ...args], { cwd: plane.clone, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => told.push(bytes.toString()));
    return child;
  };

  const pinned = async (): Promise<string> => {
    await plane.git('fetch', '--quiet', 'origin', 'main');
    return /releases\/(\S+)/.exec(await plane.git('show', `origin/main:${pinFile}`))?.[1] ?? '';
  };

  beforeAll(async () => {
    for (const { cluster } of clusters) {
      const follow = running[0]?.root;
      running.push(await startPlane({ cluster, timeScale, ...(follow === undefined ? {} : { follow }) }));
      planes.push(new Plane(running.at(-1)?.root));
    }
    plane = await (planes[0] as Plane).open();
    writeFileSync(kubeconfig, mergedKubeconfig(planes));
    await everywhere((each) => each.atRest(agent, 300_000));
    await foundEvidence();
    await everywhere((each) => each.inject([{ image: imageOf(agent, bad), errors: 20 }]));
  });
  afterAll(async () => {
    await stopped(watcher);
    for (const each of planes) each.close();
    for (const { stop } of running) await stop();
    rmSync(folder, { recursive: true });
  });

  story(
    'is aborted, taken back in Git without a person, synced, and does not come back with a new workload',
    () => plane,
    agent,
    async ({ step, measured }) => {
      const atFirst = await imagesOf();
      expect(atFirst).toHaveLength(1);
      expect(atFirst[0]).not.toContain(imageOf(agent, bad));
      step('start to watch');
      watcher = watch();
      await until(
        'a first look',
        120_000,
        async () => (readable(log).includes('"kind":"agent"') ? true : undefined),
        () => told.join(''),
      );
      step(`publish ${bad}`);
      const { pushedAt } = await plane.publish(
        `Release ${agent} ${bad} to ${ring}`,
        (clone) => {
          writeRelease(clone, agent, bad);
          pin(clone, agent, ring, bad);
        },
        { gate: false },
      );
      step('wait for the abort');
      const abortedAt = await until(
        'the abort',
        240_000,
        async () => ((await everywhere(async (each) => (await look(each, agent))?.moment.aborted === true)).every(Boolean) ? Date.now() : undefined),
        () => told.join(''),
      );
      step('wait for the commit');
      const committedAt = await until(
        'the commit that takes it back',
        120_000,
        async () => ((await pinned()) === good ? Date.now() : undefined),
        () => told.join(''),
      );
      const seenAt = firstAbort(log, agent, bad);
      step('wait until the cluster has converged');
      const convergedAt = await until(
        'all pods of the verified release',
        300_000,
        async () => ((await isConverged()) ? Date.now() : undefined),
        () => told.join(''),
      );
      measured(`from the push to the abort of Argo Rollouts: ${seconds(pushedAt, abortedAt)} (durations divided by 20)`);
      measured(
        `from the abort to its detection: ${seconds(abortedAt, seenAt)}, to the revert commit: ${seconds(abortedAt, committedAt)}, to converged: ${seconds(abortedAt, convergedAt)}`,
      );
      expect(committedAt - abortedAt).toBeLessThan(60_000);
      expect(convergedAt - abortedAt).toBeLessThan(300_000);

      step('look at the commit');
      const commit = await plane.git('log', '-1', '--format=%H', 'origin/main', '--', pinFile);
      const changed = (await plane.git('show', '--name-only', '--format=%an', commit)).split('\n').filter((line) => line !== '');
      expect(changed).toEqual(['ranfleet', `agents/${agent}/quarantine.yaml`, pinFile, `evidence/${agent}/${ring}/00000002.json`]);
      await plane.git('checkout', '--quiet', '--force', '--detach', 'origin/main');
      expect(run('verify')).toContain('verified 2 records');

      step('make the workload new: a Rollout that is created takes what Git says at once, without a canary');
      const before = await uid();
      await plane.kube.delete(rollout);
      await until('a new Rollout', 240_000, async () => {
        const now = await uid();
        return now !== undefined && now !== before ? true : undefined;
      });
      await plane.atRest(agent, 240_000);
      const images = await imagesOf();
      measured(`the new workload runs ${images.join(', ')}`);
      expect(images).toEqual(atFirst);
      expect(await pinned()).toBe(good);
    },
    900_000,
  );

  story(
    'comes to no cluster that is born while its pin stands',
    () => plane,
    agent,
    async ({ step, measured }) => {
      const verified = await imagesOf();
      step('stop to watch, so that it stays in Git');
      await stopped(watcher);
      step(`publish ${alsoBad}`);
      await plane.publish(
        `Release ${agent} ${alsoBad} to ${ring}`,
        (clone) => {
          writeRelease(clone, agent, alsoBad);
          pin(clone, agent, ring, alsoBad);
        },
        { gate: false },
      );
      step(`make ${born}`);
      await plane.publish(`A new cluster in ${ring}`, () => void run('cluster', 'new', born, '--wave', ring, ...facts));
      running.push(await startPlane({ cluster: born, source: plane.clone, follow: plane.layout.root, timeScale }));
      const newborn = new Plane(running.at(-1)?.root);
      planes.push(newborn);
      await newborn.atRest(agent, 300_000);
      const images = await imagesOf([newborn]);
      measured(`${born} runs ${images.join(', ')} while the pin of ${ring} names ${await pinned()}`);
      expect(images).toEqual(verified);
      expect(await pinned()).toBe(alsoBad);
    },
    900_000,
  );

  const isConverged = async (): Promise<boolean> => {
    const at = await everywhere(async (each) => {
      const [application] = (await each.applications()).filter(({ name }) => name === `${agent}.${each.plan.cluster}`);
      return application !== undefined && isSettled(application);
    });
    return at.every(Boolean) && !(await imagesOf()).includes(imageOf(agent, bad));
  };
  const uid = async (): Promise<string | undefined> => (await plane.kube.find(rollout))?.metadata.uid;
  /** What runs on these clusters together. */
  const imagesOf = async (of: readonly Plane[] = planes): Promise<string[]> => {
    const pods = (await Promise.all(of.map((each) => each.kube.list('v1', 'Pod', agent)))).flat();
    return [...new Set(pods.flatMap((p) => p['spec'].containers.map((c: { image: string }) => c.image)))];
  };
});
