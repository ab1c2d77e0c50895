import type { ClusterTable, FleetMetrics } from '#model/soak.ts';

/** Cycle of the optimisation and granularity period of the counters, seconds. */
export const cycle = 900;

/** Ends of whole cycles, epoch seconds. */
export interface Cycles {
  readonly first: number;
  readonly last: number;
}

export const endsOf = ({ first, last }: Cycles): number[] => Array.from({ length: Math.max(0, (last - first) / cycle + 1) }, (_, at) => first + at * cycle);

const label = (name: string, value: string): string => `${name}=${JSON.stringify(value)}`;
const grown = (metric: string, labels: Readonly<Record<string, string>>, seconds = cycle): string => {
  const matchers = Object.entries(labels).map(([name, value]) => label(name, value));
  return `sum by (cluster) (increase(${metric}{${matchers.join(',')}}[${seconds}s]))`;
};

/**
 * A range holds its own samples only: what a counter grew by between the last sample of one cycle and the first of the next is in neither.
 * Of many events that is a share, which `increase` makes up for; a single one would be lost, so that rare events are counted over so much more.
 */
const overlap = 300;

/** Growth per cluster and cycle of a counter that the pods of an agent expose. */
export const agentCounter = (agent: string, metric: string, labels: Readonly<Record<string, string>> = {}): string =>
  grown(metric, { namespace: agent, ...labels });

/** The same where not one event may be missed; one near the end of a cycle may count in two. */
export const rareEvents = (agent: string, metric: string): string => grown(metric, { namespace: agent }, cycle + overlap);

/** Growth per cluster and cycle of one part of one ratio of a KPI (`contracts/metrics.yaml`): S1, S2 and so on are the agent's own. */
export const kpiCounter = (agent: string, kpi: string, ratio: number, part: 'numerator' | 'denominator'): string =>
  grown(`ran_kpi_${part}_total`, { kpi, ratio: String(ratio), ...(kpi.startsWith('S') ? { namespace: agent } : {}) });

/** More than nought where an incident was open in the area of a cluster at any time of a cycle. */
export const incidents = `max by (cluster) (max_over_time(ran_network_incident[${cycle}s]))`;

/** Asks queries over cycles, and keeps their texts for the record. */
export class Reader {
  readonly #metrics: FleetMetrics;
  readonly #asked = new Set<string>();

  constructor(metrics: FleetMetrics) {
    this.#metrics = metrics;
  }

  async read(query: string, { first, last }: Cycles): Promise<ClusterTable> {
    this.#asked.add(query);
    return this.#metrics.byCluster(query, { start: first, end: last, step: cycle });
  }

  /** All queries that were asked, each once. */
  get texts(): readonly string[] {
    return [...this.#asked];
  }
}
