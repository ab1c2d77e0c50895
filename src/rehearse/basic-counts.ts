import type { PodBound, RolloutSpec } from '#model/rollout.ts';
import type { ReplicaSet } from './rollout-state.ts';

export interface Counts {
  readonly canary: number;
  readonly stable: number;
}

/** What the counts depend on where pods are the weight. */
interface BasicInput {
  readonly spec: RolloutSpec;
  readonly fresh: ReplicaSet;
  readonly stable: ReplicaSet | undefined;
  readonly others: readonly ReplicaSet[];
}

const podsOf = ({ value, percent }: PodBound, replicas: number, round: (pods: number) => number): number => (percent ? round((value * replicas) / 100) : value);

/** How many pods more, and fewer, than the Rollout has may stand meanwhile (`utils/replicaset/replicaset.go: resolveFenceposts`). */
export const limitsOf = ({ maxSurge, maxUnavailable, replicas }: RolloutSpec): { surge: number; unavailable: number } => {
  const surge = podsOf(maxSurge, replicas, Math.ceil);
  const unavailable = podsOf(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: replicas === 0 ? 0 : Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable) };
};

/**
 * Pods of both sets where their ratio is the weight: a rolling update within the limits, towards the ratio that comes closest
 * (`utils/replicaset/canary.go: CalculateReplicaCountsForBasicCanary`).
 */
export const basicCounts = (input: BasicInput, weight: number): Counts => {
  const { spec, fresh, others } = input;
  const { surge, unavailable } = limitsOf(spec);
  const stable = input.stable?.template === fresh.template ? undefined : input.stable;
  const wanted = stable === undefined ? { canary: spec.replicas, stable: 0 } : closestRatio(spec.replicas, weight, surge);
  const grown = grow(input, stable, wanted, spec.replicas + surge);
  if (others.some(({ replicas }) => replicas > 0)) return grown;
  const least = spec.replicas - unavailable;
  const isIncreasing = wanted.canary >= fresh.replicas;
  const standing = countedForShrinking(fresh, !isIncreasing) + (input.stable === undefined ? 0 : countedForShrinking(input.stable, isIncreasing));
  const spare = standing - least;
  if (spare <= 0) return grown;
  const limits = { most: spec.replicas + surge, least };
  if (!isIncreasing) {
    const canary = shrink(fresh, wanted.canary, spare, grown.canary);
    const [drained, kept] = withinLimits({ set: fresh, pods: canary }, { set: input.stable, pods: grown.stable }, limits);
    return { canary: drained, stable: kept };
  }
  if (stable === undefined) return grown;
  const pods = shrink(stable, wanted.stable, spare, grown.stable);
  const [drained, kept] = withinLimits({ set: stable, pods }, { set: fresh, pods: grown.canary }, limits);
  return { canary: kept, stable: drained };
};

/** Scales up first stable, then the canary, as far as the surge allows. */
const grow = ({ fresh, others }: BasicInput, stable: ReplicaSet | undefined, wanted: Counts, most: number): Counts => {
  let room = most - fresh.replicas - (stable?.replicas ?? 0) - others.reduce((sum, { replicas }) => sum + replicas, 0);
  const add = (from: number, to: number): number => {
    const added = Math.min(Math.max(0, to - from), Math.max(0, room));
    room -= added;
    return from + added;
  };
  const stablePods = stable === undefined ? 0 : add(stable.replicas, wanted.stable);
  return { stable: stablePods, canary: add(fresh.replicas, wanted.canary) };
};

/** Pods of a set when it is asked whether pods may go; one that is to be drained counts even while it is not available (`GetReplicasForScaleDown`). */
const countedForShrinking = (set: ReplicaSet, isDrained: boolean): number => (set.replicas < set.available || isDrained ? set.replicas : set.available);

const shrink = (set: ReplicaSet, wanted: number, spare: number, otherwise: number): number =>
  set.replicas > wanted ? Math.max(wanted, set.replicas - spare) : otherwise;

interface Planned {
  readonly set: ReplicaSet | undefined;
  readonly pods: number;
}

/** Takes pods away that are above the surge, first from the set that stays as long as enough are available (`adjustReplicaWithinLimits`). */
const withinLimits = (drained: Planned, kept: Planned, { most, least }: { most: number; least: number }): [number, number] => {
  const over = (a: number, b: number): number => Math.max(0, a + b - most);
  if (kept.set === undefined) return [drained.pods, kept.pods];
  const lowered = kept.pods - over(drained.pods, kept.pods);
  const available = Math.min(drained.set?.available ?? 0, drained.pods) + Math.min(kept.set.available, lowered);
  const lost = Math.max(0, kept.set.available - lowered);
  const stays = lowered + Math.min(lost, Math.max(0, least - available));
  return [drained.pods - over(drained.pods, stays), stays];
};

const isTied = (replicas: number, weight: number): boolean => (replicas * (weight / 100)) % 1 === 0.5;

/** The two counts whose ratio comes closest to a weight; neither is 0 between 1 and 99 % (`approximateWeightedCanaryStableReplicaCounts`). */
const closestRatio = (replicas: number, weight: number, surge: number): Counts => {
  if (replicas === 0) return { canary: 0, stable: 0 };
  const up = Math.ceil((replicas * weight) / 100);
  const down = Math.floor((replicas * weight) / 100);
  const mayBeNone = weight === 100 || weight === 0 || (replicas === 1 && surge === 0);
  let best: { canary: number; total: number; distance: number } | undefined;
  const consider = (canary: number, total: number): void => {
    const distance = Math.abs((canary * 100) / total - weight);
    if (best === undefined || distance < best.distance) best = { canary, total, distance };
  };
  if (up < replicas || mayBeNone) consider(up, replicas);
  if (!isTied(replicas, weight) && (down !== 0 || mayBeNone)) consider(down, replicas);
  if (surge > 0) {
    consider(up, replicas + 1);
    if (!isTied(replicas + 1, weight) && (down !== 0 || mayBeNone)) consider(down, replicas + 1);
  }
  const { canary, total } = best ?? { canary: 0, total: replicas };
  return { canary, stable: total - canary };
};
