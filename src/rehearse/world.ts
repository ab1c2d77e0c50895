import type { ControllerVersion, MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import type { CanaryStep } from '#model/rollout.ts';

/** What people, Git and the cluster do to a Rollout. `promote` is `kubectl argo rollouts promote`, `resume` is Argo CD's action of that name. */
export type WorldEvent = { /** Seconds from the start. */ readonly at: number } & (
  | { readonly kind: 'release' /** Name of the pod template. */; readonly template: string }
  | { readonly kind: 'steps'; readonly steps: readonly CanaryStep[] }
  /** What an autoscaler does. */
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'abort' | 'retry' | 'promote' | 'promoteFull' | 'resume' }
  | { readonly kind: 'pause' /** Value of spec.paused. */; readonly paused: boolean }
  /** Ready pods of a template that become unready, and stay so until `podsReady`. */
  | { readonly kind: 'podsUnready'; readonly template: string; readonly count: number }
  | { readonly kind: 'podsReady'; readonly template: string }
);

/** What a measurement that begins now comes to, and how many seconds it takes; the step is undefined for the analysis in the background. */
type MeasurementSource = (
  metric: MetricSpec,
  runStartedAt: number,
  now: number,
  template: string,
  step: number | undefined,
) => { readonly phase: MeasurementPhase; readonly latency: number };

/** Numbers in [0, 1) that a seed decides. */
export type Random = () => number;

/** The world around one Rollout. */
export interface World {
  /** Pod template that is stable at the start; undefined where the Rollout is new. */
  readonly initial: string | undefined;
  /** In order of time. */
  readonly events: readonly WorldEvent[];
  /** Seconds from the creation of a pod until it is ready; undefined where it never is. */
  readonly readyAfter: (template: string, random: Random) => number | undefined;
  readonly measure: MeasurementSource;
}

export interface SimulationOptions {
  readonly version: ControllerVersion;
  /** Decides every random draw. */
  readonly seed: number;
  /** Seconds after which the simulation ends, settled or not. */
  readonly until: number;
  /** Clock at the start, in seconds: the controller keeps whole seconds, so its fraction matters. 0 where it is left out. */
  readonly startAt?: number;
  /** `outcome`: ends as soon as the outcome is known. `quiet`: goes on until nothing is left to do. */
  readonly stop: 'outcome' | 'quiet';
  /** Seconds from a cause to the reconcile that it brings about, of the Rollout, an AnalysisRun and a ReplicaSet. */
  readonly latency?: Latency;
}

export interface Latency {
  readonly rollout: number;
  readonly analysis: number;
  readonly sets: number;
  /** Each latency is drawn evenly between itself and this many times itself; 1 draws nothing. */
  readonly spread: number;
}

/** Measured on the real controller with an idle API server: see docs/simulator.md. */
export const defaultLatency: Latency = { rollout: 0.05, analysis: 0.05, sets: 0.05, spread: 1 };
