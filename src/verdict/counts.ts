import type { CounterSeries } from '#model/judge-question.ts';

/**
 * By how much the counters grew in each interval between neighbouring times, over all series; null where that is not known: no series
 * has a value at its end and an earlier one, or a value is no whole number. A counter that fell was reset and counts from 0, as
 * Prometheus takes it. What a series had counted when it was first seen is not known to have been counted here. Pure.
 */
export const growthOf = (series: readonly CounterSeries[], times: readonly number[]): (number | null)[] => {
  const last: (number | undefined)[] = series.map(() => undefined);
  return times
    .map((time) => {
      let sum: number | null | undefined;
      for (const [at, values] of series.entries()) {
        const value = values.get(time);
        if (value === undefined) continue;
        const before = last[at];
        if (!Number.isSafeInteger(value)) {
          sum = null;
          continue;
        }
        last[at] = value;
        if (before !== undefined && sum !== null) sum = (sum ?? 0) + (value < before ? value : value - before);
      }
      return sum ?? null;
    })
    .slice(1);
};
