import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readFleet } from '#fleet/read-fleet.ts';
import { ClosureGraph } from '#render/closure.ts';
import { rootsOf } from '#render/roots.ts';
import { repository } from '../../test/support/policy-cases.ts';
import { worktreeSnapshot } from './git.ts';
import { openMemo } from './source-memo.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-memo-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('asks once for each question and content, in this run and in the next', () => {
  const find = vi.fn(() => ({ line: 3 }));
  const memo = openMemo(directory, 'engine');
  expect([memo.recall('faults', 'a1', find), memo.recall('faults', 'a1', find), memo.recall('facts', 'a1', find)]).toEqual(Array(3).fill({ line: 3 }));
  memo.save();
  expect(openMemo(directory, 'engine').recall('faults', 'a1', () => 'asked again')).toEqual({ line: 3 });
  expect(openMemo(directory, 'another engine').recall('faults', 'a1', () => 'asked again')).toBe('asked again');
  expect(find).toHaveBeenCalledTimes(2);
});

test('what throws is not remembered', () => {
  const memo = openMemo(directory, 'engine');
  const refuse = (): never => {
    throw new Error('malformed');
  };
  expect(() => memo.recall('facts', 'a1', refuse)).toThrow('malformed');
  expect(() => memo.recall('facts', 'a1', refuse)).toThrow('malformed');
});

test('a file that was cut counts as empty', () => {
  const memo = openMemo(directory, 'engine');
  memo.recall('facts', 'a1', () => 1);
  memo.save();
  writeFileSync(path.join(directory, readdirSync(directory)[0] ?? ''), '{"facts a1":');
  expect(openMemo(directory, 'engine').recall('facts', 'a1', () => 2)).toBe(2);
});

test('a fleet that is remembered is the fleet that is read, and so are its closures', () => {
  const look = (memo?: ReturnType<typeof openMemo>) => {
    const snapshot = worktreeSnapshot(repository, memo);
    const graph = new ClosureGraph(snapshot);
    return {
      fleet: readFleet(snapshot),
      faults: graph.allFaults(),
      closures: rootsOf(snapshot).map((r) => [r.path, [...graph.closureOf(r.path).files].sort()]),
    };
  };
  const memo = openMemo(directory, 'engine');
  const plain = look();
  expect(look(memo)).toEqual(plain);
  memo.save();
  expect(look(openMemo(directory, 'engine'))).toEqual(plain);
  expect(plain.closures.length).toBeGreaterThan(500);
});
