import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneCaches } from './prune-cache.ts';
import { createRenderCache } from './render-cache.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ranfleet-prune-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const now = new Date('2027-03-01T00:00:00Z');
const hours = (count: number): Date => new Date(now.getTime() - count * 3_600_000);
const put = (name: string, bytes: number, hoursAgo: number): void => {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'x'.repeat(bytes));
  utimesSync(file, hours(hoursAgo), hours(hoursAgo));
};
const left = (): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.json/.test(name))
    .sort();

test('entries that nobody used for too long go, half-written ones of a run that died too', () => {
  put('renders/aa/old.json', 1, 49);
  put('renders/aa/new.json', 1, 47);
  put('verdicts/bb/died.json.123', 1, 2);
  put('verdicts/bb/written-now.json.124', 1_000, 0.5);
  put('local/state.json', 1, 1_000);
  expect(pruneCaches(root, ['renders', 'verdicts', 'none'], now, { bytes: 100, age: 48 * 3_600_000 })).toBe(2);
  expect(left()).toEqual(['local/state.json', 'renders/aa/new.json', 'verdicts/bb/written-now.json.124']);
});

test('then those unused for longest, until the rest fits; each folder has its own room', () => {
  for (const [name, hoursAgo] of Object.entries({ a: 1, b: 2, c: 3, d: 4 })) put(`renders/aa/${name}.json`, 40, hoursAgo);
  put('verdicts/bb/e.json', 90, 5);
  expect(pruneCaches(root, ['renders', 'verdicts'], now, { bytes: 100, age: 1e12 })).toBe(2);
  expect(left()).toEqual(['renders/aa/a.json', 'renders/aa/b.json', 'verdicts/bb/e.json']);
});

test('the folders are walked once in some hours', () => {
  const prune = (at: Date): number => pruneCaches(root, ['renders'], at, { bytes: 0, age: 1e12 });
  put('renders/a.json', 1, 0);
  expect(prune(now)).toBe(1);
  put('renders/b.json', 1, 0);
  expect(prune(new Date(now.getTime() + 5 * 3_600_000))).toBe(0);
  expect(prune(new Date(now.getTime() + 7 * 3_600_000))).toBe(1);
});

test('runs that write, read and prune at once see whole entries or none, and never fail', async () => {
  const objects = Array.from({ length: 200 }, (_, i) => ({ kind: 'ConfigMap', data: { value: `${i}`.repeat(50) } }));
  const worker = path.join(root, 'worker.mjs');
  const source = (file: string): string => JSON.stringify(path.join(import.meta.dirname, file));
  writeFileSync(
    worker,
    `import { rmSync } from 'node:fs';
import { pruneCaches } from ${source('prune-cache.ts')};
import { createRenderCache } from ${source('render-cache.ts')};
const cache = createRenderCache(${JSON.stringify(path.join(root, 'renders'))});
const objects = ${JSON.stringify(objects)};
let cut = 0;
for (let i = 0; i < 150; i++) {
  const key = 'k' + (i % 7);
  cache.put(key, objects);
  const found = cache.get(key);
  if (found !== undefined && found.length !== objects.length) cut++;
  rmSync(${JSON.stringify(path.join(root, '.pruned'))}, { force: true });
  pruneCaches(${JSON.stringify(root)}, ['renders'], new Date(), { bytes: i % 2 === 0 ? 0 : 1e9, age: 1e15 });
}
process.exit(cut);
`,
  );
  const ends = await Promise.all([1, 2, 3].map(() => new Promise((done) => fork(worker, { stdio: 'inherit' }).on('exit', done))));
  expect(ends).toEqual([0, 0, 0]);
  const cache = createRenderCache(path.join(root, 'renders'));
  for (let i = 0; i < 7; i++) expect([undefined, objects.length]).toContain(cache.get(`k${i}`)?.length);
}, 30_000);
