import type { RolloutSpec } from '#model/rollout.ts';
import { isAborted, type Pass } from './pass.ts';
import type { Progress, RolloutPhase, RolloutStatus } from './rollout-state.ts';

/** A status while it is written. */
export type Draft = { -readonly [Field in keyof RolloutStatus]: RolloutStatus[Field] };

const timedOut = 'ProgressDeadlineExceeded';
const aborted = 'RolloutAborted';
const paused = 'RolloutPaused';

/** Sets the condition as the controller does: one of the same status and reason stays as it was (`conditions.go: SetRolloutCondition`). */
const setProgress = (draft: Draft, now: number, status: Progress['status'], reason: string, message: string): void => {
  if (draft.progress?.status === status && draft.progress.reason === reason) return;
  draft.progress = { status, reason, message, updatedAt: Math.floor(now) };
};

/** After a set was made for a new template. */
export const progressOfNewSet = (progress: Progress | undefined, now: number): Progress =>
  progress?.status === 'True' && progress.reason === 'NewReplicaSetCreated'
    ? progress
    : { status: 'True', reason: 'NewReplicaSetCreated', message: '', updatedAt: Math.floor(now) };

/** What is noted of a pause or a resumption before anything else (`checkPausedConditions`). @returns undefined when nothing changes */
export const notePause = (pass: Pass): Draft | undefined => {
  const { status, spec, now } = pass;
  const isPaused = status.pauses.length > 0 || spec.paused;
  const isMarkedAborted = status.progress?.reason === aborted;
  const isMarkedPaused = status.progress?.reason === paused;
  const draft: Draft = { ...status };
  if (isPaused !== isMarkedPaused && !isMarkedAborted && !isCompleted(status)) setProgress(draft, now, 'Unknown', isPaused ? paused : 'RolloutResumed', '');
  if (!status.abort && isMarkedAborted) setProgress(draft, now, 'Unknown', 'RolloutRetry', '');
  if (isPaused !== status.pausedCondition && !isMarkedAborted) draft.pausedCondition = isPaused;
  if (draft.progress === status.progress && draft.pausedCondition === status.pausedCondition) return undefined;
  draft.observedGeneration = pass.state.generation;
  setPhase(draft, spec);
  return draft;
};

const isCompleted = ({ stable, current }: RolloutStatus): boolean => stable !== '' && stable === current;

/** A step that waits for something else than pods does not count against the deadline (`isIndefiniteStep`). */
const waitsElsewhere = ({ spec, status }: Pass): boolean => {
  const kind = spec.steps[status.step ?? 0]?.kind;
  return kind === 'analysis' || kind === 'pause' || status.pausedCondition;
};

const waitsForOldSet = ({ others }: Pass): boolean => others.some(({ deadline }) => deadline !== undefined);

/** Whether something moved since the last reconcile (`conditions.go: RolloutProgressing`). */
const hasProgressed = (old: RolloutStatus, next: RolloutStatus): boolean =>
  next.updated !== old.updated ||
  next.replicas - next.updated < old.replicas - old.updated ||
  next.ready > old.ready ||
  next.available > old.available ||
  next.stable !== old.stable ||
  (next.step !== undefined && old.step !== undefined && next.step !== old.step) ||
  next.stepsKey !== old.stepsKey;

const hasTimedOut = ({ spec, now }: Pass, progress: Progress | undefined): boolean => {
  if (progress === undefined || progress.reason === aborted || progress.reason === paused) return false;
  return progress.reason === timedOut || progress.updatedAt + spec.progressDeadlineSeconds <= now;
};

const timeoutMessage = ({ spec, fresh }: Pass): string => `ReplicaSet "${spec.name}-${fresh.template}" has timed out progressing.`;

/** 1.10 judges the deadline before everything else, so that the abort takes hold in the same reconcile (`evaluateProgressDeadlineAbort`). */
export const abortAtDeadline = (pass: Pass, draft: Draft): void => {
  if (pass.version === '1.9' || !pass.spec.progressDeadlineAbort || isAborted(pass) || isCompleted(draft)) return;
  if (hasProgressed(pass.status, draft) || waitsElsewhere(pass) || waitsForOldSet(pass) || !hasTimedOut(pass, pass.status.progress)) return;
  pass.addsAbort = true;
  pass.abortMessage = timeoutMessage(pass);
};

