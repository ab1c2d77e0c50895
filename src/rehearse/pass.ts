import type { ControllerVersion } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import type { AnalysisRun } from './analysis-run.ts';
import type { PreparedRuns } from './prepare-run.ts';
import type { PauseReason, ReplicaSet, RolloutState, RolloutStatus, RunReference, Weights } from './rollout-state.ts';

/** What one reconcile of a Rollout is given. */
export interface PassInput {
  readonly state: RolloutState;
  readonly runs: readonly AnalysisRun[];
  readonly prepared: PreparedRuns;
  readonly version: ControllerVersion;
  /** Seconds. */
  readonly now: number;
}

/** What it leaves behind. */
export interface PassResult {
  readonly state: RolloutState;
  readonly created: readonly AnalysisRun[];
  /** Runs that are to end. */
  readonly terminated: readonly number[];
  /** Second at which it asks to be called again; infinite where it does not. */
  readonly wakeAt: number;
}

/**
 * One reconcile while it runs. The controller reads the sets and the status as they were at its start and writes on the side;
 * this is the one mutable object of a reconcile and never leaves it.
 */
export interface Pass {
  readonly spec: RolloutSpec;
  readonly state: RolloutState;
  readonly status: RolloutStatus;
  readonly version: ControllerVersion;
  readonly now: number;
  readonly runs: readonly AnalysisRun[];
  readonly prepared: PreparedRuns;
  fresh: ReplicaSet;
  stable: ReplicaSet | undefined;
  readonly others: readonly ReplicaSet[];
  /** Sets as this reconcile leaves them. */
  sets: readonly ReplicaSet[];
  revision: number;
  weights: Weights | undefined;
  routeWeight: number;
  canarySelector: string;
  stableSelector: string;
  stepRun: RunReference | undefined;
  backgroundRun: RunReference | undefined;
  readonly created: AnalysisRun[];
  readonly terminated: number[];
  readonly addedPauses: PauseReason[];
  readonly removedPauses: PauseReason[];
  clearsPauses: boolean;
  addsAbort: boolean;
  removesAbort: boolean;
  abortMessage: string;
  wakeAt: number;
}

/** @throws Error when the set of the wanted template is not there: it is made before a pass begins. */
export const startPass = ({ state, runs, prepared, version, now }: PassInput): Pass => {
  const { spec, status, sets, template } = state;
  const fresh = sets.find((set) => set.template === template);
  if (fresh === undefined) throw new Error(`there is no ReplicaSet of ${template}`);
  return {
    spec,
    state,
    status,
    version,
    now,
    runs,
    prepared,
    fresh,
    stable: status.stable === '' ? undefined : sets.find((set) => set.template === status.stable),
    others: sets.filter((set) => set !== fresh && set.template !== status.stable),
    sets,
    revision: state.revision,
    weights: status.weights,
    routeWeight: state.routeWeight,
    canarySelector: state.canarySelector,
    stableSelector: state.stableSelector,
    stepRun: undefined,
    backgroundRun: undefined,
    created: [],
    terminated: [],
    addedPauses: [],
    removedPauses: [],
    clearsPauses: false,
    addsAbort: false,
    // A release that is stable already can not be aborted.
    removesAbort: status.abort && status.stable === status.current,
    abortMessage: '',
    wakeAt: Number.POSITIVE_INFINITY,
  };
};

export const isAborted = (pass: Pass): boolean => !pass.removesAbort && (pass.addsAbort || pass.status.abort);

export const isFullyPromoted = ({ stable, current }: RolloutStatus): boolean => stable === current;

export const pauseOf = (status: RolloutStatus, reason: PauseReason): { startedAt: number } | undefined =>
  status.pauses.find((pause) => pause.reason === reason);

export const wakeAt = (pass: Pass, at: number): void => {
  pass.wakeAt = Math.min(pass.wakeAt, at);
};

/** Writes a set; what this reconcile reads of it stays. */
export const writeSet = (pass: Pass, set: ReplicaSet): void => {
  pass.sets = pass.sets.map((one) => (one.template === set.template ? set : one));
};

/** Whether the new template is an older one than stable, and few enough releases lie between (`rollout/sync.go: isRollbackWithinWindow`). */
export const isWithinRollbackWindow = ({ spec, fresh, stable, state }: Pass): boolean => {
  const window = spec.rollbackWindow ?? 0;
  if (window === 0 || stable === undefined || fresh.createdAt >= stable.createdAt) return false;
  return state.sets.filter(({ createdAt }) => createdAt < stable.createdAt && createdAt > fresh.createdAt).length < window;
};

/** Whether the new template is stable already, or was within the window (1.10 `isFastRollback`; without its blue-green part). */
export const isFastRollback = (pass: Pass): boolean =>
  pass.stable !== undefined && (pass.status.stable === pass.fresh.template || isWithinRollbackWindow(pass));
