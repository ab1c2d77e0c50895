import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readEvidence } from '#adapters/evidence-store.ts';
import { commitSnapshot, repositoryRoot, resolveCommit } from '#adapters/git.ts';
import { type ContentIds, rewrittenRecords } from '#evidence/append-only.ts';
import { createInspect } from '#evidence/inspect.ts';
import { type KeyRing, readKeys } from '#evidence/keys.ts';
import { type EvidenceFiles, type EvidenceVerdict, verifyEvidence } from '#evidence/verify.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { type EvidenceProblem, evidenceFolder } from '#model/evidence.ts';
import { printable } from '#report/escape.ts';
import type { Output } from './output.ts';

export interface VerifyOptions {
  readonly evidence?: string;
  readonly keys?: string;
  readonly head?: string;
  readonly base?: string;
  readonly json?: boolean;
}

/** `ranfleet verify`: no network; without --base no git either. */
export const verifyCommand = (directory: string, options: VerifyOptions, output: Output): ExitCode => {
  const folder = path.resolve(directory, options.evidence ?? evidenceFolder);
  const files = readEvidence(folder);
  if (files.size === 0) throw new GateError('GATE_NO_EVIDENCE', 'usage', `there is no record in ${folder}`, { hint: 'Nothing was verified.' });
  const { head } = options;
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(String(head)))
    throw new GateError('GATE_USAGE', 'usage', '--head is no SHA-256 of 64 hex digits', { hint: '`ranfleet verify` prints the head; note it elsewhere.' });
  const verdict = verifyEvidence(files, createInspect(loadKeys(directory, folder, options.keys)), { head });
  const problems = [...verdict.problems, ...(options.base === undefined ? [] : changedSince(directory, String(options.base), files))];
  if (options.json === true) output.print(`${JSON.stringify({ verified: problems.length === 0, ...verdict, problems }, null, 2)}\n`);
  else printVerdict({ ...verdict, problems }, options, output);
  return problems.length === 0 ? exitCodes.allow : exitCodes.deny;
};

/** Keys of the file that the verifier names, or else of the folder itself. */
export const loadKeys = (directory: string, folder: string, named: string | undefined): KeyRing => {
  const file = named === undefined ? path.join(folder, 'keys.yaml') : path.resolve(directory, named);
  if (!existsSync(file)) throw new GateError('GATE_NO_KEYS', 'usage', `there is no keys file ${file}`, { hint: 'Name it: --keys <file>.' });
  return readKeys(named ?? `${evidenceFolder}/keys.yaml`, readFileSync(file, 'utf8'));
};

const changedSince = (directory: string, revision: string, files: EvidenceFiles): EvidenceProblem[] => {
  const repository = repositoryRoot(directory);
  const commit = resolveCommit(repository, revision);
  if (commit === undefined) throw new GateError('GATE_NO_REVISION', 'usage', `there is no revision ${revision}`, { hint: 'Name a branch, tag or commit.' });
  const base = commitSnapshot(repository, commit);
  const records = [...base.files.keys()].filter((f) => f.startsWith(`${evidenceFolder}/`));
  base.prefetch(records);
  const idOf = (bytes: Buffer): { id: string } => ({ id: bytes.toString('base64') });
  const were: ContentIds = new Map(records.map((f) => [f, idOf(base.read(f))]));
  return rewrittenRecords(were, new Map([...files].map(([f, bytes]) => [f, idOf(bytes)]))).map((p) => ({ ...p, message: `${p.message} of ${base.label}` }));
};

const printVerdict = ({ problems, records, chains, unsealed, head }: EvidenceVerdict, options: VerifyOptions, { print, note, paint }: Output): void => {
  for (const { file, line, message } of problems) print(`${paint.red('tampered')} ${printable(file)}:${line}: ${printable(message)}\n`);
  print(
    problems.length === 0 ? `${paint.green('verified')} ${records} records in ${chains} chains.\n` : `${problems.length} problems in ${records} records.\n`,
  );
  if (unsealed > 0) print(`${unsealed} records are not sealed yet: whether later ones were taken away can not be told.\n`);
  if (head && problems.length === 0) print(`head ${head.sha256} (record ${head.sequence} of the log)\n`);
  if (options.keys === undefined)
    note('The keys came from the evidence folder itself: whoever could write both could forge both. Give your own: --keys <file>.');
  if (options.head === undefined)
    note('No head was given: seals that were taken off the end of the log would not be missed. Give the one that you noted: --head <hash>.');
};
