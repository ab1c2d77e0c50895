import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { headSnapshot } from '#cli/context.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { launch, stopAll, untilReady } from '#local/control.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Scratch folder of the control plane that all stories share. */
    planeRoot: string;
  }
}

const repository = path.resolve(import.meta.dirname, '../..');
export const liveCluster = 'prd-region-se-north-01';
/** Three minutes become nine seconds: declared once, printed with each story. */
const timeScale = 20;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** One control plane for all stories; it goes away with them. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const running = process.env['RANFLEET_PLANE'];
  if (running !== undefined) {
    // For work on the stories themselves: a control plane that somebody has started stays.
    project.provide('planeRoot', path.resolve(running));
    return async () => {};
  }
  const fleet = readFleet(headSnapshot(repository, 'HEAD'));
  const root = path.join(mkdtempSync(path.join(tmpdir(), 'ranfleet-live-')), 'plane');
  const nodes = fleet.clusters.get(liveCluster)?.nodes ?? { count: 1, cpu: 1, memoryGi: 1 };
  await launch({
    root,
    engineRoot: repository,
    source: repository,
    cluster: liveCluster,
    repositoryUrl: fleet.config.repository,
    timeScale,
    seed: 1,
    bare: false,
    nodes,
  });
  say(`control plane of ${liveCluster}, ${nodes.count} nodes, durations divided by ${timeScale}`);
  project.provide('planeRoot', root);
  const stop = async (): Promise<void> => {
    const { killed } = await stopAll(root);
    say(`control plane stopped${killed > 0 ? `; ${killed} processes had to be killed` : ''}`);
  };
  try {
    const state = await untilReady(root, (message) => say(`  ${message}`));
    say(`  ready after ${state.readySeconds?.toFixed(1)} s`);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
};
