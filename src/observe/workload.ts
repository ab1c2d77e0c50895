import type { Manifest } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';
import type { Health } from './application.ts';

/** What one workload shows. */
export interface WorkloadView {
  readonly health: Health;
  /** Argo Rollouts has given up the template in its spec. */
  readonly isAborted: boolean;
  /** Hash under which the pods of the template in its spec run; undefined where the controller has not said so of this spec. */
  readonly podHash: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Reads a Rollout or a StatefulSet. What its controller said of an earlier spec says nothing of this one (observedGeneration). Pure.
 */
export const viewWorkload = (workload: Manifest): WorkloadView => {
  if (textAt(workload, 'metadata', 'deletionTimestamp') !== '') return unknown('the workload is being deleted');
  if (!isObserved(workload)) return unknown('its controller has not seen the last change of the workload');
  return textAt(workload, 'kind') === 'Rollout' ? viewRollout(workload) : viewStatefulSet(workload);
};

const unknown = (note: string): WorkloadView => ({ health: 'Unknown', isAborted: false, podHash: undefined, notes: [note] });

/** Argo Rollouts writes the generation as text, Kubernetes as a number. */
const isObserved = (workload: Manifest): boolean => {
  const generation = valueAt(workload, 'metadata', 'generation');
  return typeof generation === 'number' && String(valueAt(workload, 'status', 'observedGeneration')) === String(generation);
};

const numberAt = (object: Manifest, ...path: string[]): number => {
  const found = valueAt(object, ...path);
  return typeof found === 'number' ? found : 0;
};

/** Absent, it is one: the default of both kinds. */
const replicasOf = (workload: Manifest): number => (valueAt(workload, 'spec', 'replicas') === undefined ? 1 : numberAt(workload, 'spec', 'replicas'));

const phases: Readonly<Record<string, Health>> = { Healthy: 'Healthy', Progressing: 'Progressing', Paused: 'Suspended', Degraded: 'Degraded' };

const viewRollout = (rollout: Manifest): WorkloadView => {
  const [current, stable] = [textAt(rollout, 'status', 'currentPodHash'), textAt(rollout, 'status', 'stableRS')];
  const isAborted = valueAt(rollout, 'status', 'abort') === true;
  const said = isAborted ? 'Degraded' : (phases[textAt(rollout, 'status', 'phase')] ?? 'Unknown');
  const wanted = replicasOf(rollout);
  const isWhole = current !== '' && current === stable && wanted > 0 && numberAt(rollout, 'status', 'availableReplicas') >= wanted;
  const message = textAt(rollout, 'status', 'message');
  return {
    health: said === 'Healthy' && !isWhole ? 'Progressing' : said,
    isAborted,
    podHash: current === '' ? undefined : current,
    notes: message === '' ? [] : [message],
  };
};

/** As Argo CD judges it (gitops-engine `health_statefulset.go`), but that all pods must be ready, not only those of the update. */
const viewStatefulSet = (set: Manifest): WorkloadView => {
  const wanted = replicasOf(set);
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const isWhole = wanted > 0 && numberAt(set, 'status', 'readyReplicas') >= wanted && numberAt(set, 'status', 'availableReplicas') >= wanted;
  const isUpdated = numberAt(set, 'status', 'updatedReplicas') >= wanted - partition;
  const health = isWhole && isUpdated ? 'Healthy' : 'Progressing';
  return {
    health,
    isAborted: false,
    podHash: undefined,
    notes: health === 'Healthy' ? [] : [`${numberAt(set, 'status', 'readyReplicas')} of ${wanted} pods are ready`],
  };
};

/** Pods that belong to a workload, by the labels that it selects them with; undefined where that can not be told. */
export const podsOf = (workload: Manifest, pods: readonly Manifest[]): Manifest[] | undefined => {
  const labels = valueAt(workload, 'spec', 'selector', 'matchLabels');
  const wanted = Object.entries(labels ?? {});
  if (wanted.length === 0 || asList(valueAt(workload, 'spec', 'selector', 'matchExpressions')).length > 0) return undefined;
  const isSelected = (pod: Manifest): boolean => wanted.every(([name, value]) => valueAt(pod, 'metadata', 'labels', name) === value);
  return pods.filter((pod) => isSelected(pod) && !hasEnded(pod));
};

/** A pod that is going away still runs; one that was evicted does not. */
const hasEnded = (pod: Manifest): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
