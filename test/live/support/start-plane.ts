import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { headSnapshot } from '#cli/context.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { launch, stopAll, untilReady } from '#local/control.ts';

const engineRoot = path.resolve(import.meta.dirname, '../../..');

export interface PlaneOptions {
  readonly cluster: string;
  /** Clone whose HEAD is served; this one unless named. */
  readonly source?: string;
  /** Scratch folder of a control plane whose repository is served instead. */
  readonly follow?: string;
  readonly timeScale: number;
}

export interface RunningPlane {
  /** Scratch folder of the control plane. */
  readonly root: string;
  /** Seconds from the start to ready. */
  readonly readySeconds: number | undefined;
  stop(): Promise<void>;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Starts the control plane of one cluster and waits until it is ready; nothing of it is left when it does not come up. */
export const startPlane = async ({ cluster, source = engineRoot, follow, timeScale }: PlaneOptions): Promise<RunningPlane> => {
  const fleet = readFleet(headSnapshot(source, 'HEAD'));
  const root = path.join(mkdtempSync(path.join(tmpdir(), 'ranfleet-live-')), 'plane');
  const nodes = fleet.clusters.get(cluster)?.nodes ?? { count: 1, cpu: 1, memoryGi: 1 };
  await launch({ root, engineRoot, source, follow, cluster, repositoryUrl: fleet.config.repository, timeScale, seed: 1, bare: false, nodes });
  say(`control plane of ${cluster}, ${nodes.count} nodes, durations divided by ${timeScale}`);
  const stop = async (): Promise<void> => {
    const { killed } = await stopAll(root);
    say(`control plane of ${cluster} stopped${killed > 0 ? `; ${killed} processes had to be killed` : ''}`);
  };
  try {
    const { readySeconds } = await untilReady(root, (message) => say(`  ${message}`));
    say(`  ready after ${readySeconds?.toFixed(1)} s`);
    return { root, readySeconds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
