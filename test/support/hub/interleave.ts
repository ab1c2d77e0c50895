import type { Random } from '#util/random.ts';
import type { Passage } from './memory-hub.ts';

/** One writer: its calls wait for their turn, and after its crash they never come back. */
interface Writer {
  /** Calls that wait for their turn; a writer may make several at once. */
  readonly waiting: (() => void)[];
  isOver: boolean;
}

/**
 * Lets writers take turns, one call at a time, as the random source says. Each call may be the last of its writer: with the chance given it dies
 * before the effect, or after it and before it hears of it.
 * @returns how many writers died
 */
export const interleave = async (random: Random, crashChance: number, writers: readonly ((pass: Passage) => Promise<unknown>)[]): Promise<number> => {
  const states = writers.map((): Writer => ({ waiting: [], isOver: false }));
  let crashes = 0;
  const dead = new Promise<never>(() => {});
  const runs = writers.map(async (writer, i) => {
    const state = states[i] as Writer;
    const pass: Passage = async (_call, effect) => {
      await new Promise<void>((resolve) => {
        state.waiting.push(resolve);
      });
      const fate = random();
      if (fate < crashChance / 2) return die(state);
      const result = effect();
      return fate < crashChance ? die(state) : result;
    };
    const die = (of: Writer): Promise<never> => {
      of.isOver = true;
      crashes++;
      return dead;
    };
    await writer(pass);
    state.isOver = true;
  });
  let failure: unknown;
  for (const run of runs)
    run.catch((error: unknown) => {
      failure ??= error;
    });
  for (let idle = 0; idle < 10_000; idle++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (failure !== undefined) throw failure;
    const able = states.filter((s) => s.waiting.length > 0 && !s.isOver);
    if (able.length === 0 && states.every((s) => s.isOver)) return crashes;
    if (able.length === 0) continue;
    idle = 0;
    able[Math.floor(random() * able.length)]?.waiting.shift()?.();
  }
  throw new Error('a writer waits for nothing');
};
