import { GateError } from '#model/errors.ts';
import type { Manifest } from '#model/ports.ts';
import { asList, isFields, labelOf, textAt, valueAt } from '#util/manifest.ts';
import type { PodView, StatefulView } from './partition.ts';

/**
 * What a StatefulSet and its pods state, as plain JSON from the API server. Pods of other owners are left out. Whatever is
 * not stated is left empty, so that nothing can be proven with it. `pods` must be one complete list, not a page of it.
 * @throws GateError GATE_MALFORMED when the object is no StatefulSet that can be moved by a partition.
 */
export const viewOf = (statefulSet: Manifest, pods: readonly Manifest[], name?: string): StatefulView => {
  const set = textAt(statefulSet, 'metadata', 'name');
  if (textAt(statefulSet, 'kind') !== 'StatefulSet' || set === '') throw malformed('the object is no StatefulSet with a name');
  const strategy = valueAt(statefulSet, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate';
  if (strategy !== 'RollingUpdate') throw malformed(`StatefulSet ${set} has the update strategy ${String(strategy)}, which knows no partition`);
  return {
    ...(name === undefined ? {} : { name }),
    replicas: numberAt(statefulSet, 1, 'spec', 'replicas'),
    partition: numberAt(statefulSet, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition'),
    currentRevision: textAt(statefulSet, 'status', 'currentRevision'),
    updateRevision: textAt(statefulSet, 'status', 'updateRevision'),
    pods: pods.flatMap((pod) => podView(pod, statefulSet, set)).sort((a, b) => a.ordinal - b.ordinal),
    observedGeneration: numberAt(statefulSet, 0, 'status', 'observedGeneration'),
    generation: numberAt(statefulSet, Number.NaN, 'metadata', 'generation'),
  };
};

const numberAt = (object: Manifest, otherwise: number, ...path: string[]): number => {
  const found = valueAt(object, ...path);
  if (found === undefined || found === null) return otherwise;
  return typeof found === 'number' ? found : Number.NaN;
};

const podView = (pod: Manifest, statefulSet: Manifest, set: string): PodView[] => {
  const name = textAt(pod, 'metadata', 'name');
  const ordinal = ordinalOf(pod, name, set);
  if (ordinal === undefined || !isOwned(pod, statefulSet, set)) return [];
  const condition = asList(valueAt(pod, 'status', 'conditions')).find((c) => textAt(c, 'type') === 'Ready');
  const ready = textAt(condition, 'status') === 'True' && valueAt(pod, 'metadata', 'deletionTimestamp') == null;
  const since = Date.parse(textAt(condition, 'lastTransitionTime'));
  return [{ name, ordinal, revision: labelOf(pod, 'controller-revision-hash'), ready, ...(ready && Number.isFinite(since) ? { readySince: since } : {}) }];
};

/** A pod whose name and label disagree has no ordinal that could be trusted. */
const ordinalOf = (pod: Manifest, name: string, set: string): number | undefined => {
  const suffix = name.startsWith(`${set}-`) ? name.slice(set.length + 1) : '';
  const label = labelOf(pod, 'apps.kubernetes.io/pod-index');
  if (!/^\d+$/.test(suffix) || (label !== '' && label !== suffix)) return undefined;
  return Number(suffix);
};

const isOwned = (pod: Manifest, statefulSet: Manifest, set: string): boolean => {
  const uid = textAt(statefulSet, 'metadata', 'uid');
  const owner = asList(valueAt(pod, 'metadata', 'ownerReferences')).find((o) => isFields(o) && o['controller'] === true);
  return textAt(owner, 'kind') === 'StatefulSet' && textAt(owner, 'name') === set && (uid === '' || textAt(owner, 'uid') === uid);
};

const malformed = (message: string): GateError =>
  new GateError('GATE_MALFORMED', 'undecided', message, { hint: 'Give the StatefulSet of the agent as the API server has it, and the list of its pods.' });
