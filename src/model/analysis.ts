/** Minor version of Argo Rollouts whose behaviour is meant; the deltas between them are few and each has a test. */
export type ControllerVersion = '1.9' | '1.10';

/** What one measurement of a metric comes to. */
export type MeasurementPhase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** What a metric or a whole AnalysisRun comes to. */
export type AnalysisPhase = MeasurementPhase | 'Pending' | 'Running';

/** Shape of a provider's answer: Prometheus gives one number or a vector of numbers without labels. */
export type ResultShape = 'scalar' | 'vector';

/** Where a metric's numbers come from; only `prometheus` and `web` can be rehearsed. */
export type Provider =
  | { readonly kind: 'prometheus'; readonly address: string; readonly query: string /** Seconds. */; readonly timeout: number }
  | {
      readonly kind: 'web';
      readonly url: string;
      readonly jsonPath: string /** Seconds. */;
      readonly timeout: number /** What is posted, with its placeholders; undefined where nothing is. */;
      readonly body: unknown;
    }
  | { readonly kind: 'other'; readonly name: string };

/** One metric of an AnalysisTemplate with the controller's defaults filled in (argo-rollouts `utils/defaults/defaults.go`). */
export interface MetricSpec {
  readonly name: string;
  /** Seconds from the end of one measurement to the start of the next; undefined when the template names none. */
  readonly interval: number | undefined;
  /** Seconds. */
  readonly initialDelay: number;
  /** Undefined when the template names none. */
  readonly count: number | undefined;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** 0: not used. */
  readonly consecutiveSuccessLimit: number;
  readonly successCondition: string | undefined;
  readonly failureCondition: string | undefined;
  readonly provider: Provider;
}

/** An AnalysisTemplate or ClusterAnalysisTemplate as far as it decides something. */
export interface AnalysisTemplate {
  readonly name: string;
  /** Null for a ClusterAnalysisTemplate. */
  readonly namespace: string | null;
  readonly args: readonly string[];
  readonly metrics: readonly MetricSpec[];
  /** Unanchored regular expressions over metric names. */
  readonly dryRun: readonly string[];
}
