import { type GateError, isGateError } from '#model/errors.ts';
import type { ClusterSample, Sample } from '#model/observation.ts';
import type { ClusterTable, FleetMetrics } from '#model/soak.ts';

export type NetworkState = Pick<ClusterSample, 'criticalAlarms' | 'incident'>;

/** Nobody could be asked. */
export const unknownNetwork: NetworkState = { criticalAlarms: null, incident: null };

export interface SeenNetwork {
  readonly of: (cluster: string) => NetworkState;
  /** A driver that simulates has put metrics there. */
  readonly simulated: boolean;
  /** Why nothing is known; undefined where there was an answer. */
  readonly silence: GateError | undefined;
}

const alarmsQuery = 'max by (cluster) (ran_network_critical_alarms)';
const incidentQuery = 'max by (cluster) (ran_network_incident)';
const simulatedQuery = 'max by (cluster) (ranfleet_simulated)';

/**
 * Asks for the alarms and incidents under all clusters (`contracts/metrics.yaml`). A cluster without a series, or with a value that can not
 * be one, is not known to be well.
 * @param now epoch milliseconds
 */
export const seeNetwork = async (metrics: FleetMetrics, now: number): Promise<SeenNetwork> => {
  const at = Math.floor(now / 1000);
  const times = { start: at, end: at, step: 1 };
  try {
    const [alarms, incidents, drivers] = await Promise.all([alarmsQuery, incidentQuery, simulatedQuery].map((query) => metrics.byCluster(query, times)));
    const value = (table: ClusterTable | undefined, cluster: string): number => table?.get(cluster)?.get(at) ?? Number.NaN;
    const of = (cluster: string): NetworkState => {
      const [open, incident] = [value(alarms, cluster), value(incidents, cluster)];
      return {
        criticalAlarms: Number.isSafeInteger(open) && open >= 0 ? open : null,
        incident: incident === 0 || incident === 1 ? incident === 1 : null,
      };
    };
    const simulated = [...(drivers?.keys() ?? [])].some((cluster) => value(drivers, cluster) !== 0);
    return { of, simulated, silence: undefined };
  } catch (error) {
    if (!isGateError(error) || error.fault !== 'undecided') throw error;
    return { of: () => unknownNetwork, simulated: false, silence: error };
  }
};

/** The samples, with what is known of the network in those of clusters. */
export const withNetwork = (samples: readonly Sample[], { of }: Pick<SeenNetwork, 'of'>): Sample[] =>
  samples.map((sample) => (sample.kind === 'cluster' ? { ...sample, ...of(sample.cluster) } : sample));
