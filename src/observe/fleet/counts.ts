import type { Guardrail } from '#model/verdict.ts';
import { type Arm, countAt, coverage, silentIn, sumsAt } from './arm.ts';
import { type Cycles, endsOf, type Reader, rareEvents } from './queries.ts';

export interface CountGround {
  readonly agent: string;
  readonly pilot: Arm;
  readonly control: Arm;
  /** Cycles of the soak that count. */
  readonly window: Cycles;
}

export interface Counts {
  readonly guardrails: Guardrail[];
  /** What keeps them from telling anything. */
  readonly gaps: readonly string[];
  /** Values of clusters of the pilot that were read. */
  readonly samples: number;
}

const guarded = [
  ['unsafe actions', 'ran_agent_unsafe_actions_total'],
  ['failed emergency set-ups', 'ran_agent_emergency_access_failures_total'],
] as const;

/** Share of the cycles of all clusters that may pass without a completed control cycle (KPI S2). */
const missedShare = 0.005;

/** Reads what must not happen, as the agent's pods counted it over a soak. @throws GateError of class undecided */
export const readCounts = async (ground: CountGround, reader: Reader): Promise<Counts> => {
  const parts = await Promise.all([
    ...guarded.map(([name, metric]) => readGuardrail(name, rareEvents(ground.agent, metric), ground, reader)),
    readCycles(ground, reader),
  ]);
  return {
    guardrails: parts.flatMap((part) => part.guardrails),
    gaps: [...new Set(parts.flatMap((part) => part.gaps))],
    samples: parts.reduce((sum, part) => sum + part.samples, 0),
  };
};

type Part = Counts;

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
