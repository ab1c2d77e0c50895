import type { CounterSeries } from './judge-question.ts';

/** A cluster whose metrics are judged, or held against those of others. */
export interface SoakCluster {
  readonly name: string;
  /** Vendor of most of its cells: KPIs are compared vendor by vendor. */
  readonly vendor: string;
}

/** A release that enough clusters of a ring run, which the ring has not verified yet. Times are milliseconds since 1970. */
export interface Soak {
  readonly agent: string;
  readonly ring: string;
  readonly release: string;
  /** Since when enough clusters run it without a break. */
  readonly since: number;
  /** When the pin of the ring got the release; undefined where nobody knows. */
  readonly pinnedAt: number | undefined;
  /** When the soak is over if nothing breaks it. */
  readonly until: number;
  readonly pilot: readonly SoakCluster[];
  /** Clusters that the same agent runs on and on which nothing has changed since. */
  readonly control: readonly SoakCluster[];
  /** Share of the clusters that must answer. */
  readonly quorum: number;
  /** Ids of the network KPIs that the agent is judged by. */
  readonly kpis: readonly string[];
}

/** Values by cluster, then by time in epoch seconds. */
export type ClusterTable = ReadonlyMap<string, CounterSeries>;

/** A Prometheus that holds the metrics of all clusters of a fleet, each series with the label `cluster`. */
export interface FleetMetrics {
  /**
   * What a query answers, one series for each cluster, at start, start + step, ... end (epoch seconds).
   * @throws GateError of class undecided when there is no whole answer, or one whose series are not told apart by `cluster` alone
   */
  byCluster(query: string, times: { readonly start: number; readonly end: number; readonly step: number }): Promise<ClusterTable>;
}
