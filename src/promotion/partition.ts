/** One pod of a StatefulSet as it was seen. */
export interface PodView {
  readonly name: string;
  readonly ordinal: number;
  /** Name of the controller revision that the pod runs; empty when the pod does not state it. */
  readonly revision: string;
  readonly ready: boolean;
  /** Since when the pod is Ready, epoch milliseconds; absent when nothing states it. */
  readonly readySince?: number;
}

/** One observation of a StatefulSet and its pods. */
export interface StatefulView {
  /** How reasons name the StatefulSet, such as its cluster. */
  readonly name?: string;
  readonly replicas: number;
  /** Pods with this ordinal or a higher one get the update revision. */
  readonly partition: number;
  /** Revision of the pods below the partition; empty when the status does not state it. */
  readonly currentRevision: string;
  /** Revision of the pods from the partition on; empty when the status does not state it. */
  readonly updateRevision: string;
  readonly pods: readonly PodView[];
  /** The newest generation of the object that its controller has acted on. */
  readonly observedGeneration: number;
  readonly generation: number;
}

/** How many members of the agent must be up for it to work. */
export type QuorumRule = { readonly kind: 'byzantine'; readonly tolerated: number } | { readonly kind: 'majority' } | { readonly kind: 'none' };

export interface StepOptions {
  /** The moment of the observation, epoch milliseconds. */
  readonly nowMs: number;
  /** How long a pod must have been Ready without a break, milliseconds. */
  readonly minReadyMs: number;
  /** When the step was begun, epoch milliseconds. */
  readonly stepStartedAtMs: number;
  /** How long the step may take, milliseconds. */
  readonly stepDeadlineMs: number;
  /** What Git asks for; without it the observed partition is taken to be the wanted one. */
  readonly published?: {
    readonly partition: number;
    /** The update revision from before: stated where the partition alone can not tell that the new release has arrived. */
    readonly formerRevision?: string;
  };
}

export type Step =
  | { readonly action: 'advance'; readonly partition: number }
  | { readonly action: 'finish' }
  | { readonly action: 'wait' | 'go-back' | 'refuse'; readonly reason: string };

/**
 * Fewest ready pods with which the agent works. For Byzantine consensus any two quorums share a correct member:
 * ceil((n + f + 1) / 2), which is 2f + 1 in a group of 3f + 1; never less than 2f + 1.
 */
export const quorumOf = (rule: QuorumRule, replicas: number): number => {
  if (rule.kind === 'byzantine') return Math.max(2 * rule.tolerated + 1, Math.ceil((replicas + rule.tolerated + 1) / 2));
  return rule.kind === 'majority' ? Math.floor(replicas / 2) + 1 : 0;
};

/** Ordinals that are Ready; a pod outside the set or stated twice counts once at most. */
export const readyPods = (view: StatefulView): number =>
  new Set(view.pods.filter((p) => p.ready && p.ordinal >= 0 && p.ordinal < view.replicas).map((p) => p.ordinal)).size;

/** May an update begin? `advance` names the first partition, one pod; nothing has been changed yet, so what does not come to rest is refused. Pure. */
export const firstStep = (view: StatefulView, rule: QuorumRule, options: StepOptions): Step => {
  const never = impossible(view, rule, options);
  if (never !== undefined) return { action: 'refuse', reason: named(view, never) };
  const gap = gapOf(view, options) ?? otherUpdate(view);
  if (gap === undefined) return { action: 'advance', partition: view.replicas - 1 };
  return { action: isLate(options) ? 'refuse' : 'wait', reason: named(view, gap) };
};

/** What follows from one observation during an update. Only full evidence advances or finishes. Pure. */
export const nextStep = (view: StatefulView, rule: QuorumRule, options: StepOptions): Step => {
  const never = impossible(view, rule, options);
  if (never !== undefined) return { action: 'refuse', reason: named(view, never) };
  const quorum = quorumOf(rule, view.replicas);
  const ready = readyPods(view);
  if (ready < quorum) return { action: 'go-back', reason: named(view, `${ready} of ${view.replicas} pods are ready, fewer than the quorum of ${quorum}`) };
  const gap = gapOf(view, options);
  if (gap !== undefined) return waitOrGoBack(named(view, gap), options);
  return view.partition === 0 ? { action: 'finish' } : { action: 'advance', partition: view.partition - 1 };
};

const order = ['go-back', 'refuse', 'wait', 'advance', 'finish'] as const;

