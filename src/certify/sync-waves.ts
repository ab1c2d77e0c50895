import type { Manifest } from '#model/ports.ts';
import { textAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { hasSyncOption, syncsWith } from './sync-options.ts';
import { type ChangedUnit, type Transition, transitionsOf } from './unit.ts';

/**
 * R16: a sync with a later wave, or one that prunes last, goes on until the Rollout of an earlier one is healthy, and no other sync starts
 * meanwhile: a revert waits behind the canary that it is to stop (argo-cd `controller/appcontroller.go`; reproduced in `test/live`).
 */
export const syncWaves = (unit: ChangedUnit): readonly Result[] => {
  if (![...unit.base, ...unit.head].some(isSlow)) return [notApplicable('nothing here takes a while to become healthy')];
  return transitionsOf(unit).flatMap((way) =>
    orSafe([...waveProblems(way), ...pruneProblems(unit, way)], way.direction, `all of ${way.toSide} is applied in one wave: the next sync can start at once`),
  );
};

const isSlow = (object: Manifest): boolean => ['Rollout', 'StatefulSet', 'Deployment', 'DaemonSet'].includes(textAt(object, 'kind'));

const waveOf = (object: Manifest): string => textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/sync-wave') || '0';

const waveProblems = (way: Transition): Result[] => {
  const slowest = Math.min(...way.to.filter(isSlow).map((object) => Number(waveOf(object))));
  const later = way.to.filter((object) => Number(waveOf(object)) > slowest);
  const waves = uniqueSorted(way.to.map(waveOf));
  return later.map((object) =>
    unsafe(
      way.direction,
      { side: way.toSide, object, path: ['metadata', 'annotations', 'argocd.argoproj.io/sync-wave'] },
      `waves ${waves.join(', ')}: the sync waits for wave ${slowest}, and a revert waits for the sync`,
    ),
  );
};

/** Pruning last is a wave of its own, once there is something to prune. */
const pruneProblems = ({ applications, base, head }: ChangedUnit, way: Transition): Result[] => {
  const after = new Set(way.to.map(idOf));
  const pruned = way.from.filter((object) => !after.has(idOf(object)) && !hasSyncOption(object, 'Prune=false'));
  if (pruned.length === 0 || base.length + head.length === 0) return [];
  const placed = applications[way.toSide];
  if (placed.length === 0) return [unproven(way.direction, 'something is pruned, and no Application of the unit is rendered that says when')];
  return placed
    .filter(({ object }) => syncsWith(object, 'PruneLast=true'))
    .map(({ object, root }) =>
      unsafe(
        way.direction,
        { side: way.toSide, object, path: ['spec', 'syncPolicy', 'syncOptions'], root },
        'PruneLast=true makes the sync wait for the canary before it prunes',
      ),
    );
};

const idOf = (object: Manifest): string => `${textAt(object, 'kind')}/${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
