import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws of one seed. */
export interface Draw {
  readonly whole: (from: number, to: number) => number;
  readonly one: <T>(values: readonly T[]) => T;
  readonly chance: (probability: number) => boolean;
}

export const drawsOf = (seed: number): Draw => {
  const generator = xoroshiro128plus(seed);
  const whole = (from: number, to: number): number => uniformInt(generator, from, to);
  return {
    whole,
    one: <T>(values: readonly T[]): T => values[whole(0, values.length - 1)] as T,
    chance: (probability) => whole(0, 999) < probability * 1000,
  };
};
