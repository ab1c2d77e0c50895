import path from 'node:path';
import { worktreeSnapshot } from '#adapters/git.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { rootsOf } from '#render/roots.ts';
import { createRenderSetup } from '../../src/cli/context.ts';
import { repository } from './policy-cases.ts';

export interface RenderedFleet {
  readonly fleet: Fleet;
  readonly roots: readonly RenderedRoot[];
}

/** Every root of this repository, or those that are wanted, rendered by the real kustomize (from the cache where nothing changed). */
export const renderFleet = async (isWanted: (path: string) => boolean = () => true): Promise<RenderedFleet> => {
  const snapshot = worktreeSnapshot(path.resolve(repository));
  const setup = createRenderSetup({ cache: true });
  try {
    const wanted = rootsOf(snapshot).filter((root) => isWanted(root.path));
    const roots = await renderRoots({ snapshot, graph: new ClosureGraph(snapshot), roots: wanted }, setup.tools);
    return { fleet: readFleet(snapshot), roots };
  } finally {
    setup.scratch.clear();
  }
};
