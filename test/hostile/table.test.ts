import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/policy-cases.ts';
import { rows as bytes } from './rows/bytes.ts';
import { elsewhere } from './rows/elsewhere.ts';
import { rows as kustomize } from './rows/kustomize.ts';
import { rows as objects } from './rows/objects.ts';
import { rows as tree } from './rows/tree.ts';
import { rows as yaml } from './rows/yaml.ts';

const read = (file: string): string => readFileSync(path.join(repository, file), 'utf8');
const idsIn = (file: string): string[] => [...read(file).matchAll(/'(H\d\d)[:']/g)].map((m) => m[1] ?? '');

test('every row of the list of hostile inputs, H01 to H83, is held somewhere', () => {
  const listed = Array.from({ length: 83 }, (_, n) => `H${String(n + 1).padStart(2, '0')}`);
  const held = new Set([
    ...[...bytes, ...yaml, ...tree, ...kustomize, ...objects].map((row) => row.id),
    ...['wasm', 'network', 'checkout', 'policies', 'names'].flatMap((name) => idsIn(`test/hostile/${name}.test.ts`)),
    ...elsewhere.map((row) => row.id),
  ]);
  expect([...held].sort()).toEqual(listed);
});

test.each(elsewhere.map(({ id, test: [file, title] }) => [id, file, title] as const))('%s is held by %s: %s', (_, file, title) => {
  expect(title.length).toBeGreaterThan(20);
  expect(read(file)).toContain(title);
});

test('no row stands twice, so that none hides another', () => {
  const names = [...bytes, ...yaml, ...tree, ...kustomize, ...objects].map((row) => `${row.id} ${row.name}`);
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
});
