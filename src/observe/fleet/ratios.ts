import type { Arm as Events, VerdictPhase } from '#model/verdict.ts';
import { unknownDispersion } from '#verdict/dispersion.ts';
import { metricTest } from '#verdict/judge.ts';
import { type Arm, coverage, silentIn, sumsAt } from './arm.ts';
import { agentCounter, type Cycles, endsOf, type Reader } from './queries.ts';

export interface RatioGround {
  readonly agent: string;
  readonly pilot: Arm;
  readonly control: Arm;
  /** Cycles of the soak that count. */
  readonly window: Cycles;
  /** Cycles before the release came: how the clusters differ anyhow. */
  readonly history: Cycles;
}

export interface JudgedRatio {
  readonly phase: VerdictPhase;
  readonly reason: string;
  /** What keeps it from telling anything. */
  readonly gaps: readonly string[];
  /** Values of clusters of the pilot that were read. */
  readonly samples: number;
}

interface Asked {
  readonly name: string;
  readonly total: string;
  readonly bad?: string;
  readonly good?: string;
  readonly maxShare: number;
}

const decisions = 'ran_agent_decisions_total';
const latency = 'ran_agent_decision_seconds';

/** As the canary is judged in each cluster (agents/_traits/analysis): at most 1 % of errors, at most 5 % slower than 100 ms (KPI S1). */
const pairsOf = (agent: string): Asked[] => [
  { name: 'errors', total: agentCounter(agent, decisions), bad: agentCounter(agent, decisions, { outcome: 'error' }), maxShare: 0.01 },
  { name: 'slow decisions', total: agentCounter(agent, `${latency}_count`), good: agentCounter(agent, `${latency}_bucket`, { le: '0.1' }), maxShare: 0.05 },
];

/** Times as many bad events as before, measured by the control, that a release must surely stay below. */
const maxRatio = 2;
/** So many times as many are no harm that a release goes back for: over a whole ring far less is sure to be seen (KPI S1: a fifth). */
const bearable = 1.2;
const chances = { alpha: 0.01, acceptAlpha: 0.05 };
/** Of a normal distribution, for a chance of 1 % on one side. */
const sure = 2.33;
/** Below the whole grid of ratios, so that only the share of bad events can let a release pass. */
const noRatio = 1e-6;

/** Judges the shares of bad decisions over a soak. @throws GateError of class undecided */
export const judgeRatios = (ground: RatioGround, reader: Reader): Promise<JudgedRatio[]> =>
  Promise.all(pairsOf(ground.agent).map((pair) => judgePair(pair, ground, reader)));

const judgePair = async ({ name, total, bad, good, maxShare }: Asked, ground: RatioGround, reader: Reader): Promise<JudgedRatio> => {
  const { pilot, control, window, history } = ground;
  const span = { first: history.first, last: window.last };
  const tables = await Promise.all([reader.read(total, span), reader.read(bad ?? good ?? total, span)]);
  const eventsOf = (arm: Arm, times: readonly number[]): (Events | null)[] =>
    times.map((time) => {
      const found = sumsAt(tables, arm, time);
      if (found === undefined) return null;
      const [all, part] = found.sums.map(Math.round) as [number, number];
      return { total: all, bad: bad === undefined ? all - Math.min(all, part) : Math.min(all, part) };
    });
  const [times, before] = [endsOf(window), endsOf(history)];
  const [now, others] = [eventsOf(pilot, times), eventsOf(control, times)];
  const [pilotBefore, controlBefore] = [eventsOf(pilot, before), eventsOf(control, before)];
  const known = (list: readonly (Events | null)[]): Events[] => list.filter((events) => events !== null);
  const gaps = [
    ...coverage(name, known(now).length, times.length, silentIn(tables[0], pilot, times)),
    ...coverage(`${name} of those it is compared with`, known(others).length, times.length, silentIn(tables[0], control, times)),
    ...coverage(`${name} before the release`, known(pilotBefore).length, before.length, silentIn(tables[0], pilot, before)),
    ...coverage(`${name} before the release, of those it is compared with`, known(controlBefore).length, before.length, silentIn(tables[0], control, before)),
  ];
  const samples = times.reduce((sum, time) => sum + (sumsAt(tables, pilot, time)?.clusters ?? 0), 0);
  return { ...judgedAgainst(name, paired(now, others), differenceBefore(paired(pilotBefore, controlBefore)), maxShare), gaps, samples };
};

const paired = (canaries: readonly (Events | null)[], controls: readonly (Events | null)[]): Pair[] =>
  canaries.flatMap((canary, at) => {
    const control = controls[at] ?? null;
    return canary === null || control === null ? [] : [{ canary, control }];
  });

/** Events of both sides in one cycle. */
interface Pair {
  readonly canary: Events;
  readonly control: Events;
}

