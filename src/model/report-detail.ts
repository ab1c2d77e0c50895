import type { Cluster } from './cluster.ts';
import type { RuleInfo } from './evaluator.ts';
import type { RehearsalReport, RolloutForecast } from './forecast.ts';
import type { Manifest } from './ports.ts';

/** The whole object of one group of equal changes, on the sides on which it exists. */
export interface ObjectSides {
  readonly before?: Manifest;
  readonly after?: Manifest;
}

/** What the larger reports show beside the public report; never part of its JSON. */
export interface ReportDetail {
  readonly rules: readonly RuleInfo[];
  /** All clusters of the fleet at head. */
  readonly clusters: readonly Cluster[];
  /** Clusters that each affected root reaches. */
  readonly clustersOfRoot: ReadonlyMap<string, readonly string[]>;
  /** One example for each of the report's changes, in their order. */
  readonly objects: readonly ObjectSides[];
  /** The report's rehearsals in their order, with their curves. */
  readonly rehearsals: readonly RehearsalReport<RolloutForecast>[];
}
