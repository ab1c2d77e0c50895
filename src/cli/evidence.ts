import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readEvidence, writeRecord } from '#adapters/evidence-store.ts';
import { appendRecord, sealInput } from '#evidence/append.ts';
import { keyIdOf, sha256Of } from '#evidence/envelope.ts';
import { createInspect } from '#evidence/inspect.ts';
import { mergeSummary } from '#evidence/summary.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import { reportSchema } from '#model/report-schema.ts';
import type { Output } from './output.ts';
import { loadKeys } from './verify.ts';

export interface EvidenceOptions {
  readonly evidence?: string;
  readonly keys?: string;
  readonly key?: string;
  readonly commit?: string;
  readonly tree?: string;
  readonly resource?: string;
  readonly verifier?: string;
}

/** `ranfleet evidence`: makes keys and records. */
export const evidenceCommand = (directory: string, action: string, file: string | undefined, options: EvidenceOptions, output: Output): ExitCode => {
  if (action === 'keygen') return makeKey(path.resolve(directory, needed(file, 'a file for the private key')), output);
  if (action === 'record') return record(directory, readJson(directory, needed(file, 'a file with the input')), options, output);
  if (action === 'seal') return record(directory, undefined, options, output);
  if (action === 'summary') return summarise(directory, needed(file, 'a report of the gate, as JSON'), options, output);
  throw new GateError('GATE_USAGE', 'usage', `there is no action ${action}`, { hint: 'Actions are keygen, record, seal and summary.' });
};

const needed = (value: string | undefined, what: string): string => {
  if (value !== undefined) return String(value);
  throw new GateError('GATE_USAGE', 'usage', `name ${what}`, { hint: 'Run `ranfleet evidence --help`.' });
};

/** The private half goes to a file of its own, which must not exist; the public half is printed as an entry of the keys file. */
const makeKey = (file: string, output: Output): ExitCode => {
  if (existsSync(file)) throw new GateError('GATE_USAGE', 'usage', `${file} exists`, { hint: 'Name a new file; no key is overwritten.' });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  output.print(
    `keys:\n  - id: ${keyIdOf(publicKey)}\n    publicKey: ${spki}\n    owner: CHANGE-ME\n    kinds: [merge, seal]\n    validFrom: ${new Date().toISOString()}\n`,
  );
  output.note('Keep the private key out of the repository. Add the entry to the keys file; it counts once it is merged.');
  return exitCodes.allow;
};

/** Without an input, a seal. */
const record = (directory: string, input: unknown, { evidence, keys, key }: EvidenceOptions, output: Output): ExitCode => {
  const folder = path.resolve(directory, evidence ?? evidenceFolder);
  const inspect = createInspect(loadKeys(directory, folder, keys));
  const privateKey = readPrivateKey(path.resolve(directory, needed(key, 'the private key: --key <file>')));
  const files = existsSync(folder) ? readEvidence(folder) : new Map<string, Buffer>();
  const wanted = input ?? sealInput(files, inspect, new Date().toISOString());
  if (wanted === undefined) {
    output.print('Every record is sealed already.\n');
    return exitCodes.allow;
  }
  const made = appendRecord(files, wanted, { signer: { keyId: keyIdOf(privateKey), privateKey }, inspect, tool: 'ranfleet 0.1.0' });
  if (made.isNew) writeRecord(folder, made.file, made.bytes);
  output.print(`${made.isNew ? 'wrote' : 'stands already:'} ${made.file}  ${made.hash}\n`);
  return exitCodes.allow;
};

const readPrivateKey = (file: string): KeyObject => {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new GateError('GATE_USAGE', 'usage', `the private key can not be read: ${messageOf(cause)}`, {
      hint: 'Make one: ranfleet evidence keygen <file>.',
      cause,
    });
  }
};

const readJson = (directory: string, file: string): unknown => {
  try {
    return JSON.parse(readFileSync(path.resolve(directory, file), 'utf8'));
  } catch (cause) {
    throw new GateError('GATE_MALFORMED', 'usage', `${file}:1: ${messageOf(cause)}`, { hint: 'Give a file of JSON.', cause });
  }
};

/** Prints the input of the record of one merge. */
const summarise = (directory: string, file: string, options: EvidenceOptions, output: Output): ExitCode => {
  const report = reportSchema.safeParse(readJson(directory, file));
  if (!report.success)
    throw new GateError('GATE_MALFORMED', 'usage', `${file}:1: is no report of the gate`, { hint: 'ranfleet gate --json <file> writes one.' });
  const input = mergeSummary(report.data, {
    commit: needed(options.commit, 'the merged commit: --commit'),
    tree: needed(options.tree, 'its tree: --tree'),
    resource: needed(options.resource, 'the repository: --resource <uri>'),
    verifier: needed(options.verifier, 'who verified: --verifier <uri>'),
    reportSha256: sha256Of(readFileSync(path.resolve(directory, file))),
    time: new Date().toISOString(),
  });
  output.print(`${JSON.stringify(input, null, 2)}\n`);
  return exitCodes.allow;
};
