import type { CounterSeries } from '#model/judge-question.ts';

/**
 * By how much the counters grew in each interval between neighbouring times, over all series; null where that is not known: no series
 * has a value at its end and an earlier one, or a value is no whole number. A counter that fell was reset and counts from 0, as
 * Prometheus takes it. What a series had counted when it was first seen is not known to have been counted here. Pure.
 */
export const growthOf = (series: readonly CounterSeries[], times: readonly number[]): (number | null)[] => {
  const grown = series.map((values) => growthOfOne(values, times));
  return times.slice(1).map((_, at) => {
    const parts = grown.map((list) => list[at + 1]);
    const known = parts.filter((part) => typeof part === 'number');
    return parts.includes(null) || known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
  });
};

/** Growth up to each time; undefined where the series has no value then or none before, null where its value is no whole number. */
const growthOfOne = (values: CounterSeries, times: readonly number[]): (number | null | undefined)[] => {
  let last: number | undefined;
  return times.map((time) => {
    const value = values.get(time);
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value)) return null;
    const before = last;
    last = value;
    return before === undefined ? undefined : value < before ? value : value - before;
  });
};
