import { isAborted, isFullyPromoted, type Pass } from './pass.ts';
import { type CountInput, desiredWeight, isAtDesiredCounts, isReached, maxWeightOf, presentWeight, weightUpTo } from './replica-counts.ts';
import type { ReplicaSet, Weights } from './rollout-state.ts';

/** Points the two services at their sets; neither moves to a set without an available pod (`rollout/service.go: reconcileStableAndCanaryService`). */
export const pointServices = (pass: Pass): void => {
  const { spec, stable, fresh } = pass;
  if (spec.stableService !== '' && stable !== undefined && stable.available > 0) pass.stableSelector = stable.template;
  if (spec.canaryService === '') return;
  const target = isAborted(pass) && spec.routing === undefined ? stable : fresh;
  if (target === fresh && rolledBackFrom(pass) !== undefined) return;
  if (target !== undefined && target.available > 0) pass.canarySelector = target.template;
};

/** The template of an interrupted canary while stable, which follows the weight, is not yet complete (`IsDynamicallyRollingBackToStable`). */
const rolledBackFrom = ({ spec, status, fresh }: Pass): string | undefined => {
  if (!isFullyPromoted(status) || spec.routing === undefined || !spec.dynamicStableScale || status.weights === undefined) return undefined;
  if (status.weights.canaryTemplate === fresh.template || fresh.available >= spec.replicas) return undefined;
  return status.weights.canaryTemplate;
};

/** Sets the weight of the route, unless stable has too few pods for its share (`rollout/trafficrouting.go: reconcileTrafficRouting`). */
export const routeTraffic = (pass: Pass): void => {
  const { spec, stable } = pass;
  if (spec.routing === undefined) {
    pass.weights = undefined;
    return;
  }
  const most = maxWeightOf(spec);
  const weight = wantedWeight(pass, most);
  if (stable === undefined || !hasPodsFor(pass, stable, most - weight)) return;
  pass.routeWeight = weight;
  const next: Weights = { canary: weight, canaryTemplate: rolledBackFrom(pass) ?? pass.fresh.template, stable: most - weight, stableTemplate: stable.template };
  if (!isSameWeights(pass.status.weights, next)) pass.weights = next;
};

export const isSameWeights = (a: Weights | undefined, b: Weights | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.canary === b.canary &&
    a.stable === b.stable &&
    a.canaryTemplate === b.canaryTemplate &&
    a.stableTemplate === b.stableTemplate);

const hasPodsFor = ({ spec }: Pass, stable: ReplicaSet, weight: number): boolean => {
  const pods = Math.floor((weight * spec.replicas) / maxWeightOf(spec));
  return stable.available >= pods || isReached(spec.replicaProgressThreshold, stable, pods);
};

/** First match wins, in the order of the controller. */
const wantedWeight = (pass: Pass, most: number): number => {
  const { spec, status, fresh } = pass;
  if (rolledBackFrom(pass) !== undefined) return backWeight(pass, most);
  if (isFullyPromoted(status)) return 0;
  if (isAborted(pass)) return abortedWeight(pass, most);
  if (fresh.available === 0) return 0;
  if (status.promoteFull) return spec.dynamicStableScale ? Math.floor((most * fresh.available) / spec.replicas) : (status.weights?.canary ?? 0);
  if (spec.steps.length === 0) return 0;
  if (!isAtDesiredCounts(pass, undefined)) return weightUpTo(spec, (status.step ?? 0) - 1);
  return presentWeight(pass);
};

/** An abort points the canary's service at stable at once, whatever the weight; not before weight 0 where stable follows the weight. */
const abortedWeight = (pass: Pass, most: number): number => {
  const weight = backWeight(pass, most);
  if (pass.spec.canaryService !== '' && pass.stable !== undefined && (!pass.spec.dynamicStableScale || weight === 0))
    pass.canarySelector = pass.stable.template;
  return weight;
};

/** Weight on the way back to stable (`calculateDesiredWeightOnAbortOrStableRollback`). */
const backWeight = (pass: Pass, most: number): number => {
  const { spec, stable, status } = pass;
  if (!spec.dynamicStableScale || stable === undefined || spec.replicas === 0) return 0;
  const wanted = desiredWeight(pass satisfies CountInput);
  const stableShare = Math.floor((most * stable.available) / spec.replicas);
  const expected = Math.max(0, most - stableShare);
  if (status.weights === undefined) return Math.max(expected, wanted);
  const present = status.weights.canary;
  if (wanted <= 0) return Math.min(expected, present);
  return stableShare < most - wanted ? present : Math.min(wanted, present);
};
