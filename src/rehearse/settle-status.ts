import { isCompleted } from './analysis-run.ts';
import { abortAtDeadline, type Draft, deadlineLookAt, setConditions, setPhase } from './conditions.ts';
import { isAborted, isFastRollback, isWithinRollbackWindow, type Pass, pauseOf, wakeAt } from './pass.ts';
import { isAtDesiredCounts, isReached } from './replica-counts.ts';
import type { PauseCondition, RolloutStatus, RunReference } from './rollout-state.ts';
import { isSameWeights } from './route-traffic.ts';

/** Whether the template or the steps are others than at the last reconcile; both start the steps anew (`PodTemplateOrStepsChanged`). */
export const isNewUpdate = ({ state, status, fresh }: Pass): boolean =>
  status.stepsKey !== state.stepsKey || (status.current !== '' && status.current !== fresh.template);

/** Ends a reconcile: completes the step, promotes, or starts anew (`rollout/canary.go: syncRolloutStatusCanary`). */
export const settleStatus = (pass: Pass): RolloutStatus => {
  const { spec, status } = pass;
  const draft = baseStatus(pass);
  const last = spec.steps.length;
  if (isNewUpdate(pass)) return persist(pass, startAnew(pass, draft));
  const end = last > 0 ? last : undefined;
  const isShort = status.promoteFull || isWithinRollbackWindow(pass);
  if (isShort) takeBackAbort(pass);
  const isPromoted = isToBePromoted(pass);
  if (isPromoted) takeBackAbort(pass);
  if (isPromoted) return persist(pass, { ...draft, promoteFull: false, step: end, stable: draft.current });
  let step = isShort || end === undefined ? end : (status.step ?? 0);
  if (isAborted(pass)) return persist(pass, { ...draft, step: abortedStep(pass) });
  if (step !== undefined && isStepDone(pass)) {
    step++;
    draft.stepRun = undefined;
    pass.removedPauses.push('CanaryPauseStep');
  }
  draft.step = step;
  return persist(pass, draft);
};

/** An abort goes back to the first step, but for a canary that is stable itself. */
const abortedStep = ({ spec, status, fresh }: Pass): number | undefined => {
  if (spec.steps.length === 0) return status.step;
  return status.stable === fresh.template ? spec.steps.length : 0;
};

const takeBackAbort = (pass: Pass): void => {
  pass.clearsPauses = true;
  pass.removesAbort = true;
};

/** A scaling event touches nothing but the numbers (`rollout/sync.go: syncReplicasOnly`). */
export const settleScaling = (pass: Pass): RolloutStatus => persist(pass, { ...pass.status, available: sumOf(pass, 'available') }, pass.version !== '1.9');

const sumOf = ({ state }: Pass, field: 'created' | 'ready' | 'available'): number => state.sets.reduce((sum, set) => sum + set[field], 0);

/** A status without pauses, steps and abort: they are decided anew each time. */
const baseStatus = (pass: Pass): Draft => ({
  observedGeneration: pass.state.generation,
  current: pass.fresh.template,
  stable: pass.status.stable,
  step: undefined,
  stepsKey: pass.state.stepsKey,
  abort: false,
  abortedAt: undefined,
  pauses: [],
  controllerPause: false,
  promoteFull: pass.status.promoteFull,
  weights: pass.weights,
  stepRun: pass.stepRun,
  backgroundRun: pass.backgroundRun,
  replicas: sumOf(pass, 'created'),
  updated: pass.fresh.created,
  ready: sumOf(pass, 'ready'),
  available: sumOf(pass, 'available'),
  progress: pass.status.progress,
  healthy: pass.status.healthy,
  pausedCondition: pass.status.pausedCondition,
  phase: 'Progressing',
  message: '',
});

/** A new template or new steps clear pauses and abort; back to stable, or to a release within the window, skips the steps. */
const startAnew = (pass: Pass, draft: Draft): Draft => {
  const { spec, status, fresh } = pass;
  pass.clearsPauses = true;
  pass.removesAbort = true;
  const skips = status.stable === fresh.template || (isWithinRollbackWindow(pass) && fresh.replicas > 0);
  return {
    ...draft,
    promoteFull: false,
    stepRun: undefined,
    backgroundRun: undefined,
    step: spec.steps.length === 0 ? undefined : skips ? spec.steps.length : 0,
  };
};

