import { maxWeightOf } from './replica-counts.ts';
import type { RolloutState } from './rollout-state.ts';

/**
 * Share of the work, 0 to 1, that goes to pods of another template than the stable one. Behind a router it is the weight, as long as the
 * canary's service points at such pods; without one it is their share of all available pods. While an aborted canary still has pods its
 * service points at them in every reconcile and back (recorded: some fifty times a second, half of the time each way; argo-rollouts #4973),
 * so a weight that an abort could not take back yet counts in full.
 */
export const canaryShare = ({ spec, status, sets, canarySelector, routeWeight }: RolloutState): number => {
  if (spec.routing !== undefined) {
    const isFlapping = status.abort && sets.some(({ template, available }) => template !== status.stable && available > 0);
    const isAtCanary = canarySelector !== '' && (canarySelector !== status.stable || isFlapping);
    return isAtCanary ? routeWeight / maxWeightOf(spec) : 0;
  }
  let all = 0;
  let stable = 0;
  for (const set of sets) {
    all += set.available;
    if (set.template === status.stable) stable = set.available;
  }
  return all === 0 ? 0 : (all - stable) / all;
};