/** All pods there, of one template, stable, and the last step done (`conditions.go: RolloutHealthy`). */
const isHealthy = ({ spec, state, status }: Pass, next: RolloutStatus): boolean =>
  next.updated === spec.replicas &&
  next.available === spec.replicas &&
  status.observedGeneration === state.generation &&
  (spec.steps.length === 0 || next.step === undefined || next.step === spec.steps.length) &&
  isCompleted(next) &&
  next.replicas === spec.replicas;

/** The conditions that follow from a status (`calculateRolloutConditions`). */
export const setConditions = (pass: Pass, draft: Draft): void => {
  const { status, now } = pass;
  const healthy = isHealthy(pass, draft);
  const becameUnhealthy = setHealth(pass, draft, healthy);
  if (isAborted(pass)) {
    const message = `Rollout aborted update to revision ${pass.revision}`;
    setProgress(draft, now, 'False', aborted, pass.abortMessage === '' ? message : `${message}: ${pass.abortMessage}`);
  } else if (healthy) {
    setProgress(draft, now, 'True', 'NewReplicaSetAvailable', '');
  } else if (hasProgressed(status, draft) || becameUnhealthy) {
    const reason = isCompleted(draft) && becameUnhealthy ? 'ReplicaSetNotAvailable' : 'ReplicaSetUpdated';
    draft.progress = { status: 'True', reason, message: '', updatedAt: Math.floor(now) };
  } else if (!waitsElsewhere(pass) && !waitsForOldSet(pass) && hasTimedOut(pass, draft.progress)) {
    setProgress(draft, now, 'False', timedOut, timeoutMessage(pass));
    abortWithCondition(pass);
  }
};

/** Sets the condition `Healthy`. @returns whether it was healthy until now */
const setHealth = ({ version, status, spec }: Pass, draft: Draft, healthy: boolean): boolean => {
  const isPaused = (version === '1.9' ? status.pauses : draft.pauses).length > 0 || spec.paused;
  const was = draft.healthy;
  if (healthy && !isPaused) draft.healthy = true;
  else if (was !== undefined) draft.healthy = false;
  return !(healthy && !isPaused) && was === true;
};

/** 1.9 aborts only here, so that the abort's own condition comes a reconcile later. */
const abortWithCondition = (pass: Pass): void => {
  if (pass.version !== '1.9' || !pass.spec.progressDeadlineAbort) return;
  pass.addsAbort = true;
  pass.abortMessage = timeoutMessage(pass);
};

/** Second at which a rollout that does not move has to be judged by its deadline; infinite where it has none (`requeueStuckRollout`). */
export const deadlineLookAt = (pass: Pass, draft: RolloutStatus): number => {
  const { status, spec } = pass;
  const { progress } = status;
  if (progress === undefined || isHealthy(pass, draft) || progress.reason === timedOut) return Number.POSITIVE_INFINITY;
  if (status.pauses.length > 0 || spec.paused || status.abort || waitsElsewhere(pass)) return Number.POSITIVE_INFINITY;
  if (waitsForOldSet(pass)) return Number.POSITIVE_INFINITY;
  const due = progress.updatedAt + spec.progressDeadlineSeconds;
  // The controller adds a second to a wait of a second and more, and comes back at once until a shorter one is over.
  if (due - pass.now >= 1) return due + 1;
  return due > pass.now ? due : pass.now + 1;
};

/** Phase and message that people see (`utils/rollout/rolloututil.go: CalculateRolloutPhase`). */
export const setPhase = (draft: Draft, spec: RolloutSpec): void => {
  const [phase, message] = phaseOf(draft, spec);
  draft.phase = phase;
  draft.message = message;
};

const phaseOf = (status: RolloutStatus, spec: RolloutSpec): readonly [RolloutPhase, string] => {
  const { progress, pauses } = status;
  if (progress?.reason === aborted || progress?.reason === timedOut) return ['Degraded', `${progress.reason}: ${progress.message}`];
  if (spec.paused) return ['Paused', 'manually paused'];
  if (pauses[0] !== undefined) return ['Paused', pauses[0].reason];
  if (status.updated < spec.replicas) return ['Progressing', 'more replicas need to be updated'];
  if (status.available < status.updated) return ['Progressing', 'updated replicas are still becoming available'];
  if (spec.routing === undefined && status.replicas > status.updated) return ['Progressing', 'old replicas are pending termination'];
  return isCompleted(status) ? ['Healthy', ''] : ['Progressing', 'waiting for all steps to complete'];
};
