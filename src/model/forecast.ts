/** A share of replications with its 95 % confidence interval, all 0..1. */
export interface Estimate {
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

/** Median and 95th percentile. */
interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** What a Rollout would do under one scenario. Times are seconds. */
export interface ScenarioForecast {
  readonly name: string;
  readonly title: string;
  readonly isBad: boolean;
  /** Aborted by itself: a detection where the revision is bad, a false abort where it is not. */
  readonly aborted: Estimate;
  /** Neither: it waits for a person. */
  readonly held: Estimate;
  readonly promoted: Estimate;
  /** From the release to the abort; undefined where none aborts. */
  readonly toAbort: Spread | undefined;
  /** From the abort until stable has all the work again. */
  readonly toRestore: Spread | undefined;
  /** From the release to the promotion. */
  readonly toPromote: Spread | undefined;
  /** Decisions that the canary took in one cluster. */
  readonly decisionsExposed: { readonly mean: number; readonly p95: number };
  /** Most cells that the canary decided for at one time. */
  readonly cellsExposed: number;
  /** Mean share (0..1, and beyond) of a cluster's error budget of 30 days that is spent before the end. */
  readonly budgetBurnt: number;
  /** Most work for one pod of stable after an abort, where 1 is what it has at rest; undefined where at a moment stable had no pod. */
  readonly loadAfterAbort: number | undefined;
  /** The same before an abort. */
  readonly loadBefore: number | undefined;
  /** Mean share (0..1) of the work that the canary did, for each stretch of `exposureSeconds` from the release on. */
  readonly exposure: readonly number[];
  /** Share (0..1) of replications that have aborted by the end of each such stretch. */
  readonly abortedBy: readonly number[];
}

/** How long the canary must take decisions until a comparison with the rest sees a rise of the error ratio; only where it takes any. */
export interface SampleNeed {
  readonly factor: number;
  readonly decisions: number;
  readonly hours: number;
}

/** What a Rollout would do at the work of one cluster. */
export interface RolloutForecast {
  readonly rollout: string;
  readonly namespace: string;
  readonly replications: number;
  readonly seed: string;
  readonly exposureSeconds: number;
  readonly cells: number;
  readonly decisionsPerHour: number;
  /** Largest share (0..1) of the decisions that the canary takes before it is promoted. */
  readonly canaryShare: number;
  /** Smallest rise of the error ratio that at least 80 of 100 rollouts abort on; undefined where none of those that were rehearsed is. */
  readonly seesFrom: number | undefined;
  readonly needs: readonly SampleNeed[];
  readonly scenarios: readonly ScenarioForecast[];
}

/** A forecast as the public report holds it: without the curves. */
export type ForecastSummary = Omit<RolloutForecast, 'scenarios'> & { readonly scenarios: readonly Omit<ScenarioForecast, 'exposure' | 'abortedBy'>[] };

/** Equal forecasts of one agent. */
export interface RehearsalReport<Forecast = ForecastSummary> {
  readonly agent: string;
  /** The cluster whose work was taken: the smallest that the roots reach. */
  readonly cluster: string;
  readonly roots: readonly string[];
  readonly forecast: Forecast;
}
