import type { CountMetric, Arm as Events, Guardrail } from '#model/verdict.ts';
import { type Arm, countAt, silentIn, someOf, sumsAt } from './arm.ts';
import { agentCounter, type Cycles, endsOf, type Reader, rareEvents } from './queries.ts';

export interface CountGround {
  readonly agent: string;
  readonly pilot: Arm;
  readonly control: Arm;
  /** Cycles of the soak that count. */
  readonly window: Cycles;
  /** Cycles before them, from which the variance of the control is learned. */
  readonly history: Cycles;
}

export interface Counts {
  readonly metrics: CountMetric[];
  readonly guardrails: Guardrail[];
  /** What keeps them from telling anything. */
  readonly gaps: readonly string[];
  /** Values of clusters of the pilot that were read. */
  readonly samples: number;
}

interface Pair {
  readonly name: string;
  readonly total: string;
  readonly bad?: string;
  readonly good?: string;
  readonly maxShare: number;
}

const decisions = 'ran_agent_decisions_total';
const latency = 'ran_agent_decision_seconds';

/** As the canary is judged in each cluster (agents/_traits/analysis): at most 1 % of errors, at most 5 % slower than 100 ms (KPI S1). */
const pairsOf = (agent: string): Pair[] => [
  { name: 'errors', total: agentCounter(agent, decisions), bad: agentCounter(agent, decisions, { outcome: 'error' }), maxShare: 0.01 },
  { name: 'slow decisions', total: agentCounter(agent, `${latency}_count`), good: agentCounter(agent, `${latency}_bucket`, { le: '0.1' }), maxShare: 0.05 },
];

const guarded = [
  ['unsafe actions', 'ran_agent_unsafe_actions_total'],
  ['failed emergency set-ups', 'ran_agent_emergency_access_failures_total'],
] as const;

/** Times as many bad events as the control has that a release must surely stay below. */
const maxRatio = 2;

/** Share of the cycles below which nothing is concluded (KPI S11). */
const fewestCovered = 0.9;

/** Share of the cycles of all clusters that may pass without a completed control cycle (KPI S2). */
const missedShare = 0.005;

/** Reads what the agent's pods counted over a soak. @throws GateError of class undecided */
export const readCounts = async (ground: CountGround, reader: Reader): Promise<Counts> => {
  const parts = await Promise.all([
    ...pairsOf(ground.agent).map((pair) => readPair(pair, ground, reader)),
    ...guarded.map(([name, metric]) => readGuardrail(name, rareEvents(ground.agent, metric), ground, reader)),
    readCycles(ground, reader),
  ]);
  return {
    metrics: parts.flatMap((part) => part.metrics ?? []),
    guardrails: parts.flatMap((part) => part.guardrails ?? []),
    gaps: [...new Set(parts.flatMap((part) => part.gaps))],
    samples: parts.reduce((sum, part) => sum + part.samples, 0),
  };
};

type Part = Partial<Pick<Counts, 'metrics' | 'guardrails'>> & Pick<Counts, 'gaps' | 'samples'>;

const readPair = async ({ name, total, bad, good, maxShare }: Pair, ground: CountGround, reader: Reader): Promise<Part> => {
  const { pilot, control, window, history } = ground;
  const span = { first: history.first, last: window.last };
  const tables = await Promise.all([reader.read(total, span), reader.read(bad ?? good ?? total, span)]);
  let samples = 0;
  const eventsOf = (arm: Arm, time: number): Events | null => {
    const found = sumsAt(tables, arm, time);
    if (found === undefined) return null;
    if (arm === pilot) samples += found.clusters;
    const [all, part] = found.sums.map(Math.round) as [number, number];
    const told = Math.min(all, part);
    return { total: all, bad: bad === undefined ? all - told : told };
  };
  const times = endsOf(window);
  const intervals = times.map((time) => ({ canary: eventsOf(pilot, time), control: eventsOf(control, time) }));
  const past = endsOf(history).flatMap((time) => eventsOf(control, time) ?? []);
  const gaps = [
    ...coverage(name, intervals.filter(({ canary }) => canary !== null).length, times.length, silentIn(tables[0], pilot, times)),
    ...coverage(`${name} of those it is compared with`, intervals.filter((i) => i.control !== null).length, times.length, silentIn(tables[0], control, times)),
  ];
  return { metrics: [{ name, intervals, maxRatio, maxShare, history: past }], gaps, samples };
};

const readGuardrail = async (name: string, query: string, { pilot, window }: CountGround, reader: Reader): Promise<Part> => {
  const table = await reader.read(query, window);
  const times = endsOf(window);
  const read = times.flatMap((time) => sumsAt([table], pilot, time) ?? []);
  const observed = read.reduce((sum, { sums: [grown = 0] }) => sum + grown, 0);
  const gaps = coverage(name, read.length, times.length, silentIn(table, pilot, times));
  // What was seen counts, however much was not.
  return { guardrails: [{ name, observed: gaps.length === 0 || observed > 0 ? Math.ceil(observed) : null }].map(atMost(0)), gaps, samples: sampled(read) };
};

const sampled = (read: readonly { readonly clusters: number }[]): number => read.reduce((sum, { clusters }) => sum + clusters, 0);

const atMost =
  (max: number) =>
  (guardrail: Omit<Guardrail, 'max'>): Guardrail => ({ ...guardrail, max });

const isMissed = (completed: number): boolean => completed < 0.5;

/** In each cycle every cluster completes at least one control cycle, but for a share that is rounded up; what others miss as well is not the release's doing. */
const readCycles = async ({ agent, pilot, control, window }: CountGround, reader: Reader): Promise<Part> => {
  const name = 'cycles without a completed control cycle';
  const table = await reader.read(rareEvents(agent, 'ran_agent_cycle_completions_total'), window);
  const times = endsOf(window);
  const counted = times.map((time) => countAt(table, pilot, time, isMissed));
  const covered = counted.filter(({ of }) => of > 0 && of >= pilot.quorum * pilot.clusters.length);
  const missed = counted.reduce((sum, { held }) => sum + held, 0);
  const max = Math.ceil(missedShare * times.length * pilot.clusters.length);
  const others = times.map((time) => countAt(table, control, time, isMissed));
  const missedElsewhere = others.reduce((sum, { held }) => sum + held, 0) > missedShare * others.reduce((sum, { of }) => sum + of, 0);
  const gaps = [
    ...coverage('control cycles', covered.length, times.length, silentIn(table, pilot, times)),
    ...(missed > max && missedElsewhere ? ['the clusters that it is compared with miss control cycles as well'] : []),
  ];
  const isKnown = gaps.length === 0 || (missed > max && !missedElsewhere);
  return { guardrails: [{ name, observed: isKnown ? missed : null, max }], gaps, samples: counted.reduce((sum, { of }) => sum + of, 0) };
};

const coverage = (what: string, read: number, expected: number, silent: readonly string[]): string[] => {
  if (read >= fewestCovered * expected && read > 0) return [];
  const who = silent.length === 0 ? '' : `; nothing from ${someOf(silent)}`;
  return [`${what}: ${read} of ${expected} cycles were read, at least 90 % are needed${who}`];
};
