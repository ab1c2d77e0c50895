import { notePause, progressOfNewSet } from './conditions.ts';
import { type Pass, type PassInput, type PassResult, startPass, writeSet } from './pass.ts';
import { reconcileAnalyses } from './reconcile-analyses.ts';
import type { RolloutState, RolloutStatus } from './rollout-state.ts';
import { pointServices, routeTraffic } from './route-traffic.ts';
import { scaleSets } from './scale-sets.ts';
import { isNewUpdate, settleScaling, settleStatus } from './settle-status.ts';

/**
 * One reconcile of a Rollout with the canary strategy, in the controller's order (argo-rollouts `rollout/context.go: reconcile`,
 * `rollout/canary.go: rolloutCanary`). Pure: the state and the runs that it is given stay as they are.
 */
export const stepRollout = (input: PassInput): PassResult => {
  const { state, now } = input;
  if (!state.sets.some(({ template }) => template === state.template)) {
    const made = makeSet(state, now);
    // 1.10 ends here and comes back; 1.9 goes on with what it has just written.
    if (input.version !== '1.9') return { state: made, created: [], terminated: [], wakeAt: Number.POSITIVE_INFINITY };
    return stepRollout({ ...input, state: made });
  }
  const pass = startPass(input);
  const noted = notePause(pass);
  if (noted !== undefined) return finish(pass, noted);
  noteRevision(pass);
  if (isScalingEvent(pass)) {
    scaleSets(pass);
    return finish(pass, settleScaling(pass));
  }
  return finish(pass, reconcileCanary(pass));
};

const reconcileCanary = (pass: Pass): RolloutStatus => {
  if (isNewUpdate(pass)) return settleStatus(pass);
  forgetOldSets(pass);
  pointServices(pass);
  routeTraffic(pass);
  reconcileAnalyses(pass);
  if (pass.addedPauses.length > 0 || scaleSets(pass)) return settleStatus(pass);
  pauseStep(pass);
  return settleStatus(pass);
};

/** Makes the set of a template that has none yet, without pods. */
const makeSet = (state: RolloutState, now: number): RolloutState => {
  const revision = Math.max(0, ...state.sets.map((set) => set.revision)) + 1;
  const set = {
    template: state.template,
    revision,
    createdAt: Math.floor(now),
    replicas: 0,
    desired: state.spec.replicas,
    deadline: undefined,
    created: 0,
    ready: 0,
    available: 0,
  };
  return { ...state, revision, sets: [...state.sets, set], status: { ...state.status, progress: progressOfNewSet(state.status.progress, now) } };
};

/** The set of the wanted template always has the highest revision, also when an older one comes back (`syncReplicaSetRevision`). */
const noteRevision = (pass: Pass): void => {
  const revision = Math.max(0, ...pass.sets.filter(({ template }) => template !== pass.fresh.template).map((set) => set.revision)) + 1;
  if (pass.fresh.revision < revision) {
    pass.fresh = { ...pass.fresh, revision };
    writeSet(pass, pass.fresh);
  }
  pass.revision = pass.fresh.revision;
};

/** Another number of pods than the sets were last scaled for (`isScalingEvent`). */
const isScalingEvent = ({ fresh, stable, spec }: Pass): boolean =>
  [fresh, stable].some((set) => set !== undefined && set.replicas > 0 && set.desired !== spec.replicas);

/** Old sets beyond the history limit go, unless they still have pods (`reconcileRevisionHistoryLimit`). */
const forgetOldSets = (pass: Pass): void => {
  const tooMany = pass.others.length - pass.spec.revisionHistoryLimit;
  if (tooMany <= 0) return;
  const oldest = [...pass.others].sort((a, b) => a.createdAt - b.createdAt).slice(0, tooMany);
  const gone = new Set(oldest.filter(({ replicas, created }) => replicas === 0 && created === 0).map(({ template }) => template));
  pass.sets = pass.sets.filter(({ template }) => !gone.has(template));
};

/** Begins the pause of a pause step, or waits for its end (`reconcileCanaryPause`). */
const pauseStep = (pass: Pass): void => {
  const { spec, status } = pass;
  const step = spec.steps[status.step ?? 0];
  if (spec.paused || status.promoteFull || step?.kind !== 'pause') return;
  const pause = status.pauses.find(({ reason }) => reason === 'CanaryPauseStep');
  if (pause === undefined) {
    if (!status.controllerPause) pass.addedPauses.push('CanaryPauseStep');
    return;
  }
  if (step.seconds !== undefined && pause.startedAt + step.seconds > pass.now) pass.wakeAt = Math.min(pass.wakeAt, pause.startedAt + step.seconds);
};

const finish = (pass: Pass, status: RolloutStatus): PassResult => {
  const { state, sets, revision, canarySelector, stableSelector, routeWeight, created, terminated } = pass;
  const isSame =
    status === state.status &&
    sets === state.sets &&
    revision === state.revision &&
    canarySelector === state.canarySelector &&
    stableSelector === state.stableSelector &&
    routeWeight === state.routeWeight &&
    created.length === 0;
  return {
    state: isSame ? state : { ...state, status, sets, revision, canarySelector, stableSelector, routeWeight, nextRun: state.nextRun + created.length },
    created,
    terminated,
    wakeAt: pass.wakeAt,
  };
};