/** By how many times the rate of the pilot was the control's before the release: at least and at most, and how much the counts vary. */
interface Difference {
  readonly least: number;
  readonly most: number;
  readonly dispersion: number;
}

const differenceBefore = (pairs: readonly Pair[]): Difference => {
  const [p, c] = (['canary', 'control'] as const).map((arm) => ({
    bad: pairs.reduce((sum, pair) => sum + pair[arm].bad, 0.5),
    total: pairs.reduce((sum, pair) => sum + pair[arm].total, 1),
  })) as [Events, Events];
  const ratio = p.bad / p.total / (c.bad / c.total);
  const dispersion = dispersionBetween(pairs, ratio);
  const error = Math.exp(sure * Math.sqrt(dispersion * (1 / p.bad + 1 / c.bad)));
  return { least: ratio / error, most: ratio * error, dispersion };
};

/** Bursts show at the length they have: counts are looked at in groups of this many cycles. */
const groupings = [1, 4];
const fewest = 20;

/**
 * Variance of the pilot's share of all bad events over that of independent ones (Pearson's chi-square over its degrees of freedom), the
 * largest of two groupings and at least 1: what moves both sides alike, as the hours of a day do, is no variance.
 */
const dispersionBetween = (pairs: readonly Pair[], ratio: number): number => {
  const told = pairs.filter(({ canary, control }) => canary.total > 0 && control.total > 0);
  const bad = told.reduce((sum, { canary, control }) => sum + canary.bad + control.bad, 0);
  if (told.length < fewest || bad < fewest) return unknownDispersion;
  const grouped = groupings.map((size) => Array.from({ length: Math.floor(told.length / size) }, (_, at) => merged(told.slice(at * size, (at + 1) * size))));
  return Math.max(1, ...grouped.filter((groups) => groups.length >= fewest).map((groups) => chiSquarePerDegree(groups, ratio)));
};

const merged = (pairs: readonly Pair[]): Pair => ({ canary: sumOf(pairs.map(({ canary }) => canary)), control: sumOf(pairs.map(({ control }) => control)) });

const chiSquarePerDegree = (pairs: readonly Pair[], ratio: number): number => {
  const parts = pairs.flatMap(({ canary, control }) => {
    const theta = (canary.total * ratio) / (canary.total * ratio + control.total);
    const bad = canary.bad + control.bad;
    return bad === 0 ? [] : [(canary.bad - bad * theta) ** 2 / (bad * theta * (1 - theta))];
  });
  return parts.reduce((sum, part) => sum + part, 0) / Math.max(1, parts.length - 1);
};

/**
 * Clusters differ, and a release is not at fault for that: as much of the pilot is expected as it had before, measured by the control. Harm
 * is held against the most that this may be and a fifth more, a pass against the least. Both tests are anytime-valid (docs/judge.md). Pure.
 */
const judgedAgainst = (
  name: string,
  intervals: readonly Pair[],
  { least, most, dispersion }: Difference,
  maxShare: number,
): Pick<JudgedRatio, 'phase' | 'reason'> => {
  const run = (bounds: { readonly maxRatio: number; readonly maxShare?: number }, factor: number, shareOfChance = 1) => {
    const test = metricTest(bounds, dispersion, { ...chances, acceptAlpha: chances.acceptAlpha * shareOfChance }, pairCount);
    const scaled = intervals.map(({ canary, control }) => ({ canary: { ...canary, total: canary.total * factor }, control }));
    return { test, state: scaled.reduce(test.add, test.start) };
  };
  const harm = run({ maxRatio }, most * bearable);
  const { bad, total } = sumOf(intervals.map(({ canary }) => canary));
  const other = sumOf(intervals.map(({ control }) => control));
  const counts = `(${bad} of ${total} against ${other.bad} of ${other.total})`;
  if (harm.test.isHarm(harm.state))
    return { phase: 'Failed', reason: `${name}: surely more than ${bearable} times as many as before, measured by the clusters without the release ${counts}` };
  // Two ways of passing share the chance to be wrong.
  const [ratio, share] = [run({ maxRatio }, least, 0.5), run({ maxRatio: noRatio, maxShare }, 1)];
  if (ratio.test.isHarmless(ratio.state) || share.test.isHarmless(share.state))
    return { phase: 'Successful', reason: `${name}: surely within its bound ${counts}` };
  return { phase: 'Inconclusive', reason: `${name}: too little evidence to be sure of less than ${maxRatio} times as many as before ${counts}` };
};

const pairCount = pairsOf('').length;

const sumOf = (all: readonly Events[]): Events => all.reduce((sum, { bad, total }) => ({ bad: sum.bad + bad, total: sum.total + total }), { bad: 0, total: 0 });
