import type { Kpi } from '#model/kpi.ts';
import type { Cycle, KpiInput, KpiQuestion } from '#model/kpi-verdict.ts';
import type { ClusterTable, SoakCluster } from '#model/soak.ts';
import { uniqueSorted } from '#util/order.ts';
import { windowOf } from '#verdict/observation.ts';
import { type Arm, silentIn, someOf, sumsAt } from './arm.ts';
import { type Cycles, cycle, endsOf, incidents, kpiCounter, type Reader } from './queries.ts';

export interface KpiGround {
  readonly agent: string;
  readonly kpis: readonly Kpi[];
  readonly pilot: Arm;
  readonly control: Arm;
  /** Epoch seconds: from when to when this look goes. */
  readonly from: number;
  readonly until: number;
  /** Chance of being wrong that this look may use. */
  readonly alpha: number;
}

export interface ReadKpis {
  readonly input: KpiInput;
  /** What keeps them from telling anything. */
  readonly gaps: readonly string[];
}

/** The same hours a week before, seconds. */
const baselineSeconds = 7 * 86_400;

/**
 * Reads the network KPIs of pilot and control over a look and over the same hours a week before, vendor by vendor. Clusters in whose area
 * an incident was open, or not known not to be, are left out; where that leaves too few there is a disturbance.
 * @throws GateError of class undecided
 */
export const readKpis = async (ground: KpiGround, reader: Reader): Promise<ReadKpis> => {
  const { kpis, from: actuatedAt, until: observedUntil, alpha } = ground;
  const { starts } = windowOf({ actuatedAt, observedUntil, cycleSeconds: cycle, baselineSeconds });
  const spans = [starts, starts.map((start) => start - baselineSeconds)].flatMap(cyclesOf);
  const table = await readSpans(incidents, spans, reader);
  const calm = (arm: Arm): Arm => ({ ...arm, clusters: arm.clusters.filter((cluster) => isCalm(cluster, table, spans)) });
  const [pilot, control] = [calm(ground.pilot), calm(ground.control)];
  const isDisturbed = pilot.clusters.length < ground.pilot.quorum * ground.pilot.clusters.length || control.clusters.length === 0;
  const vendors = uniqueSorted(ground.pilot.clusters.map(({ vendor }) => vendor));
  const questions = await Promise.all(kpis.map((kpi) => readQuestion(kpi, { agent: ground.agent, pilot, control, vendors, spans }, reader)));
  const unknown = silentIn(table, ground.pilot, spans.flatMap(endsOf));
  const input: KpiInput = {
    alpha,
    seed: 1,
    resamples: 1999,
    cycleSeconds: cycle,
    actuatedAt,
    observedUntil,
    baselineSeconds,
    minCycles: 4,
    // The soak holds the busy hour that the tier demands, in the time of each place.
    busyHours: [],
    disturbances: isDisturbed ? [{ kind: 'incident', from: actuatedAt, until: observedUntil }] : [],
    questions,
  };
  return { input, gaps: isDisturbed && unknown.length > 0 ? [`nobody knows whether an incident was open: ${someOf(unknown)}`] : [] };
};

/** Cycles by their ends, from their starts. */
const cyclesOf = (starts: readonly number[]): Cycles[] => {
  const [first, last] = [starts[0], starts.at(-1)];
  return first === undefined || last === undefined ? [] : [{ first: first + cycle, last: last + cycle }];
};

/** One table over several spans of time. */
const readSpans = async (query: string, spans: readonly Cycles[], reader: Reader): Promise<ClusterTable> => {
  const tables = await Promise.all(spans.map((span) => reader.read(query, span)));
  const clusters = new Set(tables.flatMap((table) => [...table.keys()]));
  return new Map([...clusters].map((name) => [name, new Map(tables.flatMap((table) => [...(table.get(name) ?? [])]))]));
};

const isCalm = ({ name }: SoakCluster, table: ClusterTable, spans: readonly Cycles[]): boolean =>
  spans.flatMap(endsOf).every((time) => table.get(name)?.get(time) === 0);

interface Arms {
  readonly pilot: Arm;
  readonly control: Arm;
}

interface Sides extends Arms {
  readonly agent: string;
  readonly vendors: readonly string[];
  readonly spans: readonly Cycles[];
}

const readQuestion = async (kpi: Kpi, { agent, pilot, control, vendors, spans }: Sides, reader: Reader): Promise<KpiQuestion> => {
  const ratios = Array.from({ length: kpi.ratios }, (_, ratio) => ratio);
  const tables = await Promise.all(
    ratios.flatMap((ratio) => (['numerator', 'denominator'] as const).map((part) => readSpans(kpiCounter(agent, kpi.id, ratio, part), spans, reader))),
  );
  const times = spans.flatMap(endsOf);
  const spreadOf = weeklySpread(kpi, tables, control, spans);
  const strata = vendors.map((name) => {
    const cells = (arm: Arm): Cycle[] => cyclesIn(tables, { ...arm, clusters: arm.clusters.filter(({ vendor }) => vendor === name) }, times);
    return { name, pilot: cells(pilot), control: cells(control), ...driftOf(spreadOf, { pilot, control }, name) };
  });
  return { kpi, strata };
};

/** Sums over an arm in each cycle that enough of its clusters answered for. */
const cyclesIn = (tables: readonly ClusterTable[], arm: Arm, times: readonly number[]): Cycle[] =>
  times.flatMap((time) => {
    const found = sumsAt(tables, arm, time);
    if (found === undefined) return [];
    const ratios = Array.from({ length: tables.length / 2 }, (_, at): [number, number] => [found.sums[2 * at] ?? Number.NaN, found.sums[2 * at + 1] ?? 0]);
    return [{ start: time - cycle, ratios }];
  });

/** Fewest clusters whose spread says anything. */
const fewestClusters = 3;

/**
 * Standard deviation, over the clusters of the control, of how much the KPI of one cluster changed from the week before, in the scale of its
 * test; undefined of too few. Nothing was changed on them: it is how far clusters drift by themselves.
 */
const weeklySpread = (kpi: Kpi, tables: readonly ClusterTable[], control: Arm, spans: readonly Cycles[]): number | undefined => {
  const changes = control.clusters.flatMap(({ name }) => {
    const [after, before] = spans.map((span) => kpiOf(kpi, tables, name, span)) as [number, number];
    const change = kpi.margin?.scale === 'relative' ? Math.log(after / before) : after - before;
    return Number.isFinite(change) ? [change] : [];
  });
  if (changes.length < fewestClusters) return undefined;
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  return Math.sqrt(changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / (changes.length - 1));
};

/** The KPI of one cluster over a span: a product of ratios of sums; not a number where a part is missing. */
const kpiOf = (kpi: Kpi, tables: readonly ClusterTable[], cluster: string, span: Cycles): number => {
  const sums = tables.map((table) => endsOf(span).reduce((sum, time) => sum + (table.get(cluster)?.get(time) ?? 0), 0));
  let value = kpi.scale;
  for (let at = 0; at < sums.length; at += 2) value *= (sums[at] ?? Number.NaN) / (sums[at + 1] ?? Number.NaN);
  return value;
};

/** What the drift of whole clusters adds to the error of one vendor's comparison. */
const driftOf = (spread: number | undefined, { pilot, control }: Arms, vendor: string): { readonly drift?: number } => {
  const [p, c] = [pilot, control].map(({ clusters }) => clusters.filter((cluster) => cluster.vendor === vendor).length) as [number, number];
  return spread === undefined || p === 0 || c === 0 ? {} : { drift: spread * Math.sqrt(1 / p + 1 / c) };
};