/** One step for several StatefulSets under one pin: the most careful one. Nothing seen is nothing proven. Pure. */
export const mostCareful = (steps: readonly Step[], options: StepOptions): Step => {
  const [first] = [...steps].sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action) || partitionOf(b) - partitionOf(a));
  return first ?? waitOrGoBack('no StatefulSet was seen', options);
};

/** Missing evidence is waited for until the deadline of the step. */
export const waitOrGoBack = (reason: string, options: StepOptions): Step =>
  isLate(options) ? { action: 'go-back', reason: `${reason} (deadline of ${options.stepDeadlineMs / 1000} s is over)` } : { action: 'wait', reason };

const partitionOf = (step: Step): number => (step.action === 'advance' ? step.partition : 0);

const named = (view: StatefulView, reason: string): string => (view.name === undefined ? reason : `${view.name}: ${reason}`);

const isLate = (options: StepOptions): boolean => options.nowMs - options.stepStartedAtMs >= options.stepDeadlineMs;

/** Why this can not be updated one pod at a time, whatever is observed later. */
const impossible = (view: StatefulView, rule: QuorumRule, options: StepOptions): string | undefined => {
  const { replicas } = view;
  const times = [options.nowMs, options.minReadyMs, options.stepStartedAtMs, options.stepDeadlineMs];
  if (!times.every(Number.isFinite)) return 'a time of the step is not a number';
  if (options.minReadyMs >= options.stepDeadlineMs) return 'the deadline of a step leaves no time for a pod to be ready long enough';
  if (!Number.isInteger(replicas) || replicas < 1) return 'it has no pods to update';
  if (rule.kind === 'none') return undefined;
  if (rule.kind === 'byzantine' && !(Number.isInteger(rule.tolerated) && rule.tolerated >= 1))
    return 'the number of tolerated faults is not a whole number from 1';
  if (rule.kind === 'byzantine' && replicas < 3 * rule.tolerated + 1)
    return `${replicas} replicas can not tolerate ${rule.tolerated} faulty ones; ${3 * rule.tolerated + 1} are needed`;
  const quorum = quorumOf(rule, replicas);
  return replicas - 1 < quorum ? `with one of ${replicas} pods down fewer than the quorum of ${quorum} would be left` : undefined;
};

const otherUpdate = (view: StatefulView): string | undefined => (view.currentRevision === view.updateRevision ? undefined : 'another update is under way');

/** The first thing that is not proven; undefined when the step is proven to be complete. */
const gapOf = (view: StatefulView, options: StepOptions): string | undefined =>
  objectGap(view, options.published) ?? podSetGap(view) ?? firstOf(view.pods, (pod) => podGap(pod, view, options));

const objectGap = (view: StatefulView, published: StepOptions['published']): string | undefined => {
  if (!(view.observedGeneration >= view.generation)) return 'its controller has not seen the newest generation yet';
  if (!Number.isInteger(view.partition) || view.partition < 0) return 'its partition is not known';
  if (published && view.partition !== published.partition) return `the live partition is ${view.partition}, Git asks for ${published.partition}`;
  if (view.updateRevision === '') return 'its update revision is not known';
  if (view.updateRevision === published?.formerRevision) return `it still asks for the former revision ${view.updateRevision}`;
  return undefined;
};

const podSetGap = (view: StatefulView): string | undefined => {
  const seen = new Set(view.pods.map((p) => p.ordinal));
  const missing = Array.from({ length: view.replicas }, (_, ordinal) => ordinal).find((ordinal) => !seen.has(ordinal));
  if (missing !== undefined) return `the pod with ordinal ${missing} was not seen`;
  return view.pods.length === view.replicas ? undefined : `${view.pods.length} pods were seen instead of ${view.replicas}`;
};

const podGap = (pod: PodView, view: StatefulView, options: StepOptions): string | undefined => {
  const wanted = pod.ordinal >= view.partition ? view.updateRevision : view.currentRevision;
  if (wanted === '') return 'its current revision is not known';
  if (pod.revision !== wanted) return `${pod.name} runs ${pod.revision || 'an unknown revision'} instead of ${wanted}`;
  if (!pod.ready) return `${pod.name} is not ready`;
  if (pod.readySince === undefined) return `nothing states since when ${pod.name} is ready`;
  return options.nowMs - pod.readySince >= options.minReadyMs ? undefined : `${pod.name} is not ready for ${options.minReadyMs / 1000} s yet`;
};

const firstOf = <T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
};
