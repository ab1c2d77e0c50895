import { type EvidenceProblem, evidenceFolder, type SealedHead } from '#model/evidence.ts';
import type { Inspect } from './inspect.ts';
import { type Chains, type Placed, recordFile, type Tell } from './places.ts';
import { checkSeals } from './seals.ts';

/** Files of records by path, like `evidence/log/00000001.json`. */
export type EvidenceFiles = ReadonlyMap<string, Buffer>;

export interface VerifyOptions {
  /** SHA-256 of a record, usually a seal, that was noted elsewhere: it must be here, and all that it rests on. */
  readonly head?: string | undefined;
}

export interface EvidenceVerdict {
  readonly problems: readonly EvidenceProblem[];
  readonly records: number;
  readonly chains: number;
  /** Records that no seal pins yet: that the last of them are gone could not be told. */
  readonly unsealed: number;
  /** The newest record of the log, to be noted elsewhere; undefined without a log. */
  readonly head: SealedHead | undefined;
}

const filePattern = new RegExp(`^${evidenceFolder}/(.+)/(\\d{8})\\.json$`);

/** Looks at all records: form, signature, key, place, chain, seals. Trusts nothing but the keys that `inspect` has and `head`. */
export const verifyEvidence = (files: EvidenceFiles, inspect: Inspect, { head }: VerifyOptions = {}): EvidenceVerdict => {
  const problems: EvidenceProblem[] = [];
  const tell = (file: string, message: string): void => void problems.push({ file, line: 1, message });
  const chains = chainsOf(files, inspect, tell);
  for (const records of chains.values()) checkChain(records, tell);
  const all = [...chains.values()].flat();
  const hashes = new Set(all.map((p) => p.hash));
  const sealed = checkSeals(chains, tell);
  checkReferences(all, hashes, tell);
  if (head !== undefined && !hashes.has(head))
    tell(`${evidenceFolder}/log`, `there is no record with the noted head ${head}: what came last is gone, or was replaced`);
  const last = chains.get('log')?.at(-1);
  return {
    problems,
    records: files.size,
    chains: chains.size,
    unsealed: unsealedIn(chains, sealed),
    head: last && { sequence: last.record.sequence, sha256: last.hash },
  };
};

/** The log pins itself by its head; all others wait for a seal. */
const unsealedIn = (chains: Chains, sealed: ReadonlyMap<string, number>): number =>
  [...chains].reduce((sum, [chain, records]) => sum + (chain === 'log' ? 0 : Math.max(0, records.length - (sealed.get(chain) ?? 0))), 0);

const chainsOf = (files: EvidenceFiles, inspect: Inspect, tell: Tell): Map<string, Placed[]> => {
  const chains = new Map<string, Placed[]>();
  for (const [file, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, chain = '', number = ''] = filePattern.exec(file) ?? [];
    if (chain === '') {
      tell(file, 'is no place for a record; records are <chain>/<8 digits>.json');
      continue;
    }
    const found = inspect(bytes);
    if (typeof found === 'string') tell(file, found);
    else if (found.record.chain !== chain || found.record.sequence !== Number(number))
      tell(file, `holds record ${found.record.sequence} of ${found.record.chain}: it was moved or copied here`);
    else put(chains, chain, { ...found, file });
  }
  return chains;
};

const put = (chains: Map<string, Placed[]>, chain: string, placed: Placed): void => {
  const records = chains.get(chain) ?? [];
  records.push(placed);
  chains.set(chain, records);
};

const checkChain = (records: readonly Placed[], tell: Tell): void => {
  const ids = new Map<string, string>();
  let before: Placed | undefined;
  for (const placed of records) {
    const { file, record } = placed;
    const expected = (before?.record.sequence ?? 0) + 1;
    if (record.sequence !== expected)
      tell(file, `is record ${record.sequence} where record ${expected} is due: ${recordFile(record.chain, expected)} is gone or broken`);
    else if (record.previous !== (before?.hash ?? null)) tell(file, `does not follow on ${before?.file ?? 'nothing'}: it names another record before it`);
    if (before !== undefined && record.time < before.record.time) tell(file, `is of ${record.time}, before the record that it follows (${before.record.time})`);
    const twin = ids.get(record.id);
    if (twin !== undefined) tell(file, `has the id ${record.id} of ${twin}`);
    ids.set(record.id, file);
    before = placed;
  }
};

const checkReferences = (all: readonly Placed[], hashes: ReadonlySet<string>, tell: Tell): void => {
  for (const { file, record } of all) for (const hash of record.evidence) if (!hashes.has(hash)) tell(file, `rests on the record ${hash}, which is not here`);
};
