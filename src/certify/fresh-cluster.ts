import { count } from '#util/count.ts';
import { objectId, textAt } from '#util/manifest.ts';
import { notApplicable, orSafe, type Result, unsafe } from './result.ts';
import { type ChangedUnit, isSame } from './unit.ts';

/**
 * R15: a Rollout that a cluster has not seen before goes to its release at once, without steps and analysis (argo-rollouts
 * `rollout/canary.go`: the initial deploy). No cluster may join, and no Rollout may be made anew, with the change that moves the release.
 */
export const freshCluster = (unit: ChangedUnit): readonly Result[] => {
  const [was, now] = [unit.base, unit.head].map((objects) => objects.filter((object) => textAt(object, 'kind') === 'Rollout'));
  if (now === undefined || now.length === 0) return [notApplicable('the head has no Rollout')];
  const known = new Map((was ?? []).map((object) => [objectId(object), object]));
  const recreated = now.filter((object) => !known.has(objectId(object)));
  const moved = now.filter((object) => known.has(objectId(object)) && !isSame(templateOf(known.get(objectId(object))), templateOf(object)));
  const joining = unit.newClusters.length === 0 ? [] : moved;
  const problems = [
    ...recreated.map((object) =>
      unsafe('forward', { side: 'head', object, path: ['metadata', 'name'] }, 'the Rollout is made anew: its first release goes to all pods without a step'),
    ),
    ...joining.map((object) =>
      unsafe(
        'forward',
        { side: 'head', object, path: ['spec', 'template'] },
        `${unit.newClusters.join(', ')} joins with the same change and takes the new release without a step`,
      ),
    ),
  ];
  return orSafe(problems, 'forward', `${count(now.length, 'Rollout')} on clusters that run the release before: each step is taken`);
};

const templateOf = (rollout: unknown): unknown => (rollout as { spec?: { template?: unknown } } | undefined)?.spec?.template;
