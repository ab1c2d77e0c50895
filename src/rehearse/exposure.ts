import { maxWeightOf } from './replica-counts.ts';
import type { RolloutState } from './rollout-state.ts';

/**
 * Share of the work, 0 to 1, that goes to pods of another template than the stable one. Behind a router it is the weight, as long as the
 * canary's service points at such pods; without one it is their share of all available pods.
 */
export const canaryShare = ({ spec, status, sets, canarySelector, routeWeight }: RolloutState): number => {
  if (spec.routing !== undefined) return canarySelector === status.stable || canarySelector === '' ? 0 : routeWeight / maxWeightOf(spec);
  let all = 0;
  let stable = 0;
  for (const set of sets) {
    all += set.available;
    if (set.template === status.stable) stable = set.available;
  }
  return all === 0 ? 0 : (all - stable) / all;
};
