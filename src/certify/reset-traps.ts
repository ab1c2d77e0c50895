import type { Manifest } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { compareVersions } from '#util/version.ts';
import { changesImage, releaseMove } from './releases.ts';
import { notApplicable, orSafe, type Result, safe, unproven, unsafe } from './result.ts';
import { type ChangedUnit, isSame, pairsOf, type World } from './unit.ts';
import { upstreamMove, upstreamProblems } from './upstream.ts';

const analysisKinds = /^(Cluster)?AnalysisTemplate$/;

/**
 * R10: what starts an aborted revision again, or lets a new image bring its own judge (argo-rollouts `utils/conditions/conditions.go`).
 * Whether a revision was aborted is not in Git, so that an edit of steps alone is unproven unless two persons stand for it.
 */
export const resetTraps = (unit: ChangedUnit, world: World): readonly Result[] => {
  const move = unit.root.component === 'argo-rollouts' ? upstreamMove(unit, world) : undefined;
  if (move) return upstreamProblems(move, 'podTemplateHashes');
  const rollouts = pairsOf(unit).filter(({ after }) => textAt(after, 'kind') === 'Rollout');
  if (rollouts.length === 0) return [notApplicable('no Rollout stands on both sides')];
  return rollouts.flatMap(({ before, after }) => [...forward(unit, before, after, world), back(unit, before, after, world)]);
};

const template = (rollout: Manifest): unknown => valueAt(rollout, 'spec', 'template');
const steps = (rollout: Manifest): unknown => valueAt(rollout, 'spec', 'strategy', 'canary', 'steps');

const forward = (unit: ChangedUnit, before: Manifest, after: Manifest, world: World): readonly Result[] => {
  const place = { side: 'head' as const, object: after, path: ['spec', 'strategy', 'canary', 'steps'] };
  const [sameTemplate, sameSteps] = [isSame(template(before), template(after)), isSame(steps(before), steps(after))];
  if (sameTemplate && sameSteps) return [safe('forward', 'neither pod template nor steps change: the controller starts nothing')];
  if (sameTemplate) {
    if (isSettled(unit, world))
      return [safe('forward', 'the steps change alone, and two persons stand for that the revision was not aborted (settled in agent.yaml)')];
    return [unproven('forward', 'the steps change alone: if the revision was aborted, it starts again, and whether it was is not in Git', place)];
  }
  if (!changesImage(unit)) return [safe('forward', 'the pod template changes: a new revision, which the canary judges from its first step')];
  const templates = pairsOf(unit).filter((p) => analysisKinds.test(textAt(p.after, 'kind')) && !isSame(p.before['spec'], p.after['spec']));
  const judges = isRevert(unit, world) ? [] : [...(sameSteps ? [] : [after]), ...templates.map((p) => p.after)];
  const problems = judges.map((object) => {
    const path = object === after ? place.path : ['spec'];
    return unsafe('forward', { side: 'head', object, path }, 'a new image brings the steps or the analysis that judge it');
  });
  return orSafe(problems, 'forward', 'another image is another revision: nothing that was aborted starts again, and the judge stays the same');
};

/** An aborted canary goes back for free: the template is that of the stable pods (argo-rollouts `rollout/canary.go`, decision 9). */
const back = (unit: ChangedUnit, before: Manifest, after: Manifest, world: World): Result => {
  const sameTemplate = isSame(template(before), template(after));
  if (!sameTemplate)
    return safe(
      'back',
      'going back restores the pod template of the stable pods: no pod changes after an abort, and a completed canary is followed by another',
    );
  if (isSame(steps(before), steps(after)) || isSettled(unit, world))
    return safe('back', 'the pod template is the same on both sides: going back starts nothing');
  const place = { side: 'base' as const, object: before, path: ['spec', 'strategy', 'canary', 'steps'] };
  return unproven('back', 'going back changes the steps alone: if the revision was aborted, it starts again, and whether it was is not in Git', place);
};

const isRevert = (unit: ChangedUnit, world: World): boolean => {
  const { from, to } = releaseMove(unit, world);
  return from !== undefined && to !== undefined && (compareVersions(to, from) ?? 0) < 0;
};

const isSettled = (unit: ChangedUnit, world: World): boolean => {
  const { from } = releaseMove(unit, world);
  const entries = (side: World['base']) =>
    (side.fleet.agents.get(unit.root.agent ?? '')?.settled ?? []).filter((s) => s.ring === unit.root.ring && s.release === from);
  const older = entries(world.base).map((e) => e.change);
  return entries(world.head).some((e) => !older.includes(e.change));
};
