/** Tables of canaries: false failures, power and time to detect. */

import type { Interval } from '#model/verdict.ts';
import type { Random } from '#util/random.ts';
import { dispersionOf, unknownDispersion } from '#verdict/dispersion.ts';
import { canaryRun, controlHistory, type World } from '../support/verdict/canary-runs.ts';
import { everPasses, sequentialOutcome, sprtOutcome } from '../support/verdict/outcomes.ts';
import { formatShare, medianOf, tallyOf } from '../support/verdict/shares.ts';
import { type Outcome, thresholdOutcome } from '../support/verdict/threshold.ts';

export type Seeded = (seed: string) => Random;

const plan = { alpha: 0.01, acceptAlpha: 0.05, maxRatio: 2, dispersion: 1 };
const smoke = { ratio: 2, alpha: 0.01, beta: 0.05, dispersion: 1 };

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const failed = (outcomes: readonly Outcome[]): string => {
  const times = outcomes.flatMap(({ phase, at }) => (phase === 'Failed' ? [at] : []));
  const median = times.length < outcomes.length / 10 ? '' : `, ${medianOf(times)} s`;
  return `${formatShare({ hits: times.length, runs: outcomes.length })}${median}`;
};

const passed = (outcomes: readonly Outcome[]): string => {
  const { hits, runs } = tallyOf(outcomes.map(({ phase }) => phase === 'Successful'));
  return (hits / runs).toFixed(3);
};

const simulate = (runs: number, world: World, seeded: Seeded): Interval[][] => {
  const random = seeded(JSON.stringify(world));
  return Array.from({ length: runs }, () => canaryRun(world, random));
};

const canaryRow = (runs: number, world: World, seeded: Seeded): string[] => {
  const rollouts = simulate(runs, world, seeded);
  const [threshold, sequential] = [rollouts.map(thresholdOutcome), rollouts.map((r) => sequentialOutcome(plan, r))];
  const wald = rollouts.map((r) => sprtOutcome(smoke, r));
  const ever = tallyOf(rollouts.map((r) => everPasses(plan, r)));
  return [
    `${world.baseError * 100} %`,
    String(world.rps),
    world.ratio === 1 ? '1 (healthy)' : String(world.ratio),
    ...[failed(threshold), passed(threshold)],
    ...[failed(sequential), passed(sequential), (ever.hits / ever.runs).toFixed(3)],
    ...[failed(wald), passed(wald)],
  ];
};

export const canaryTable = (runs: number, seeded: Seeded): string => {
  const worlds = [0.001, 0.01].flatMap((baseError) => [5, 50, 500].flatMap((rps) => [1, 1.25, 2, 5, 20].map((ratio): World => ({ rps, baseError, ratio }))));
  const head = ['errors', 'rps', 'ratio', 'threshold fails', 'passes', 'sequential fails', 'passes', 'passes at any look', 'Wald fails', 'passes'];
  return table(
    head,
    worlds.map((world) => canaryRow(runs, world, seeded)),
  );
};

/** Bursts in each arm by itself, judged as Poisson counts, with the dispersion of six recorded hours, and with none recorded. */
export const burstTable = (runs: number, seeded: Seeded): string => {
  const rows = [10, 60].flatMap((seconds) =>
    [1, 5].map((ratio) => {
      const world: World = { rps: 500, baseError: 0.001, ratio, bursts: { variance: 0.5, seconds } };
      const random = seeded(`history ${JSON.stringify(world)}`);
      const rollouts = simulate(runs, world, seeded);
      const known = rollouts.map(() => dispersionOf(controlHistory(world, random, 6 * 3600)) ?? unknownDispersion);
      const fails = (dispersion: (run: number) => number) => failed(rollouts.map((r, at) => sequentialOutcome({ ...plan, dispersion: dispersion(at) }, r)));
      return [
        `${seconds} s`,
        ratio === 1 ? '1 (healthy)' : String(ratio),
        fails(() => 1),
        `${fails((at) => known[at] ?? unknownDispersion)} (median ${(medianOf(known) ?? 0).toFixed(1)})`,
        fails(() => unknownDispersion),
      ];
    }),
  );
  return table(['bursts of', 'ratio', 'fails as Poisson counts', 'with the dispersion of 6 h of control', `with ${unknownDispersion}, nothing recorded`], rows);
};
