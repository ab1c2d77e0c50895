import type { FleetMetrics } from '#model/soak.ts';

interface Series {
  readonly cluster: string;
  /** End of the cycle, epoch seconds. */
  readonly time: number;
}

/** Growth of one counter, or value of one gauge, in one cycle; undefined where there is none. */
export type Answer = (series: Series) => number | undefined;

/** Metrics of a fleet by the words that tell their queries apart; the first that fits answers. */
export const memoryMetrics = (clusters: readonly string[], answers: readonly (readonly [words: RegExp, answer: Answer])[]): FleetMetrics => ({
  byCluster: async (query, { start, end, step }) => {
    const found = answers.find(([words]) => words.test(query));
    if (found === undefined) throw new Error(`nobody answers ${query}`);
    const times = Array.from({ length: (end - start) / step + 1 }, (_, at) => start + at * step);
    const series = (cluster: string) => new Map(times.flatMap((time) => pairOf(time, found[1]({ cluster, time }))));
    return new Map(clusters.map((cluster) => [cluster, series(cluster)] as const).filter(([, values]) => values.size > 0));
  },
});

const pairOf = (time: number, value: number | undefined): [number, number][] => (value === undefined ? [] : [[time, value]]);

/** From -1 to 1, another one for each cluster and time, the same in each run: spread without a pattern that cycles could share. */
export const spread = (cluster: string, time: number): number =>
  Math.sin([...`${cluster} ${time}`].reduce((hash, letter) => (Math.imul(hash, 16_777_619) ^ letter.charCodeAt(0)) >>> 0, 2_166_136_261));
