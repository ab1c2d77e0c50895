import { limitsOf } from './basic-counts.ts';
import { isAborted, isFullyPromoted, type Pass, pauseOf, wakeAt, writeSet } from './pass.ts';
import { countsOf } from './replica-counts.ts';
import type { ReplicaSet } from './rollout-state.ts';

/** A set kept by a deadline waits for it only while it is nearer than the controller's own resync (`controller/controller.go`). */
const resyncSeconds = 900;

/**
 * Scales stable, then the canary, then old sets; stops after the first that changed (`rollout/canary.go: reconcileCanaryReplicaSets`).
 * @returns whether a set was scaled
 */
export const scaleSets = (pass: Pass): boolean => {
  if (pass.spec.paused || pauseOf(pass.status, 'InconclusiveAnalysisRun') !== undefined) return false;
  removeDeadlines(pass);
  return scaleStable(pass) || scaleFresh(pass) || scaleOthers(pass);
};

const removeDeadlines = (pass: Pass): void => {
  if (!delaysScaleDown(pass)) pass.fresh = withoutDeadline(pass, pass.fresh);
  if (pass.stable?.template === pass.fresh.template) pass.stable = pass.fresh;
  else if (pass.stable !== undefined) pass.stable = withoutDeadline(pass, pass.stable);
};

const withoutDeadline = (pass: Pass, set: ReplicaSet): ReplicaSet => {
  if (set.deadline === undefined) return set;
  const next = { ...set, deadline: undefined };
  writeSet(pass, next);
  return next;
};

/** Whether an aborted canary keeps its pods for a while (`shouldDelayScaleDownOnAbort`). */
const delaysScaleDown = (pass: Pass): boolean => {
  const { spec, stable } = pass;
  if (!isAborted(pass) || stable === undefined || spec.routing === undefined) return false;
  const { seconds, isSet } = spec.abortScaleDownDelay;
  return seconds !== 'never' && (isSet || !spec.dynamicStableScale);
};

/** @returns whether the number of pods changed; an annotation alone does not count (`scaleReplicaSet`). */
const scaleTo = (pass: Pass, set: ReplicaSet, replicas: number): boolean => {
  const { spec } = pass;
  const isNoted = set.desired === spec.replicas && !(spec.replicas === 0 && set.deadline !== undefined);
  if (set.replicas === replicas && isNoted) return false;
  const deadline = replicas === 0 && !delaysScaleDown(pass) ? undefined : set.deadline;
  writeSet(pass, { ...set, replicas, desired: spec.replicas, deadline });
  return set.replicas !== replicas;
};

const scaleStable = (pass: Pass): boolean => {
  const { stable, fresh, status } = pass;
  if (stable === undefined || stable.template === fresh.template) return false;
  // The weights of the last reconcile: stable shrinks only after the route has moved.
  return scaleTo(pass, stable, countsOf(pass, status.weights).stable);
};

const scaleFresh = (pass: Pass): boolean => {
  const { canary } = countsOf(pass, pass.weights);
  if (!delaysScaleDown(pass)) return scaleTo(pass, pass.fresh, canary);
  const { deadline } = pass.fresh;
  if (deadline === undefined) return startDeadline(pass);
  if (deadline <= pass.now) return scaleTo(pass, pass.fresh, 0);
  if (deadline - pass.now >= resyncSeconds) return scaleTo(pass, pass.fresh, canary);
  wakeAt(pass, deadline);
  if (pass.version !== '1.9') noteDesired(pass);
  return false;
};

/** An aborted canary stays until stable has all its pods, and then for the delay. */
const startDeadline = (pass: Pass): boolean => {
  const { spec, stable, version, now } = pass;
  if (version !== '1.9') noteDesired(pass);
  const available = stable?.available ?? 0;
  const isFull = version === '1.9' ? available === spec.replicas : available >= spec.replicas;
  const { seconds } = spec.abortScaleDownDelay;
  if (isFull && seconds !== 'never') writeSet(pass, { ...pass.fresh, deadline: Math.floor(now + seconds) });
  return false;
};

/** Without this a change of spec.replicas during an abort would be taken for a scaling event for good (1.10 `syncNewRSReplicasAnnotation`). */
const noteDesired = (pass: Pass): void => {
  if (pass.fresh.desired === pass.spec.replicas) return;
  pass.fresh = { ...pass.fresh, desired: pass.spec.replicas };
  writeSet(pass, pass.fresh);
};

const scaleOthers = (pass: Pass): boolean => {
  const active = pass.others.filter(({ replicas }) => replicas > 0).sort((a, b) => a.createdAt - b.createdAt);
  if (active.length === 0) return false;
  const cleaned = active.map((set) => dropUnavailable(pass, set));
  const total = cleaned.reduce((sum, { gone }) => sum + gone, 0);
  const { unavailable } = limitsOf(pass.spec);
  const available = pass.state.sets.reduce((sum, set) => sum + set.available, 0);
  const spare = available - (pass.spec.replicas - unavailable);
  if (spare <= 0) return false;
  const sets = cleaned.map(({ set }) => set).sort((a, b) => b.revision - a.revision);
  return total + shrinkAll(pass, sets, spare) > 0;
};

/** Pods of an old set that are not available go first (`cleanupUnhealthyReplicas`). */
const dropUnavailable = (pass: Pass, set: ReplicaSet): { set: ReplicaSet; gone: number } => {
  if (set.replicas === set.available) return { set, gone: 0 };
  scaleTo(pass, set, set.available);
  return { set: { ...set, replicas: set.available, desired: pass.spec.replicas }, gone: set.replicas - set.available };
};

/** Scales old sets down as far as availability allows; where requests are routed, each keeps its pods until its deadline. @returns pods taken */
const shrinkAll = (pass: Pass, sets: readonly ReplicaSet[], spare: number): number => {
  let left = spare;
  let gone = 0;
  for (const set of sets) {
    if (pass.spec.routing !== undefined && isReferenced(pass, set.template)) continue;
    if (left <= 0) break;
    if (set.replicas === 0) continue;
    const replicas = pass.spec.routing === undefined ? Math.max(0, set.replicas - left) : keptPods(pass, set);
    if (replicas === set.replicas) continue;
    scaleTo(pass, set, replicas);
    left -= set.replicas - replicas;
    gone += set.replicas - replicas;
  }
  return gone;
};

/** How many pods an old set keeps behind a router: those of the last stable release stay for the delay, those in between go. */
const keptPods = (pass: Pass, set: ReplicaSet): number => {
  const { spec, now } = pass;
  if (!isFullyPromoted(pass.status) && set.deadline === undefined) return 0;
  if (spec.dynamicStableScale) return 0;
  if (set.deadline === undefined) {
    if (spec.scaleDownDelaySeconds > 0) writeSet(pass, { ...set, deadline: Math.floor(now + spec.scaleDownDelaySeconds) });
    wakeAt(pass, now + spec.scaleDownDelaySeconds);
    return set.replicas;
  }
  if (set.deadline <= now) return 0;
  if (set.deadline - now < resyncSeconds) wakeAt(pass, set.deadline);
  return set.replicas;
};

/** Whether the status, the route or a service still names a template (`isReplicaSetReferenced`). */
const isReferenced = (pass: Pass, template: string): boolean => {
  const { status } = pass;
  const named = [status.stable, status.current, status.weights?.canaryTemplate, status.weights?.stableTemplate, pass.canarySelector, pass.stableSelector];
  return named.includes(template);
};
