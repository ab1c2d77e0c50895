import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { objectId, valueAt } from '#util/manifest.ts';
import type { Fault } from './fault.ts';

/** What a change does to a Rollout that stood before; nothing for a new one. */
export const changeFaults = (rollout: Manifest, base: RenderedRoot | undefined): Fault[] => {
  const before = base?.objects.find((object) => objectId(object) === objectId(rollout));
  if (before === undefined) return [];
  const differs = (...path: readonly string[]): boolean => JSON.stringify(valueAt(before, ...path)) !== JSON.stringify(valueAt(rollout, ...path));
  const steps = ['spec', 'strategy', 'canary', 'steps'];
  if (!differs(...steps) || differs('spec', 'template')) return [];
  const message = 'changes its steps and not its pods: where this Rollout was aborted, the aborted revision starts again';
  return [{ rule: 'stepsOnly', path: steps, message }];
};
