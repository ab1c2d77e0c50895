import { createPrometheus } from '#adapters/prometheus.ts';
import { GateError } from '#model/errors.ts';
import { type Kpi, kpiCatalogueSchema } from '#model/kpi.ts';
import type { FleetSample, Observations } from '#model/observation.ts';
import type { Snapshot } from '#model/ports.ts';
import type { FleetMetrics } from '#model/soak.ts';
import { judgeSoak } from '#observe/fleet/judge-soak.ts';
import { cycle } from '#observe/fleet/queries.ts';
import { soaksOf } from '#ring/soaks.ts';
import { worldOf } from '#ring/world.ts';
import { runPool } from '#util/pool.ts';
import { parseFacts } from '#util/source-yaml.ts';
import { groundOf, type PlanGround } from './plan-for.ts';
import { prometheusAddress } from './prometheus-address.ts';

/** How many soaks are judged at the same time; each asks some dozens of queries. */
const width = 4;

const catalogueFile = 'contracts/kpis.yaml';

/** The Prometheus that holds the metrics of all clusters; undefined where none was named. @throws GateError GATE_USAGE */
export const fleetMetrics = (address: string | undefined, environment: { readonly PROMETHEUS_TOKEN?: string | undefined }): FleetMetrics | undefined =>
  address === undefined ? undefined : createPrometheus(prometheusAddress(address), environment.PROMETHEUS_TOKEN);

export interface SoakJudge {
  /** Judges all soaks that a log shows, at a commit; nothing when that was done in this cycle already. */
  judge(commit: string, seen: () => Observations): Promise<FleetSample[]>;
}

/** Judges once in each cycle of a quarter of an hour: in between nothing new can be said. */
export const openSoakJudge = (repository: string, metrics: FleetMetrics | undefined): SoakJudge => {
  let judgedIn: number | undefined;
  return {
    judge: async (commit, seen) => {
      const now = Date.now();
      const current = Math.floor(now / 1000 / cycle);
      if (metrics === undefined || judgedIn === current) return [];
      judgedIn = current;
      const ground = { ...groundOf(repository, { head: commit }), at: new Date(now).toISOString(), observations: seen() };
      return judgeSoaks(ground, metrics, now);
    },
  };
};

const judgeSoaks = async (ground: PlanGround, metrics: FleetMetrics, now: number): Promise<FleetSample[]> => {
  const kpis = catalogueIn(ground.snapshot);
  const judged = await runPool(soaksOf(worldOf(ground)), width, (soak) => judgeSoak(soak, { metrics, kpis, now }));
  return judged.filter((sample) => sample !== undefined);
};

const catalogueIn = (snapshot: Snapshot): Map<string, Kpi> => {
  if (!snapshot.files.has(catalogueFile))
    throw new GateError('GATE_MALFORMED', 'usage', `there is no ${catalogueFile}`, { hint: 'Bring it back from an older commit: rings are judged by it.' });
  return new Map(parseFacts(catalogueFile, snapshot.read(catalogueFile).toString(), kpiCatalogueSchema).kpis.map((kpi) => [kpi.id, kpi]));
};
