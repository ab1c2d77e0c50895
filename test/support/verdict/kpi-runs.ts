/** Simulated KPI cycles of pilot and control cells whose rates wander: autocorrelated, as network load is. */

import type { Kpi } from '#model/kpi.ts';
import type { Cycle, KpiInput } from '#model/kpi-verdict.ts';
import { poisson, type Random } from '#util/random.ts';

export interface KpiWorld {
  readonly cycles: number;
  /** Correlation of the log rates of neighbouring cycles. */
  readonly rho: number;
  /** How many times as many drops the pilot has after the change, beyond what the control has. */
  readonly effect: number;
  readonly resamples: number;
}

/** Relative margin of a tenth, as retainability has. */
export const margin = 0.1;

const drops: Kpi = {
  id: 'R1',
  name: 'Abnormal releases',
  formula: '3600 x releases / session time',
  unit: 'releases per session hour',
  better: 'lower',
  scale: 3600,
  ratios: 1,
  margin: { limit: margin, scale: 'relative' },
  source: 'simulated',
};

const cycleSeconds = 900;
const week = 7 * 86_400;
const actuatedAt = 10 * week;
const firstCycle = actuatedAt + cycleSeconds;

/** Spread of the wandering log rate, and drops and session seconds of a group of cells in one cycle. */
const [wander, meanDrops, sessionSeconds] = [0.1, 400, 400_000];

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const series = (random: Random, { cycles, rho }: KpiWorld, start: number, factor: number): Cycle[] => {
  let level = wander * normal(random);
  return Array.from({ length: cycles }, (_, at) => {
    level = rho * level + wander * Math.sqrt(1 - rho * rho) * normal(random);
    return { start: start + at * cycleSeconds, ratios: [[poisson(random, meanDrops * factor * Math.exp(level)), sessionSeconds]] };
  });
};

/** One observation: pilot and control, after the change and in the same hours a week before. */
export const kpiRun = (world: KpiWorld, random: Random): KpiInput => {
  const both = (factor: number) => [...series(random, world, firstCycle - week, 1), ...series(random, world, firstCycle, factor)];
  return {
    alpha: 0.05,
    seed: 1 + Math.floor(random() * 2 ** 31),
    resamples: world.resamples,
    cycleSeconds,
    actuatedAt,
    observedUntil: firstCycle + world.cycles * cycleSeconds,
    baselineSeconds: week,
    minCycles: 4,
    busyHours: [],
    disturbances: [],
    questions: [{ kpi: drops, strata: [{ name: 'vendor a, band n78', pilot: both(world.effect), control: both(1) }] }],
  };
};