/** `shouldFullPromote`. An analysis in the background has no say. */
const isToBePromoted = (pass: Pass): boolean => {
  const { spec, status, fresh } = pass;
  if (pass.stable === undefined) return true;
  if (isAborted(pass)) return false;
  if (fresh.available < spec.replicas && !isReached(spec.replicaProgressThreshold, fresh, spec.replicas)) return false;
  if (status.promoteFull) return true;
  if (pass.version === '1.9' ? isWithinRollbackWindow(pass) : isFastRollback(pass)) return true;
  return spec.steps.length === 0 || status.step === spec.steps.length;
};

/** `completedCurrentCanaryStep`. */
const isStepDone = (pass: Pass): boolean => {
  const { spec, status, now } = pass;
  const step = spec.steps[status.step ?? 0];
  if (spec.paused || step === undefined) return false;
  switch (step.kind) {
    case 'pause': {
      const pause = pauseOf(status, 'CanaryPauseStep');
      if (pause === undefined) return status.controllerPause;
      return step.seconds !== undefined && pause.startedAt + step.seconds <= now;
    }
    case 'setWeight':
    case 'setCanaryScale':
      return isAtDesiredCounts(pass, pass.weights);
    case 'analysis':
      return pass.stepRun !== undefined && isCompleted(pass.stepRun.phase) && pass.stepRun.phase === 'Successful';
    case 'route':
      return true;
  }
};

/** Decides pauses and abort, then conditions and phase; keeps the old status where nothing differs (`persistRolloutStatus`). */
const persist = (pass: Pass, draft: Draft, withConditions = true): RolloutStatus => {
  draft.observedGeneration = pass.state.generation;
  if (pass.version === '1.9') {
    // 1.9 knows the abort of a deadline only after the conditions, which it leaves out at a scaling event.
    if (withConditions) setConditions(pass, draft);
    decidePauses(pass, draft);
  } else {
    abortAtDeadline(pass, draft);
    decidePauses(pass, draft);
    setConditions(pass, draft);
  }
  setPhase(draft, pass.spec);
  if (!isSameStatus(pass.status, draft)) return draft;
  wakeAt(pass, deadlineLookAt(pass, draft));
  return pass.status;
};

/** `rollout/pause.go: CalculatePauseStatus`. */
const decidePauses = (pass: Pass, draft: Draft): void => {
  const { status, now } = pass;
  draft.abort = pass.addsAbort || (!pass.removesAbort && status.abort);
  draft.abortedAt = draft.abort ? (status.abortedAt ?? Math.floor(now)) : undefined;
  if (draft.abort || pass.clearsPauses) return;
  const kept = status.pauses.filter(({ reason }) => !pass.removedPauses.includes(reason));
  const added: PauseCondition[] = pass.addedPauses
    .filter((reason, at, all) => all.indexOf(reason) === at && pauseOf(status, reason) === undefined)
    .map((reason) => ({ reason, startedAt: Math.floor(now) }));
  if (kept.length + added.length === 0) return;
  draft.controllerPause = status.controllerPause || added.length > 0;
  draft.pauses = [...kept, ...added];
};

const isSameRun = (a: RunReference | undefined, b: RunReference | undefined): boolean => a?.id === b?.id && a?.phase === b?.phase;

const isSameStatus = (a: RolloutStatus, b: RolloutStatus): boolean => {
  for (const field in a) {
    const key = field as keyof RolloutStatus;
    if (a[key] !== b[key] && !isEqual[key]?.(a, b)) return false;
  }
  return true;
};

const isEqual: { readonly [Field in keyof RolloutStatus]?: (a: RolloutStatus, b: RolloutStatus) => boolean } = {
  weights: (a, b) => isSameWeights(a.weights, b.weights),
  stepRun: (a, b) => isSameRun(a.stepRun, b.stepRun),
  backgroundRun: (a, b) => isSameRun(a.backgroundRun, b.backgroundRun),
  pauses: (a, b) =>
    a.pauses.length === b.pauses.length && a.pauses.every((pause, at) => pause.reason === b.pauses[at]?.reason && pause.startedAt === b.pauses[at]?.startedAt),
  progress: (a, b) => a.progress?.reason === b.progress?.reason && a.progress?.status === b.progress?.status && a.progress?.updatedAt === b.progress?.updatedAt,
};
