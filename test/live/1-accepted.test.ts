import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { KubeError, type KubeObject } from '#adapters/kube-client.ts';
import { applicationKind, sourcesOf } from '#local/application.ts';
import { applyAll } from '#local/bootstrap.ts';
import { buildFolder } from '#local/upstream.ts';
import type { Manifest } from '#model/ports.ts';
import { runPool } from '#util/pool.ts';
import { liveCluster } from './setup.ts';
import { Plane, repository } from './support/plane.ts';
import { story } from './support/story.ts';

/** Every object that a cluster declares and that its Applications render from this repository. */
const objectsOf = (checkout: string, cluster: string, repositoryUrl: string): { from: string; object: Manifest }[] => {
  const overlay = path.join('clusters', cluster);
  const build = (folder: string): { from: string; object: Manifest }[] =>
    buildFolder(repository, path.join(checkout, folder)).map((object) => ({ from: folder, object }));
  const declared = build(overlay);
  const folders = declared
    .filter(({ object }) => object['kind'] === applicationKind.kind)
    .flatMap(({ object }) => sourcesOf(object as unknown as KubeObject))
    .filter(({ repoURL }) => repoURL === repositoryUrl)
    .map((source) => source.path);
  return [...declared, ...folders.flatMap(build)];
};

const nameOf = ({ apiVersion, kind, metadata }: KubeObject): string => `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

describe('the API server', () => {
  let plane: Plane;
  beforeAll(() => {
    plane = new Plane();
  });
  afterAll(() => plane.close());

  for (const cluster of ['prd-hub-se-01', liveCluster]) {
    story(
      `accepts every object of ${cluster} in strict server-side dry run`,
      () => plane,
      cluster,
      async ({ step, measured }) => {
        step('check out what is served');
        const checkout = mkdtempSync(path.join(tmpdir(), 'ranfleet-accepted-'));
        execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${plane.layout.repository}`, checkout]);
        step('build the overlay and every unit');
        const objects = objectsOf(checkout, cluster, plane.plan.repositoryUrl);
        step('make the namespaces, without which the server judges nothing in them');
        const wanted = new Set(objects.map(({ object }) => (object as unknown as KubeObject).metadata.namespace).filter((n) => n !== undefined));
        const there = new Set((await plane.kube.list('v1', 'Namespace')).map(({ metadata }) => metadata.name));
        await applyAll(
          plane.kube,
          [...wanted].filter((n) => !there.has(n)).map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
        );
        step('ask the server about each object');
        const refused: string[] = [];
        await runPool(objects, 8, async ({ from, object }) => {
          try {
            await plane.kube.apply(object, { dryRun: true, manager: 'gate' });
          } catch (error) {
            if (!(error instanceof KubeError)) throw error;
            refused.push(`${from}: ${nameOf(object as unknown as KubeObject)}: ${error.message}`);
          }
        });
        measured(`${objects.length} objects of ${new Set(objects.map(({ from }) => from)).size} roots asked, ${refused.length} refused`);
        expect(refused).toEqual([]);
        expect(objects.length).toBeGreaterThan(100);
      },
    );
  }
});
