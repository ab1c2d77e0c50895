import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPlane } from './support/start-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Scratch folder of the control plane that all stories share. */
    planeRoot: string;
  }
}

export const liveCluster = 'prd-region-se-north-01';
/** Three minutes become nine seconds: declared once, printed with each story. */
export const timeScale = 20;

/** One control plane for all stories; it goes away with them. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const running = process.env['RANFLEET_PLANE'];
  if (running !== undefined) {
    // For work on the stories themselves: a control plane that somebody has started stays.
    project.provide('planeRoot', path.resolve(running));
    return async () => {};
  }
  const { root, stop } = await startPlane({ cluster: liveCluster, timeScale });
  project.provide('planeRoot', root);
  return stop;
};
