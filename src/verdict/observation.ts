import type { Kpi } from '#model/kpi.ts';
import type { KpiInput, Stratum } from '#model/kpi-verdict.ts';
import { count } from '#util/count.ts';
import type { MatchedCycle } from './did.ts';

/** The cycles that count: full ones after the settling cycle. Epoch seconds. */
interface Window {
  readonly from: number;
  readonly until: number;
  readonly starts: readonly number[];
}

type Times = Pick<KpiInput, 'actuatedAt' | 'observedUntil' | 'cycleSeconds' | 'baselineSeconds'>;

/** Share of the expected cycles below which nothing is concluded (KPI S11). */
const fewestCovered = 0.9;

/** The cycle in which the actuation falls and the first full one after it show neither state. */
export const windowOf = ({ actuatedAt, observedUntil, cycleSeconds }: Times): Window => {
  const from = (Math.ceil(actuatedAt / cycleSeconds) + 1) * cycleSeconds;
  const cycles = Math.max(0, Math.floor((observedUntil - from) / cycleSeconds));
  return { from, until: from + cycles * cycleSeconds, starts: Array.from({ length: cycles }, (_, at) => from + at * cycleSeconds) };
};

/** What keeps the whole observation from telling anything. */
export const windowGaps = (input: KpiInput): string[] => {
  const { from, until, starts } = windowOf(input);
  const { minCycles, busyHours, disturbances, baselineSeconds } = input;
  const overlaps = (start: number, end: number): boolean =>
    (start < until && end > input.actuatedAt) || (start < until - baselineSeconds && end > from - baselineSeconds);
  return [
    ...(starts.length < minCycles ? [`${count(starts.length, 'full cycle')} after the settling one, at least ${minCycles} are needed`] : []),
    ...(busyHours.length > 0 && !busyHours.some((hour) => coversHour(hour, input)) ? ['no busy hour was observed in full'] : []),
    ...disturbances.filter((d) => overlaps(d.from, d.until)).map(({ kind }) => disturbed[kind]),
  ];
};

const disturbed = {
  'alarm-storm': 'an alarm storm was going on',
  freeze: 'a change freeze was on',
  incident: 'an incident was open',
  'control-changed': 'something else changed on the control cells',
} as const;

const coversHour = (hour: number, input: KpiInput): boolean => {
  const { starts } = windowOf(input);
  const inHour = starts.filter((start) => Math.floor((start % 86_400) / 3600) === hour);
  const days = Map.groupBy(inHour, (start) => Math.floor(start / 86_400));
  return [...days.values()].some((list) => list.length >= Math.ceil(3600 / input.cycleSeconds));
};

/** Cycles that every stratum has in both groups, after the change and at the same hour before it, with whole numbers to divide by. */
export const commonStarts = (strata: readonly Stratum[], { baselineSeconds }: Times, { starts }: Window): number[] => {
  const tables = strata.flatMap(({ pilot, control }) => [usableStarts(pilot), usableStarts(control)]);
  return starts.filter((start) => tables.every((table) => table.has(start) && table.has(start - baselineSeconds)));
};

/** A cycle that stands there twice is not known. */
const usableStarts = (cycles: Stratum['pilot']): Set<number> => {
  const seen = Map.groupBy(cycles, ({ start }) => start);
  return new Set(
    [...seen].flatMap(([start, [cycle, ...others]]) => (cycle && others.length === 0 && cycle.ratios.every(([n, d]) => n >= 0 && d > 0) ? [start] : [])),
  );
};

export const cyclesAt = ({ pilot, control }: Stratum, starts: readonly number[], { baselineSeconds }: Times): MatchedCycle[] => {
  const [ofPilot, ofControl] = [pilot, control].map((list) => new Map(list.map((c) => [c.start, c.ratios])));
  return starts.map((start) => ({
    pilotAfter: ofPilot?.get(start) ?? [],
    pilotBefore: ofPilot?.get(start - baselineSeconds) ?? [],
    controlAfter: ofControl?.get(start) ?? [],
    controlBefore: ofControl?.get(start - baselineSeconds) ?? [],
  }));
};

/** Denominators of the pilot after the change: attempts, time or volume. */
export const weightOf = (cycles: readonly MatchedCycle[]): number => attemptsOf(cycles, 'pilotAfter');

const attemptsOf = (cycles: readonly MatchedCycle[], arm: keyof MatchedCycle): number => cycles.reduce((sum, cycle) => sum + (cycle[arm][0]?.[1] ?? 0), 0);

const armNames = { pilotAfter: 'pilot after', pilotBefore: 'pilot before', controlAfter: 'control after', controlBefore: 'control before' } as const;

/** What one stratum lacks: coverage, ratios, attempts. */
export const stratumGaps = (kpi: Kpi, cycles: readonly MatchedCycle[], expected: number): string[] => {
  const arms = Object.keys(armNames) as (keyof MatchedCycle)[];
  const wrong = cycles.some((cycle) => arms.some((arm) => cycle[arm].length !== kpi.ratios));
  const few = kpi.minAttempts === undefined ? [] : arms.filter((arm) => attemptsOf(cycles, arm) < (kpi.minAttempts ?? 0));
  return [
    ...(cycles.length < fewestCovered * expected || expected === 0
      ? [`${cycles.length} of ${count(expected, 'cycle')} can be used, at least 90 % are needed`]
      : []),
    ...(wrong ? [`${kpi.id} is a product of ${kpi.ratios} ratios, but other numbers of them are given`] : []),
    ...few.map((arm) => `${armNames[arm]}: ${attemptsOf(cycles, arm)} attempts, at least ${kpi.minAttempts} are needed`),
  ];
};
