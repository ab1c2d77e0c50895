import { isGateError } from '#model/errors.ts';
import type { Kpi } from '#model/kpi.ts';
import type { FleetSample } from '#model/observation.ts';
import type { FleetMetrics, Soak } from '#model/soak.ts';
import { type Verdict, type VerdictPhase, verdictInputSchema } from '#model/verdict.ts';
import { verdict } from '#verdict/judge.ts';
import { windowOf } from '#verdict/observation.ts';
import { readCounts } from './counts.ts';
import { type KpiGround, readKpis } from './kpis.ts';
import { type Cycles, cycle, Reader } from './queries.ts';
import { judgeRatios } from './ratios.ts';

export interface JudgeGround {
  readonly metrics: FleetMetrics;
  /** The catalogue, by id. */
  readonly kpis: ReadonlyMap<string, Kpi>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Seconds that Prometheus gets to take in what was scraped of a cycle. */
const lag = 60;

/** For so long before the release the clusters are looked at, to learn how they differ anyhow, seconds. */
const historySeconds = 86_400;
/** Where nobody knows when the pin moved: a release may have taken so long until enough clusters ran it, milliseconds. */
const longestActuation = 3 * 3_600_000;

/**
 * KPIs are looked at over the soak, then over the time after it that is twice as long, and so on, up to so often: what one look leaves open,
 * by too little evidence or by an incident, the next may tell. They share the chance of being wrong, each with half of the one before.
 */
const mostLooks = 5;
/** Seconds in which at least four cycles count, however the first begins. */
const shortestLook = 6 * cycle;
const kpiAlpha = 0.05;

/**
 * What the metrics of the fleet say of a release that soaks in a ring: counts of its pods since the soak began, against the clusters that do
 * not have it and the day before it came (anytime-valid, so that it may be asked again and again), and from the end of the soak on the
 * network's KPIs. Error where Prometheus gives no whole answer, Inconclusive where a part of the answer is missing; Successful only when the
 * soak is over.
 * @returns undefined as long as not one cycle that counts is over
 */
export const judgeSoak = async (soak: Soak, ground: JudgeGround): Promise<FleetSample | undefined> => {
  const now = Math.floor(ground.now / 1000) - lag;
  const since = Math.floor(soak.since / 1000);
  const { starts } = windowOf({ actuatedAt: since, observedUntil: now, cycleSeconds: cycle, baselineSeconds: cycle });
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const reader = new Reader(ground.metrics);
  const found = await judged(soak, { first: first + cycle, last: last + cycle }, kpiLook(soak, now, ground), reader);
  const { agent, ring, release } = soak;
  const query = reader.texts.join('\n').slice(0, 4000);
  return { kind: 'fleet', at: new Date(ground.now).toISOString(), agent, ring, release, query, ...found };
};

type Found = Pick<FleetSample, 'phase' | 'reason' | 'samples'>;

const judged = async (soak: Soak, window: Cycles, look: KpiGround | string, reader: Reader): Promise<Found> => {
  const [pilot, control] = [soak.pilot, soak.control].map((clusters) => ({ clusters, quorum: soak.quorum })) as [KpiGround['pilot'], KpiGround['control']];
  const ground = { agent: soak.agent, pilot, control, window, history: historyOf(soak) };
  try {
    const [ratios, counts] = await Promise.all([judgeRatios(ground, reader), readCounts(ground, reader)]);
    const kpis = typeof look === 'string' ? { input: undefined, gaps: [look] } : await readKpis(look, reader);
    const asked = kpis.input === undefined || kpis.input.questions.length === 0 ? {} : { kpis: kpis.input };
    const told = verdict({ ...verdictInputSchema.parse({}), guardrails: counts.guardrails, ...asked });
    const open = [
      ...(soak.control.length === 0 ? ['no cluster is left to compare with'] : []),
      ...new Set([...ratios.flatMap(({ gaps }) => gaps), ...counts.gaps]),
      ...kpis.gaps,
    ];
    const samples = [counts, ...ratios].reduce((sum, part) => sum + part.samples, 0);
    return { ...phaseOf([...ratios.map(({ phase, reason }) => ({ phase, reasons: [reason] })), told], open), samples };
  } catch (error) {
    if (!isGateError(error) || error.fault !== 'undecided') throw error;
    return { phase: 'Error', reason: error.message.slice(0, 2000), samples: 0 };
  }
};

/** The day before the pin moved: what was there while the release came shows neither state. */
const historyOf = ({ since, pinnedAt }: Soak): Cycles => {
  const end = Math.floor(Math.min(since, pinnedAt ?? since - longestActuation) / 1000 / cycle) * cycle;
  return { first: end - historySeconds + cycle, last: end };
};

/** Harm that was seen stands; without harm, what was not seen leaves it open. */
const phaseOf = (parts: readonly Pick<Verdict, 'phase' | 'reasons'>[], open: readonly string[]): { readonly phase: VerdictPhase; readonly reason: string } => {
  const has = (phase: VerdictPhase): boolean => parts.some((part) => part.phase === phase);
  const phase = has('Failed') ? 'Failed' : open.length > 0 || has('Inconclusive') ? 'Inconclusive' : 'Successful';
  const told = parts.filter((part) => part.phase === phase).flatMap(({ reasons }) => reasons);
  return { phase, reason: [...(phase === 'Failed' ? [] : open), ...told].join('; ').slice(0, 2000) };
};

/** What the KPIs are asked over: the last whole length of a soak; or why they can not be asked. */
const kpiLook = ({ agent, since, until, pilot, control, quorum, kpis: ids }: Soak, now: number, { kpis }: JudgeGround): KpiGround | string => {
  const begin = Math.floor(since / 1000);
  const length = Math.max(shortestLook, Math.ceil((until - since) / 1000));
  const endOf = (look: number): number => begin + length * (2 ** look - 1);
  // Counters of the network come a cycle late.
  const over = Array.from({ length: mostLooks }, (_, at) => at + 1).filter((look) => endOf(look) + cycle <= now);
  const look = over.at(-1);
  if (look === undefined) return 'the soak is not over, or its last counters are not in yet';
  const unknown = ids.filter((id) => !kpis.has(id));
  if (unknown.length > 0) return `the catalogue does not have ${unknown.join(', ')}`;
  return {
    agent,
    kpis: ids.flatMap((id) => kpis.get(id) ?? []),
    pilot: { clusters: pilot, quorum },
    control: { clusters: control, quorum },
    from: endOf(look - 1),
    until: endOf(look),
    alpha: kpiAlpha / 2 ** look,
  };
};
