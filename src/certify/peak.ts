import type { Manifest } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';

/** Most pods that a workload may be asked for: its own number, or the bound of the autoscaler that owns it. */
export const mostReplicas = (workload: Manifest, objects: readonly Manifest[]): number => {
  const name = textAt(workload, 'metadata', 'name');
  const isOwner = (o: Manifest): boolean =>
    /^(HorizontalPodAutoscaler|ScaledObject)$/.test(textAt(o, 'kind')) &&
    textAt(o, 'spec', 'scaleTargetRef', 'name') === name &&
    textAt(o, 'metadata', 'namespace') === textAt(workload, 'metadata', 'namespace');
  const bounds = objects.filter(isOwner).map((o) => Number(valueAt(o, 'spec', 'maxReplicas') ?? valueAt(o, 'spec', 'maxReplicaCount') ?? 1));
  return Math.max(Number(valueAt(workload, 'spec', 'replicas') ?? 1), ...bounds);
};

/**
 * Most pods of both revisions at once (argo-rollouts `utils/replicaset/canary.go`): with a traffic router a whole second set at the end of
 * the steps, else the surge. A StatefulSet replaces pods one by one.
 */
export const peakPods = (workload: Manifest, objects: readonly Manifest[]): number => {
  const replicas = mostReplicas(workload, objects);
  if (textAt(workload, 'kind') === 'StatefulSet' || textAt(workload, 'kind') === 'DaemonSet') return replicas;
  const canary = valueAt(workload, 'spec', 'strategy', 'canary');
  const isDouble = valueAt(canary, 'trafficRouting') !== undefined || valueAt(workload, 'spec', 'strategy', 'blueGreen') !== undefined;
  if (isDouble) return 2 * replicas;
  const surge = valueAt(canary, 'maxSurge') ?? valueAt(workload, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') ?? '25%';
  return replicas + shareOf(surge, replicas);
};

/** A number of pods, or a percentage of them, rounded up as a surge is. */
export const shareOf = (value: unknown, replicas: number): number => {
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? Number(value) || 0 : Math.ceil((Number(percent) * replicas) / 100);
};

/** Highest weight that the steps set, percent; 0 without a step that sets one. */
export const lastWeight = (workload: Manifest): number =>
  asList(valueAt(workload, 'spec', 'strategy', 'canary', 'steps')).reduce<number>((last, step) => Number(valueAt(step, 'setWeight') ?? last), 0);
