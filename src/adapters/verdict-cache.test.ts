import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Evaluator } from '#model/evaluator.ts';
import type { PolicyInput } from '#model/policy.ts';
import { keepVerdicts } from './verdict-cache.ts';

let directory: string;
let opened: number;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-verdicts-'));
  opened = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const input = (name: string) => ({ scope: 'root', root: { path: name } }) as unknown as PolicyInput;

const verdict = (object: string) => ({ deny: [{ code: 'a.b', object, path: [], args: {} }], undecided: [], rules: ['a.b'] });

/** Says of each input whose it is, and counts how often it was started. */
const open = async (): Promise<Evaluator> => {
  opened++;
  return { evaluate: async (asked) => verdict(asked.scope === 'root' ? asked.root.path : ''), close: async () => {} };
};

const kept = (key: string): Evaluator => keepVerdicts({ directory, key, open });

test('starts nothing for an input whose verdict is kept under the same key', async () => {
  expect(await kept('k').evaluate(input('one'))).toEqual(verdict('one'));
  expect(await kept('k').evaluate(input('one'))).toEqual(verdict('one'));
  expect(opened).toBe(1);
  expect(await kept('k').evaluate(input('two'))).toEqual(verdict('two'));
  expect(await kept('other facts').evaluate(input('one'))).toEqual(verdict('one'));
  expect(opened).toBe(3);
});

test('a verdict that was cut, or in which no rule ran, counts as absent', async () => {
  await kept('k').evaluate(input('one'));
  const [folder = ''] = readdirSync(directory);
  const file = path.join(directory, folder, readdirSync(path.join(directory, folder))[0] ?? '');
  for (const text of ['{"deny":[', '{"deny":[],"undecided":[],"rules":[]}', '[]', 'null']) {
    writeFileSync(file, text);
    expect(await kept('k').evaluate(input('one'))).toEqual(verdict('one'));
  }
  expect(opened).toBe(5);
});

test('an evaluator that can not start is told by the evaluation, not by the preparation', async () => {
  const broken = keepVerdicts({ directory, key: 'k', open: () => Promise.reject(new Error('no wasm')) });
  broken.prepare?.();
  await new Promise((resolve) => setImmediate(resolve));
  await expect(broken.evaluate(input('one'))).rejects.toThrow('no wasm');
  await broken.close();
});
