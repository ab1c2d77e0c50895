/** Which templates an analysis of a Rollout takes, and which of their metrics it only tries. */
export interface AnalysisUse {
  readonly templates: readonly { readonly name: string; readonly clusterScope: boolean }[];
  /** Unanchored regular expressions over metric names, beside those of the templates. */
  readonly dryRun: readonly string[];
}

/** One step of a canary; header and mirror routes only pass (argo-rollouts `rollout/canary.go`). */
export type CanaryStep =
  | { readonly kind: 'setWeight'; readonly weight: number }
  | { readonly kind: 'setCanaryScale'; readonly replicas: number | undefined; readonly weight: number | undefined; readonly matchTrafficWeight: boolean }
  /** Whole seconds; undefined waits for a person. */
  | { readonly kind: 'pause'; readonly seconds: number | undefined }
  | { readonly kind: 'analysis'; readonly analysis: AnalysisUse }
  | { readonly kind: 'route' };

/** A number of pods, or a percentage of all. */
export interface PodBound {
  readonly value: number;
  readonly percent: boolean;
}

/** A Rollout with the canary strategy, as far as its course depends on it, with the controller's defaults filled in. Durations are seconds. */
export interface RolloutSpec {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly paused: boolean;
  readonly steps: readonly CanaryStep[];
  /** The analysis in the background and the first step with which it runs. */
  readonly background: { readonly analysis: AnalysisUse; readonly startingStep: number } | undefined;
  readonly maxSurge: PodBound;
  readonly maxUnavailable: PodBound;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly progressDeadlineAbort: boolean;
  readonly revisionHistoryLimit: number;
  /** Undefined: no window. */
  readonly rollbackWindow: number | undefined;
  readonly canaryService: string;
  readonly stableService: string;
  /** What moves requests; undefined where the share of pods is the weight. */
  readonly routing: { readonly router: string; readonly maxWeight: number } | undefined;
  readonly dynamicStableScale: boolean;
  readonly minPodsPerReplicaSet: number | undefined;
  readonly replicaProgressThreshold: PodBound | undefined;
  readonly scaleDownDelaySeconds: number;
  /** `never`: an aborted canary stays as it is. */
  readonly abortScaleDownDelay: { readonly seconds: number | 'never'; readonly isSet: boolean };
}
