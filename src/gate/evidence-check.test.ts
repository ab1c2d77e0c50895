import { expect, test } from 'vitest';
import { sha256Of } from '#evidence/envelope.ts';
import type { Snapshot } from '#model/ports.ts';
import { changedFiles } from '#policy/change-input.ts';
import { buildStore, forge, makeKey, moveInput } from '../../test/support/evidence/store.ts';
import { checkEvidence } from './evidence-check.ts';

const key = makeKey();
const chain = 'cell-sleeper/r1';
const keysFile = 'evidence/keys.yaml';
const { key: _object, ...entry } = key.trusted;
const base = new Map([...buildStore([chain], 2, key), [keysFile, Buffer.from(JSON.stringify({ keys: [entry] }))]]);

const snapshot = (files: ReadonlyMap<string, Buffer>): Snapshot => ({
  label: 'a tree',
  files: new Map([...files].map(([file, bytes]) => [file, { id: sha256Of(bytes), type: 'file' }])),
  prefetch: () => {},
  read: (file) => files.get(file) ?? Buffer.alloc(0),
});

const codesOf = (was: ReadonlyMap<string, Buffer>, is: ReadonlyMap<string, Buffer>): string[] => {
  const [before, after] = [snapshot(was), snapshot(is)];
  return checkEvidence(before, after, changedFiles(before, after), false).map((f) => `${f.code} ${f.file}:${f.line}`);
};
const second = `evidence/${chain}/00000002.json`;
const next = { sequence: 3, previous: sha256Of(base.get(second) ?? '') };

test('a change that adds a good record passes', () => {
  expect(codesOf(base, new Map([...base, forge(moveInput(chain, 'new', 90), next, key)]))).toEqual([]);
});

test('a change of a record, or without one, is denied with its file', () => {
  const without = new Map(base);
  without.delete(second);
  expect(codesOf(base, without)).toContain(`evidence.append_only ${second}:1`);
  expect(codesOf(base, new Map(base).set(second, Buffer.from('{}\n')))).toEqual(
    expect.arrayContaining([`evidence.append_only ${second}:1`, `evidence.broken ${second}:1`]),
  );
});

test('a key that comes with the change signs nothing yet', () => {
  const stranger = makeKey();
  const { key: _other, ...added } = stranger.trusted;
  const head = new Map([...base, forge(moveInput(chain, 'new', 90), next, stranger)]).set(keysFile, Buffer.from(JSON.stringify({ keys: [entry, added] })));
  expect(codesOf(base, head)).toEqual([`evidence.broken evidence/${chain}/00000003.json:1`]);
});

test('records without keys at the base can not be verified, which denies', () => {
  expect(codesOf(new Map(), base)[0]).toMatch(/^evidence\.broken /);
});

test('a change that takes away the key of a record is denied, since nobody could verify it from then on', () => {
  const { key: _other, ...stranger } = makeKey().trusted;
  const withKeys = (...keys: object[]) => new Map(base).set(keysFile, Buffer.from(JSON.stringify({ keys })));
  expect(codesOf(base, withKeys(stranger))).toContain(`evidence.broken ${second}:1`);
  expect(codesOf(base, withKeys(entry, stranger))).toEqual([]);
  const none = new Map(base);
  none.delete(keysFile);
  expect(codesOf(base, none)).toEqual([expect.stringMatching(/^evidence\.broken /)]);
  expect(() => codesOf(base, withKeys({ ...entry, id: 'x' }))).toThrow(/keys\.0\.id|names the key/);
});
