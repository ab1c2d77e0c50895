import type { StageTimes } from '#model/report.ts';

export interface Stopwatch {
  readonly time: <T>(stage: string, work: () => T) => T;
  readonly timeAsync: <T>(stage: string, work: () => Promise<T>) => Promise<T>;
  /** Milliseconds by stage, and `total` since the start. */
  readonly times: () => StageTimes;
}

export const createStopwatch = (onStage?: (stage: string) => void): Stopwatch => {
  const started = performance.now();
  const spent = new Map<string, number>();
  const done = (stage: string, since: number): void => void spent.set(stage, performance.now() - since);
  return {
    time: (stage, work) => {
      onStage?.(stage);
      const since = performance.now();
      try {
        return work();
      } finally {
        done(stage, since);
      }
    },
    timeAsync: async (stage, work) => {
      onStage?.(stage);
      const since = performance.now();
      try {
        return await work();
      } finally {
        done(stage, since);
      }
    },
    times: () => Object.fromEntries([...spent, ['total', performance.now() - started] as const].map(([stage, ms]) => [stage, Math.round(ms * 10) / 10])),
  };
};
