import { GateError } from '#model/errors.ts';
import { type EvidenceInput, evidenceInput, evidenceRecord, headsOf, statementOf } from '#model/evidence.ts';
import { canonicalJson } from './canonical.ts';
import { envelopeFile, type Signer, sha256Of } from './envelope.ts';
import type { Inspect } from './inspect.ts';
import { recordFile } from './places.ts';
import { type EvidenceFiles, verifyEvidence } from './verify.ts';

export interface Appended {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly bytes: Buffer;
  /** False when the record stood there already. */
  readonly isNew: boolean;
}

export interface AppendSetup {
  readonly signer: Signer;
  readonly inspect: Inspect;
  /** Name and version of what writes. */
  readonly tool: string;
}

/**
 * Makes the next record of a chain; the same id again gives the record that stands.
 * @param files all records
 * @throws GateError GATE_MALFORMED for an input that is none, GATE_EVIDENCE_BROKEN when the records do not verify, before or after, or
 * when the id belongs to another content
 */
export const appendRecord = (files: EvidenceFiles, input: unknown, { signer, inspect, tool }: AppendSetup): Appended => {
  const parsed = evidenceInput.safeParse(input);
  if (!parsed.success)
    throw new GateError('GATE_MALFORMED', 'usage', parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('\n'), {
      hint: 'docs/evidence.md has an example of each kind.',
    });
  refuseBroken(files, inspect);
  const wanted = parsed.data;
  const records = recordsOf(files, wanted.chain, inspect);
  const standing = records.find((r) => r.record.id === wanted.id);
  if (standing) return repeated(standing, wanted);
  const last = records.at(-1);
  const record = evidenceRecord.parse(statementOf({ ...wanted, sequence: records.length + 1, previous: last?.hash ?? null, tool }));
  const bytes = envelopeFile(record, signer);
  const file = recordFile(record.chain, record.sequence);
  refuseBroken(new Map(files).set(file, bytes), inspect);
  return { file, hash: sha256Of(bytes), bytes, isNew: true };
};

/** The input of a seal that pins what grew since the seal before; undefined when nothing did. */
export const sealInput = (files: EvidenceFiles, inspect: Inspect, time: string): EvidenceInput | undefined => {
  const { heads, subject } = unsealedHeads(files, inspect);
  if (subject.length === 0) return undefined;
  const id = `seal:${sha256Of(JSON.stringify(subject))}`;
  return { kind: 'seal', chain: 'log', id, time, subject, predicate: { heads }, evidence: [] };
};

const unsealedHeads = (files: EvidenceFiles, inspect: Inspect) => {
  const sealed = new Map<string, number>();
  for (const { record } of recordsOf(files, 'log', inspect)) for (const [chain, { sequence }] of Object.entries(headsOf(record))) sealed.set(chain, sequence);
  const names = [...new Set([...files.keys()].map((f) => f.split('/').slice(1, -1).join('/')))].filter((chain) => chain !== 'log').sort();
  const grown = names.flatMap((chain) => {
    const last = recordsOf(files, chain, inspect).at(-1);
    return last && last.record.sequence > (sealed.get(chain) ?? 0) ? [{ chain, sequence: last.record.sequence, sha256: last.hash }] : [];
  });
  return {
    heads: Object.fromEntries(grown.map(({ chain, ...head }) => [chain, head])),
    subject: grown.map(({ chain, sequence, sha256 }) => ({ name: recordFile(chain, sequence), digest: { sha256 } })),
  };
};

const recordsOf = (files: EvidenceFiles, chain: string, inspect: Inspect) => {
  const folder = recordFile(chain, 1).slice(0, -'00000001.json'.length);
  return [...files]
    .filter(([file]) => file.startsWith(folder))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, bytes]) => {
      const found = inspect(bytes);
      return typeof found === 'string' ? [] : [{ ...found, file, bytes }];
    });
};

const repeated = (standing: ReturnType<typeof recordsOf>[number], wanted: EvidenceInput): Appended => {
  const { file, hash, bytes, record } = standing;
  const place = { sequence: record.sequence, previous: record.previous, tool: record.tool, time: record.time };
  const same = canonicalJson(statementOf({ ...wanted, ...place })) === canonicalJson(statementOf({ ...record, ...place }));
  if (same) return { file, hash, bytes, isNew: false };
  throw new GateError('GATE_EVIDENCE_BROKEN', 'usage', `${file}:1: the id ${record.id} belongs to a record of other content`, {
    hint: 'Give the record an id of its own; a record that stands never changes.',
  });
};

const refuseBroken = (files: EvidenceFiles, inspect: Inspect): void => {
  const [first] = verifyEvidence(files, inspect).problems;
  if (first)
    throw new GateError('GATE_EVIDENCE_BROKEN', 'undecided', `${first.file}:${first.line}: ${first.message}`, {
      hint: 'Nothing was written. `ranfleet verify` lists everything that is wrong.',
    });
};
