import type { ControllerVersion } from '#model/analysis.ts';
import type { PodBound, RolloutSpec } from '#model/rollout.ts';
import { basicCounts, type Counts } from './basic-counts.ts';
import type { ReplicaSet, RolloutStatus, Weights } from './rollout-state.ts';

/** What the number of pods of a canary depends on. */
export interface CountInput {
  readonly spec: RolloutSpec;
  readonly version: ControllerVersion;
  readonly status: RolloutStatus;
  /** The set of the pod template that the spec asks for. */
  readonly fresh: ReplicaSet;
  readonly stable: ReplicaSet | undefined;
  /** Sets that are neither. */
  readonly others: readonly ReplicaSet[];
}

export const maxWeightOf = (spec: RolloutSpec): number => spec.routing?.maxWeight ?? 100;

/** Weight of the last setWeight up to a step; 0 where none comes before it. */
export const weightUpTo = (spec: RolloutSpec, step: number): number => {
  for (let at = Math.min(step, spec.steps.length - 1); at >= 0; at--) {
    const found = spec.steps[at];
    if (found?.kind === 'setWeight') return found.weight;
  }
  return 0;
};

/** Weight that the present step asks for (`GetCurrentSetWeight`). */
export const presentWeight = ({ spec, status }: CountInput): number => {
  if (status.abort) return 0;
  if (isPastSteps(spec, status)) return maxWeightOf(spec);
  return weightUpTo(spec, status.step ?? 0);
};

/** Whether no step is left; a Rollout without steps has none. */
const isPastSteps = (spec: RolloutSpec, status: RolloutStatus): boolean => spec.steps.length <= (status.step ?? 0);

/** Where an abort takes a canary whose stable set follows the weight: down the steps as stable pods become available (`GetDesiredCanaryWeight`). */
export const desiredWeight = (input: CountInput): number => {
  const { spec, status, fresh, stable } = input;
  if (!(status.abort && spec.dynamicStableScale && stable !== undefined)) return presentWeight(input);
  const canaryPods = Math.max(spec.replicas - stable.available, fresh.available);
  for (let at = spec.steps.length - 1; at >= 0; at--) {
    const step = spec.steps[at];
    if (step?.kind === 'setWeight' && podsFor(spec, step.weight) < canaryPods) return step.weight;
  }
  return 0;
};

/** Pods for a weight, rounded up (`trafficWeightToReplicas`). */
const podsFor = (spec: RolloutSpec, weight: number): number => Math.ceil((weight * spec.replicas) / maxWeightOf(spec));

/** The number of canary pods that a step has fixed, or the weight that decides it (`GetCanaryReplicasOrWeight`). */
const canaryTarget = (input: CountInput): { readonly pods: number } | { readonly weight: number } => {
  const { spec, status } = input;
  if (status.promoteFull || status.stable === '' || status.current === status.stable) return { weight: maxWeightOf(spec) };
  const scale = scaleInForce(input);
  if (scale?.replicas !== undefined) return { pods: scale.replicas };
  if (scale?.weight !== undefined) return { weight: scale.weight };
  return { weight: desiredWeight(input) };
};

/** The setCanaryScale that holds at the present step; an abort ends it unless the canary is to stay (`UseSetCanaryScale`). */
const scaleInForce = ({ spec, status }: CountInput): { replicas: number | undefined; weight: number | undefined } | undefined => {
  if (spec.routing === undefined) return undefined;
  if (status.abort && spec.abortScaleDownDelay.seconds !== 'never') return undefined;
  if (isPastSteps(spec, status)) return undefined;
  for (let at = status.step ?? 0; at >= 0; at--) {
    const step = spec.steps[at];
    if (step?.kind === 'setCanaryScale') return step.matchTrafficWeight ? undefined : step;
  }
  return undefined;
};

/** No set that has pods at all has fewer than this (`CheckMinPodsPerReplicaSet`); 1.10 never asks for more than the Rollout has. */
const atLeast = ({ spec, version }: CountInput, pods: number): number => {
  if (pods === 0 || spec.minPodsPerReplicaSet === undefined || spec.routing === undefined) return pods;
  return Math.max(pods, version === '1.9' ? spec.minPodsPerReplicaSet : Math.min(spec.minPodsPerReplicaSet, spec.replicas));
};

/** Pods of both sets where requests are routed (`CalculateReplicaCountsForTrafficRoutedCanary`). */
const routedCounts = (input: CountInput, weights: Weights | undefined): Counts => {
  const { spec, status } = input;
  const target = canaryTarget(input);
  const weight = 'weight' in target ? target.weight : 0;
  let canary = 'pods' in target ? target.pods : atLeast(input, podsFor(spec, weight));
  if (!spec.dynamicStableScale) return { canary, stable: spec.replicas };
  let stable = podsFor(spec, maxWeightOf(spec) - weight);
  if (weights !== undefined) {
    stable = Math.max(stable, podsFor(spec, weights.stable));
    if (status.abort) canary = Math.max(canary, podsFor(spec, weights.canary));
  }
  return { canary: atLeast(input, canary), stable: atLeast(input, stable) };
};

/** How many pods the canary and stable sets are to have now. */
export const countsOf = (input: CountInput, weights: Weights | undefined): Counts => {
  if (input.spec.routing !== undefined) return routedCounts(input, weights);
  const target = canaryTarget(input);
  return basicCounts(input, 'weight' in target ? target.weight : 0);
};

/** Whether enough pods of a set are available, all of them where no threshold is set (`ReplicaProgressThresholdMet`). */
export const isReached = (threshold: PodBound | undefined, set: ReplicaSet, desired: number): boolean => {
  if (threshold === undefined) return desired === set.replicas && desired === set.available;
  if (!threshold.percent) return set.available >= threshold.value;
  return desired === 0 || (set.available / desired) * 100 >= threshold.value - 1e-10;
};

/** Whether both sets have the pods that the present step asks for (`AtDesiredReplicaCountsForCanary`). */
export const isAtDesiredCounts = (input: CountInput, weights: Weights | undefined): boolean => {
  const { spec, fresh, stable, others } = input;
  const counts = countsOf(input, weights);
  if (!isReached(spec.replicaProgressThreshold, fresh, counts.canary)) return false;
  if (spec.routing === undefined || !spec.dynamicStableScale) {
    if (stable === undefined || stable.replicas !== counts.stable || stable.created !== counts.stable) return false;
  }
  return spec.routing !== undefined || others.every(({ available }) => available === 0);
};
