import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEvidence, writeRecord } from './evidence-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = 'evidence/cell-sleeper/r1/00000001.json';

test('what was written comes back, and nothing else lies beside it', () => {
  writeRecord(folder, file, Buffer.from('one'));
  expect(readEvidence(folder)).toEqual(new Map([[file, Buffer.from('one')]]));
});

test('no record is written over another', () => {
  writeRecord(folder, file, Buffer.from('one'));
  expect(() => writeRecord(folder, file, Buffer.from('two'))).toThrow('another writer was faster');
  expect(readFileSync(path.join(folder, 'cell-sleeper/r1/00000001.json'), 'utf8')).toBe('one');
});

test('half a record of a writer that died is no record, and does not stop the next writer', () => {
  mkdirSync(path.join(folder, 'cell-sleeper/r1'), { recursive: true });
  writeFileSync(path.join(folder, 'cell-sleeper/r1/.00000001.json.4711.tmp'), 'ha');
  expect(readEvidence(folder).size).toBe(0);
  writeRecord(folder, file, Buffer.from('whole'));
  expect(readEvidence(folder).size).toBe(1);
});

test('a link is refused, and so is a folder that is not there', () => {
  symlinkSync('/dev/null', path.join(folder, '00000001.json'));
  expect(() => readEvidence(folder)).toThrow('is no regular file');
  expect(() => readEvidence(path.join(folder, 'gone'))).toThrow('there is no evidence folder');
});
