import type { Random } from '#util/random.ts';
import type { Passage } from './memory-hub.ts';

/** One writer: its calls wait for their turn, and after its crash they never come back. */
interface Writer {
  /** Calls that wait for their turn; a writer may make several at once. */
  readonly waiting: (() => void)[];
  isOver: boolean;
}

/** Called between what a call does and what its writer hears. */
type Fate = 'dies before' | 'dies after' | 'lives';

const fateOf = (draw: number, crashChance: number): Fate => (draw < crashChance / 2 ? 'dies before' : draw < crashChance ? 'dies after' : 'lives');

/**
 * Lets writers take turns, one call at a time, as the random source says. The next call is drawn when every writer waits for its turn, so
 * that a call may take its time and the order still follows from the seed. Each call may be the last of its writer: with the chance given it
 * dies before the effect, or after it and before it hears of it.
 * @returns how many writers died
 */
export const interleave = async (random: Random, crashChance: number, writers: readonly ((pass: Passage) => Promise<unknown>)[]): Promise<number> => {
  let crashes = 0;
  let busy = 0;
  let wake = (): void => {};
  const dead = new Promise<never>(() => {});
  const states = writers.map((): Writer => ({ waiting: [], isOver: false }));
  const turnsOf =
    (state: Writer): Passage =>
    async (_call, effect) => {
      await new Promise<void>((resolve) => {
        state.waiting.push(resolve);
        wake();
      });
      const fate = fateOf(random(), crashChance);
      busy++;
      try {
        if (fate === 'lives') return await effect();
        if (fate === 'dies after') await effect();
      } finally {
        busy--;
        state.isOver ||= fate !== 'lives';
        wake();
      }
      crashes++;
      return dead;
    };
  let failure: unknown;
  for (const [i, state] of states.entries())
    writers[i]?.(turnsOf(state))
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        state.isOver = true;
        wake();
      });
  for (;;) {
    if (failure !== undefined) throw failure;
    const able = states.filter((s) => !s.isOver);
    if (able.length === 0) return crashes;
    if (busy === 0 && able.every((s) => s.waiting.length > 0)) able[Math.floor(random() * able.length)]?.waiting.shift()?.();
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
};
