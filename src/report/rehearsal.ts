import type { ForecastSummary, RehearsalReport } from '#model/forecast.ts';
import { count } from '#util/count.ts';

type Scenario = ForecastSummary['scenarios'][number];

export const rehearsalColumns = [
  'revision',
  'aborts (95 %)',
  'waits',
  'promoted',
  'abort after',
  'decisions',
  'cells',
  '30-day budget',
  'restored in',
] as const;

/** A share of 0..1 for people, in percent; never 0 or 100 where it is not. */
export const percent = (share: number): string => {
  if (share === 0 || share === 1) return `${share * 100} %`;
  if (share < 0.001) return '<0.1 %';
  if (share > 0.999) return '>99.9 %';
  return `${(share * 100).toFixed(1)} %`;
};

const duration = (seconds: number): string => {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : hours(seconds / 3600);
};

const hours = (number: number): string => (number < 48 ? `${Number(number.toPrecision(2))} h` : `${Math.round(number / 24)} days`);

/** Cells of one row, in the order of the columns. */
export const scenarioCells = ({ title, aborted, held, promoted, toAbort, toRestore, decisionsExposed, cellsExposed, budgetBurnt }: Scenario): string[] => [
  title,
  `${percent(aborted.share)} (${(100 * aborted.from).toFixed(1)}-${(100 * aborted.to).toFixed(1)})`,
  percent(held.share),
  percent(promoted.share),
  toAbort ? `${duration(toAbort.median)}, 95 % ${duration(toAbort.p95)}` : '-',
  decisionsExposed.mean < 10 ? decisionsExposed.mean.toFixed(1) : String(Math.round(decisionsExposed.mean)),
  String(cellsExposed),
  percent(budgetBurnt),
  toRestore ? duration(toRestore.median) : '-',
];

/** What the numbers rest on. */
export const basisLine = ({ agent, cluster, forecast: { cells, decisionsPerHour, canaryShare, replications } }: RehearsalReport): string =>
  `${agent} in ${cluster}: ${count(cells, 'cell')}, ${count(Math.round(decisionsPerHour), 'decision')} an hour, ${percent(canaryShare)} of them by the canary; ${replications} rehearsals of each`;

/** What it comes to: what is seen, what a healthy revision suffers, how long a comparison would need. */
export const conclusions = ({ forecast: { seesFrom, needs, scenarios } }: RehearsalReport): string[] => {
  const healthy = scenarios.find(({ isBad }) => !isBad);
  const worst = scenarios.reduce<number | undefined>(
    (most, { loadAfterAbort }) => (loadAfterAbort === undefined || most === undefined ? undefined : Math.max(most, loadAfterAbort)),
    1,
  );
  const double = needs.find(({ factor }) => factor === 2);
  return [
    seesFrom === undefined
      ? 'Errors that rise to 1.25x, 2x, 5x or 20x are not seen: fewer than 80 of 100 rollouts abort.'
      : `Errors are seen from ${seesFrom}x on: at least 80 of 100 rollouts abort.`,
    ...(double ? [`To see errors double takes ${double.decisions} decisions of the canary: ${hours(double.hours)} at this work (level 1 %, power 90 %).`] : []),
    ...(healthy
      ? [
          `A healthy revision is aborted in ${percent(healthy.aborted.share)} and waits for a person in ${percent(healthy.held.share)} of its rollouts${healthy.toPromote ? `; else it takes ${duration(healthy.toPromote.median)}` : ''}.`,
        ]
      : []),
    worst === undefined
      ? 'After an abort stable has no pod for a moment.'
      : `After an abort a pod of stable has up to ${Number(worst.toPrecision(3))} times its work.`,
  ];
};

/** One forecast as lines of text: basis, table, conclusions. */
export const rehearsalLines = (rehearsal: RehearsalReport): string[] => {
  const rows = [[...rehearsalColumns], ...rehearsal.forecast.scenarios.map(scenarioCells)];
  const widths = rehearsalColumns.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return [basisLine(rehearsal), ...rows.map((row) => `  ${line(row)}`), ...conclusions(rehearsal).map((text) => `  ${text}`)];
};
