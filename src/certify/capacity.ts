import type { Fleet } from '#model/fleet.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { capacityOf } from '#policy/capacity.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { lastWeight, mostReplicas, peakPods, shareOf } from './peak.ts';
import { type Pods, podsOf } from './pods.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { type ChangedUnit, type Transition, transitionsOf, type World } from './unit.ts';

/**
 * R9: when a canary is aborted, the stable pods must carry everything at once, and there must be room for both revisions at their most.
 * Judged on the side that is rolled out, which is the one that a rollback leaves or makes.
 */
export const capacity = (unit: ChangedUnit, world: World): readonly Result[] => {
  if (podsOf(unit.base).length + podsOf(unit.head).length === 0) return [notApplicable('no side runs a pod of its own')];
  return transitionsOf(unit).flatMap((way) => {
    const pods = podsOf(way.to);
    const problems = [...pods.flatMap((p) => routingTraps(way, p.object)), ...pods.flatMap((p) => blockedDrains(way, p)), ...room(unit, way, world)];
    const peaks = pods.map((p) => `${textAt(p.object, 'kind')} ${textAt(p.object, 'metadata', 'name')} at most ${peakPods(p.object, way.to)} pods`);
    return orSafe(problems, way.direction, `rolling out ${way.toSide} takes ${peaks.join(', ') || 'no pod'}, and every cluster has room`);
  });
};

/** Ways to pin traffic on the bad revision, or to drown one good pod (argo-rollouts `rollout/trafficrouting.go`, facts 3 and 7). */
const routingTraps = (way: Transition, object: Manifest): Result[] => {
  const canary = valueAt(object, 'spec', 'strategy', 'canary');
  const routing = valueAt(canary, 'trafficRouting');
  const trap = (path: JsonPath, proof: string): Result => unsafe(way.direction, { side: way.toSide, object, path: ['spec', ...path] }, proof);
  const within: JsonPath = ['strategy', 'canary'];
  const hasThreshold = valueAt(canary, 'replicaProgressThreshold') !== undefined;
  const late: (readonly [unknown, JsonPath, string])[] = [
    [valueAt(canary, 'dynamicStableScale') === true, [...within, 'dynamicStableScale'], 'the stable set is scaled down during the canary'],
    [valueAt(canary, 'pingPong') !== undefined, [...within, 'pingPong'], 'ping-pong services do not go back at once'],
    [valueAt(routing, 'istio', 'destinationRule') !== undefined, [...within, 'trafficRouting', 'istio'], 'subsets do not go back at once'],
  ];
  const traps = late
    .filter(([is]) => is === true && !hasThreshold)
    .map(([, path, what]) => trap(path, `${what}: one unready stable pod keeps traffic on the bad revision`));
  const isFast = valueAt(object, 'spec', 'rollbackWindow') !== undefined && routing !== undefined;
  const [weight, replicas] = [lastWeight(object), Number(valueAt(object, 'spec', 'replicas') ?? 1)];
  const factor = (weight / 100) * replicas;
  return isFast
    ? [...traps, trap(['rollbackWindow'], `the first pod that is back gets ${weight} % of the traffic at once, ${factor.toFixed(1)} times its share`)]
    : traps;
};

const blockedDrains = (way: Transition, { object, workload }: Pods): Result[] => {
  const replicas = Number(valueAt(object, 'spec', 'replicas') ?? leastOf(object, way.to));
  return way.to
    .filter((o) => textAt(o, 'kind') === 'PodDisruptionBudget' && covers(o, object, workload.labels))
    .flatMap((budget): Result[] => {
      const [most, least] = [valueAt(budget, 'spec', 'maxUnavailable'), valueAt(budget, 'spec', 'minAvailable')];
      const path = ['spec', most === undefined ? 'minAvailable' : 'maxUnavailable'];
      const isBlocked = most === undefined ? shareOf(least, replicas) >= replicas : shareOf(most, replicas) === 0;
      return isBlocked
        ? [unsafe(way.direction, { side: way.toSide, object: budget, path }, `the budget lets no pod of ${replicas} go, so that no node drains`)]
        : [];
    });
};

const covers = (budget: Manifest, object: Manifest, labels: Readonly<Record<string, string>>): boolean =>
  textAt(budget, 'metadata', 'namespace') === textAt(object, 'metadata', 'namespace') &&
  Object.entries((valueAt(budget, 'spec', 'selector', 'matchLabels') ?? {}) as Record<string, unknown>).every(([k, v]) => labels[k] === v);

const leastOf = (object: Manifest, objects: readonly Manifest[]): number => {
  const owners = objects.filter((o) => textAt(o, 'spec', 'scaleTargetRef', 'name') === textAt(object, 'metadata', 'name'));
  return Math.max(1, ...owners.map((o) => Number(valueAt(o, 'spec', 'minReplicas') ?? valueAt(o, 'spec', 'minReplicaCount') ?? 1)));
};

/** Nodes of every cluster against all pinned agents, this one at its peak and with one stable pod that is not ready. */
const room = (unit: ChangedUnit, way: Transition, world: World): Result[] => {
  if (unit.root.kind !== 'agent') return [];
  const { fleet } = world[way.toSide];
  const { clusters } = capacityOf(undefined, fleet);
  return unit.clusters.flatMap((name): Result[] => {
    const facts = clusters[name];
    if (!facts) return fleet.clusters.has(name) ? [unproven(way.direction, `the capacity of ${name} is not known`)] : [];
    return podsOf(way.to).flatMap((pods) => overflow(way, pods, name, facts, placedIn(fleet, unit, name)));
  });
};

const placedIn = (fleet: Fleet, { root }: ChangedUnit, cluster: string): number => {
  const pinned = fleet.pins.get(root.agent ?? '')?.get((root.ring ?? '') as never);
  const tier = fleet.clusters.get(cluster)?.tier;
  return (tier && pinned?.placed[tier]?.replicas) ?? 0;
};

const overflow = (
  way: Transition,
  { object, workload }: Pods,
  cluster: string,
  facts: ReturnType<typeof capacityOf>['clusters'][string],
  placed: number,
): Result[] => {
  const more = peakPods(object, way.to) - Math.min(placed, mostReplicas(object, way.to));
  const scales = { cpu: 1, memory: 2 ** 30 } as const;
  return (['cpu', 'memory'] as const).flatMap((resource): Result[] => {
    const perPod = workload.containers.filter((c) => c.role === 'main').reduce((sum, c) => sum + (c.requests[resource] ?? 0), 0) / scales[resource];
    const needed = facts[resource].requested + more * perPod;
    const unit = resource === 'cpu' ? 'cores' : 'GiB';
    if (needed <= facts[resource].budget) return [];
    const place = { side: way.toSide, object, path: [...(workload.containers[0]?.path ?? []), 'resources', 'requests', resource] };
    return [
      unsafe(
        way.direction,
        place,
        `${cluster} can give ${facts[resource].budget} ${unit}, and both revisions beside all other agents ask for ${needed.toFixed(2)}`,
      ),
    ];
  });
};
