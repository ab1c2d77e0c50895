import { closeSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';

/** Largest record, bytes. */
const largestRecord = 4 * 2 ** 20;

const isLeftOver = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

/**
 * All files of an evidence folder by the path they have in the repository, but for what is no record by design: the keys, a page for
 * people, and what a writer that died left behind.
 * @throws GateError GATE_NO_EVIDENCE when there is no such folder, GATE_MALFORMED for a link or a pipe, GATE_LIMIT_EXCEEDED
 */
export const readEvidence = (folder: string): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  for (const name of listFolder(folder)) {
    if (name === 'keys.yaml' || name === 'README.md' || isLeftOver(path.posix.basename(name))) continue;
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    const shown = `${evidenceFolder}/${name}`;
    if (stat.isDirectory()) continue;
    if (!stat.isFile()) throw new GateError('GATE_MALFORMED', 'usage', `${shown}:1: is no regular file`, { hint: 'Records are plain files.' });
    if (stat.size > largestRecord)
      throw new GateError('GATE_LIMIT_EXCEEDED', 'limit', `${shown} has ${stat.size} bytes, more than ${largestRecord}`, { hint: 'No record is so large.' });
    files.set(shown, readFileSync(file));
  }
  return files;
};

const listFolder = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(path.sep, '/'));
  } catch (cause) {
    throw new GateError('GATE_NO_EVIDENCE', 'usage', `there is no evidence folder ${folder}`, { hint: 'Name it: --evidence <folder>.', cause });
  }
};

/**
 * Writes a record so that it is there whole or not at all, and never over another one.
 * @throws GateError GATE_EVIDENCE_TAKEN when somebody else wrote a record of this number meanwhile
 */
export const writeRecord = (folder: string, file: string, bytes: Buffer): void => {
  const target = path.join(folder, file.slice(evidenceFolder.length + 1));
  const scratch = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeThrough(scratch, bytes);
  try {
    linkSync(scratch, target); // unlike a rename, a link never replaces what is there
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new GateError('GATE_EVIDENCE_TAKEN', 'undecided', `${file}:1: another writer was faster`, { hint: 'Run the command again.', cause });
  } finally {
    unlinkSync(scratch);
  }
  syncFolder(path.dirname(target));
};

const writeThrough = (file: string, bytes: Buffer): void => {
  const handle = openSync(file, 'w', 0o644);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** The name of a new file is safe only when its folder is. */
const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
