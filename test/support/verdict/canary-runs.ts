/** Simulated canaries: binomial errors of canary and control in intervals of ten seconds, over the stages of a rollout. */

import type { Arm, Interval } from '#model/verdict.ts';
import { binomial, poisson, type Random } from '#util/random.ts';

export const lookSeconds = 10;
const stageSeconds = 420;
const stageShares = [0.01, 0.05, 0.25, 0.5];
export const looksPerStage = stageSeconds / lookSeconds;

export interface World {
  /** Events per second of both arms together. */
  readonly rps: number;
  /** Share of bad events of the control. */
  readonly baseError: number;
  /** Rate of bad events of the canary over that of the control. */
  readonly ratio: number;
  /** Rates that jump, in each arm by itself, to a gamma-distributed multiple with mean 1 for so long. */
  readonly bursts?: { readonly variance: number; readonly seconds: number };
}

/** Gamma with mean 1 and the given variance; the shape 1 / variance must be whole. */
const gamma = (random: Random, variance: number): number => {
  const shape = Math.round(1 / variance);
  return -Array.from({ length: shape }, () => Math.log(1 - random())).reduce((sum, x) => sum + x, 0) / shape;
};

/** Draws one arm, look by look. */
const armDrawer = (random: Random, { baseError, bursts }: World, ratio: number): ((mean: number) => Arm) => {
  let burst = 1;
  let looks = 0;
  return (mean) => {
    if (bursts !== undefined && (looks * lookSeconds) % bursts.seconds === 0) burst = gamma(random, bursts.variance);
    looks++;
    const total = poisson(random, mean);
    return { bad: binomial(random, total, Math.min(1, baseError * ratio * burst)), total };
  };
};

/** One rollout from its first stage to its last. */
export const canaryRun = (world: World, random: Random): Interval[] => {
  const [canary, control] = [armDrawer(random, world, world.ratio), armDrawer(random, world, 1)];
  const events = world.rps * lookSeconds;
  return stageShares.flatMap((share) =>
    Array.from({ length: looksPerStage }, () => ({ canary: canary(events * share), control: control(events * (1 - share)) })),
  );
};

/** The control alone, for so many seconds before a canary. */
export const controlHistory = (world: World, random: Random, seconds: number): Arm[] => {
  const control = armDrawer(random, world, 1);
  return Array.from({ length: seconds / lookSeconds }, () => control(world.rps * lookSeconds));
};
