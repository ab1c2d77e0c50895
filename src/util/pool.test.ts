import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runPool } from './pool.ts';

/** Runs items that take the given milliseconds, and tells what ran and how many at once. */
const observe = async (milliseconds: readonly number[], width: number) => {
  const finished: number[] = [];
  let running = 0;
  let most = 0;
  const results = await runPool(milliseconds, width, async (ms) => {
    most = Math.max(most, ++running);
    await wait(ms);
    running--;
    finished.push(ms);
    return `took ${ms}`;
  });
  return { results, finished, most };
};

test('results keep the order of the items, whatever order they finish in', async () => {
  expect(await observe([60, 30, 1], 3)).toEqual({ results: ['took 60', 'took 30', 'took 1'], finished: [1, 30, 60], most: 3 });
});

test.each([
  [1, 1],
  [2, 2],
  [5, 5],
  [50, 6],
  [0, 1],
])('of six items, width %i runs %i at once', async (width, most) => {
  expect((await observe([5, 5, 5, 5, 5, 5], width)).most).toBe(most);
});

test('no items give no results', async () => {
  expect(await observe([], 4)).toEqual({ results: [], finished: [], most: 0 });
});

test('the first failure is the result, and nothing new is started after it', async () => {
  const started: number[] = [];
  const failure = new Error('the second item');
  const work = async (item: number): Promise<void> => {
    started.push(item);
    await wait(item === 1 ? 5 : 40);
    if (item === 1) throw failure;
  };
  await expect(runPool([0, 1, 2, 3, 4, 5], 2, work)).rejects.toBe(failure);
  await wait(120);
  expect(started).toEqual([0, 1]);
});

test('work that throws at once, without a promise, fails the pool too', async () => {
  const work = (): Promise<never> => {
    throw new Error('at once');
  };
  await expect(runPool([1], 1, work)).rejects.toThrow('at once');
});
