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

/** What one look has seen, and what it can ask about it. */
interface JudgeRequest {
  readonly commit: string;
  readonly seen: () => Observations;
  readonly metrics: FleetMetrics;
}

export interface SoakJudge {
  /** Judges all soaks; nothing when that was done in this cycle already. */
  judge(request: JudgeRequest): Promise<FleetSample[]>;
  /** Begins to judge where that is due, and gives what is ready: a way back does not wait for slow answers about other rings. */
  collect(request: JudgeRequest): FleetSample[];
}

/** Judges once in each cycle of a quarter of an hour: in between nothing new can be said. */
export const openSoakJudge = (repository: string): SoakJudge => {
  let judgedIn: number | undefined;
  const judge = async ({ commit, seen, metrics }: JudgeRequest): Promise<FleetSample[]> => {
    const now = Date.now();
    const current = Math.floor(now / 1000 / cycle);
    if (judgedIn === current) return [];
    judgedIn = current;
    const ground = { ...groundOf(repository, { head: commit }), at: new Date(now).toISOString(), observations: seen() };
    return judgeSoaks(ground, metrics, now);
  };
  let isRunning = false;
  const ready: FleetSample[] = [];
  const failed: unknown[] = [];
  return {
    judge,
    collect: (request) => {
      if (!isRunning) {
        isRunning = true;
        judge(request)
          .then((samples) => void ready.push(...samples))
          .catch((error: unknown) => void failed.push(error))
          .finally(() => {
            isRunning = false;
          });
      }
      if (failed.length > 0) throw failed.pop();
      return ready.splice(0);
    },
  };
};

/** Metrics of which it is known already that nobody answers: each soak is told so without another wait. */
export const silentMetrics = (silence: GateError): FleetMetrics => ({ byCluster: () => Promise.reject(silence) });

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
