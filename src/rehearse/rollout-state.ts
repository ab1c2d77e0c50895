import type { AnalysisPhase } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';

export type RolloutPhase = 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';
export type PauseReason = 'CanaryPauseStep' | 'InconclusiveAnalysisRun';

/** One ReplicaSet: what the Rollout asks for, and what stands. Times are whole seconds. */
export interface ReplicaSet {
  readonly template: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly replicas: number;
  /** The Rollout's own number of pods when this set was last scaled: an annotation by which the controller finds a scaling event. */
  readonly desired: number;
  /** When it is to be scaled to 0; undefined where no deadline is set. */
  readonly deadline: number | undefined;
  readonly created: number;
  readonly ready: number;
  readonly available: number;
}

/** What the route sends to the canary and to stable, and to which pod templates. */
export interface Weights {
  readonly canary: number;
  readonly canaryTemplate: string;
  readonly stable: number;
  readonly stableTemplate: string;
}

/** The condition `Progressing`: the only one by which a deadline or an abort shows. */
export interface Progress {
  readonly reason: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly message: string;
  /** Whole second of the last progress. */
  readonly updatedAt: number;
}

export interface PauseCondition {
  readonly reason: PauseReason;
  /** Whole second. */
  readonly startedAt: number;
}

/** The run that a Rollout counts as its present one. */
export interface RunReference {
  readonly id: number;
  readonly phase: AnalysisPhase | undefined;
}

/** `status` of a Rollout, as far as its course depends on it. */
export interface RolloutStatus {
  readonly observedGeneration: number;
  /** Pod template of the last reconcile; empty before the first. */
  readonly current: string;
  /** Pod template that is stable; empty before the first release. */
  readonly stable: string;
  /** Undefined where there are no steps. */
  readonly step: number | undefined;
  readonly stepsKey: string;
  readonly abort: boolean;
  /** Whole second. */
  readonly abortedAt: number | undefined;
  readonly pauses: readonly PauseCondition[];
  readonly controllerPause: boolean;
  readonly promoteFull: boolean;
  readonly weights: Weights | undefined;
  readonly stepRun: RunReference | undefined;
  readonly backgroundRun: RunReference | undefined;
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly progress: Progress | undefined;
  /** Whether the condition `Healthy` is true; undefined where there is none yet. */
  readonly healthy: boolean | undefined;
  /** Whether the condition `Paused` is true. */
  readonly pausedCondition: boolean;
  readonly phase: RolloutPhase;
  readonly message: string;
}

/** Everything that the Rollout controller reads and writes, but the AnalysisRuns. */
export interface RolloutState {
  readonly spec: RolloutSpec;
  /** Counts the changes of the spec. */
  readonly generation: number;
  /** Pod template that the spec asks for. */
  readonly template: string;
  readonly stepsKey: string;
  readonly revision: number;
  readonly status: RolloutStatus;
  readonly sets: readonly ReplicaSet[];
  /** Pod templates to which the two services point; empty where they were never pointed. */
  readonly canarySelector: string;
  readonly stableSelector: string;
  /** Weight that the route holds for the canary. */
  readonly routeWeight: number;
  readonly nextRun: number;
}

export const stepsKeyOf = (spec: RolloutSpec): string => JSON.stringify(spec.steps);

/** A release that has been stable and at rest for a while. @param now seconds */
export const stateAtRest = (spec: RolloutSpec, template: string, now: number): RolloutState => {
  const second = Math.floor(now);
  const { replicas } = spec;
  const set = {
    template,
    revision: 1,
    createdAt: second - 1,
    replicas,
    desired: replicas,
    deadline: undefined,
    created: replicas,
    ready: replicas,
    available: replicas,
  };
  const most = spec.routing?.maxWeight;
  return {
    ...emptyState(spec, template),
    revision: 1,
    sets: [set],
    canarySelector: spec.canaryService === '' ? '' : template,
    stableSelector: spec.stableService === '' ? '' : template,
    status: {
      ...noStatus,
      observedGeneration: 1,
      current: template,
      stable: template,
      step: spec.steps.length > 0 ? spec.steps.length : undefined,
      stepsKey: stepsKeyOf(spec),
      weights: most === undefined ? undefined : { canary: 0, canaryTemplate: template, stable: most, stableTemplate: template },
      replicas,
      updated: replicas,
      ready: replicas,
      available: replicas,
      progress: { reason: 'NewReplicaSetAvailable', status: 'True', message: '', updatedAt: second },
      healthy: true,
      phase: 'Healthy',
    },
  };
};

const noStatus: RolloutStatus = {
  observedGeneration: 0,
  current: '',
  stable: '',
  step: undefined,
  stepsKey: '',
  abort: false,
  abortedAt: undefined,
  pauses: [],
  controllerPause: false,
  promoteFull: false,
  weights: undefined,
  stepRun: undefined,
  backgroundRun: undefined,
  replicas: 0,
  updated: 0,
  ready: 0,
  available: 0,
  progress: undefined,
  healthy: undefined,
  pausedCondition: false,
  phase: 'Progressing',
  message: '',
};

/** A Rollout that the controller has never seen: what a fresh cluster starts with. */
export const emptyState = (spec: RolloutSpec, template: string): RolloutState => ({
  spec,
  generation: 1,
  template,
  stepsKey: stepsKeyOf(spec),
  revision: 0,
  status: noStatus,
  sets: [],
  canarySelector: '',
  stableSelector: '',
  routeWeight: 0,
  nextRun: 1,
});
