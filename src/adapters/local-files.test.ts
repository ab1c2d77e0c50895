import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultOf } from '../../test/support/faults.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { removeFiles, writeFiles } from './files.ts';
import { createMemoryCache, createRenderCache } from './render-cache.ts';
import { createScratch } from './scratch.ts';
import { toolPath, toolsKey } from './tools.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-files-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const listed = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => path.relative(folder, path.join(e.parentPath, e.name)))
    .sort();

describe('the render cache', () => {
  const key = 'ab'.repeat(32);
  const objects = [{ kind: 'Rollout', spec: { replicas: 2 } }];
  const entry = () => path.join(directory, 'ab', `${key}.json`);

  test.each([
    ['on disk', () => createRenderCache(directory)],
    ['in memory', () => createMemoryCache()],
  ])('%s gives back what was put, and nothing else', (_, create) => {
    const cache = create();
    expect(cache.get(key)).toBeUndefined();
    cache.put(key, objects);
    expect(cache.get(key)).toEqual(objects);
    expect(cache.get('cd'.repeat(32))).toBeUndefined();
  });

  test('lasts beyond a run, and leaves no temporary file', () => {
    createRenderCache(directory).put(key, objects);
    expect(createRenderCache(directory).get(key)).toEqual(objects);
    expect(listed(directory)).toEqual([`ab/${key}.json`]);
  });

  test('replaces an entry', () => {
    const cache = createRenderCache(directory);
    cache.put(key, objects);
    cache.put(key, [{ kind: 'Service' }]);
    expect(cache.get(key)).toEqual([{ kind: 'Service' }]);
  });

  test.each(['', '[{"kind":', 'null', '{}', '[1]', '[null]', '"text"', '7', '\u0000'])('an entry that reads %j counts as absent', (text) => {
    mkdirSync(path.dirname(entry()));
    writeFileSync(entry(), text);
    expect(createRenderCache(directory).get(key)).toBeUndefined();
  });

  test('an entry that is a folder counts as absent', () => {
    mkdirSync(entry(), { recursive: true });
    expect(createRenderCache(directory).get(key)).toBeUndefined();
  });
});

describe('a tool', () => {
  const hint = { code: 'GATE_TOOL_MISSING', fault: 'undecided' };
  const build = (stamp: string | undefined): void => {
    writeFiles(
      directory,
      new Map([
        ['tools/gate/go.sum', 'one\n'],
        ['.tools/bin/opa', ''],
      ]),
    );
    if (stamp !== undefined) writeFiles(directory, new Map([['.tools/bin/.gate.key', stamp]]));
  };

  test('that was built from the lock file is found', () => {
    build(undefined);
    writeFiles(directory, new Map([['.tools/bin/.gate.key', `${toolsKey(directory, 'gate')}\n`]]));
    expect(toolPath(directory, 'gate', 'opa')).toBe(path.join(directory, '.tools/bin/opa'));
  });

  test('that is not there is missing', () => {
    build('');
    expect(faultOf(() => toolPath(directory, 'gate', 'kustomize'))).toEqual({ ...hint, message: 'kustomize is not built (.tools/bin/kustomize)' });
  });

  test.each([
    ['another', 'x'.repeat(64)],
    ['no', undefined],
    ['an empty', ''],
  ])('that has %s key is missing', (_, stamp) => {
    build(stamp);
    expect(faultOf(() => toolPath(directory, 'gate', 'opa'))).toEqual({ ...hint, message: 'opa was built from another tools/gate/go.sum' });
  });

  test('has a key that follows the lock file', () => {
    build(undefined);
    const before = toolsKey(directory, 'gate');
    writeFileSync(path.join(directory, 'tools/gate/go.sum'), 'two\n');
    expect([before === toolsKey(directory, 'gate'), before.length]).toEqual([false, 64]);
  });
});

test('files are written into folders as needed, and removed when they are there', () => {
  writeFiles(
    directory,
    new Map<string, string | Buffer>([
      ['a/b/c.txt', 'c'],
      ['a/d.bin', Buffer.from([0, 255])],
    ]),
  );
  expect([listed(directory), [...readFileSync(path.join(directory, 'a/d.bin'))]]).toEqual([
    ['a/b/c.txt', 'a/d.bin'],
    [0, 255],
  ]);
  removeFiles(directory, ['a/d.bin', 'a/none.txt']);
  expect(listed(directory)).toEqual(['a/b/c.txt']);
});

test('a layout holds exactly the named files, each in a folder of its own, until it is cleared', () => {
  const scratch = createScratch(path.join(directory, 'scratch'));
  const snapshot = treeSnapshot({ 'a/x.yaml': 'x', 'b.yaml': 'b', 'c.yaml': 'c' });
  const [one, two] = [scratch.layout(snapshot, ['a/x.yaml', 'b.yaml']), scratch.layout(snapshot, new Set(['c.yaml']))];
  expect([listed(one), listed(two), readFileSync(path.join(one, 'a/x.yaml'), 'utf8')]).toEqual([['a/x.yaml', 'b.yaml'], ['c.yaml'], 'x']);
  scratch.clear();
  expect([existsSync(one), existsSync(two), existsSync(path.join(directory, 'scratch'))]).toEqual([false, false, true]);
});
