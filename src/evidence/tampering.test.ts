import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { beforeAll, expect, test } from 'vitest';
import { buildStore, forge, instant, makeKey, moveInput, ringOf, type TestKey } from '../../test/support/evidence/store.ts';
import { canonicalJson } from './canonical.ts';
import { sha256Of } from './envelope.ts';
import { createInspect } from './inspect.ts';
import { type EvidenceFiles, verifyEvidence } from './verify.ts';

const chains = ['anomaly-watch/r1', 'anomaly-watch/r2', 'cell-sleeper/r1', 'load-balancer/r3'];
const positions = 1000;
const key = makeKey();
/** Was trusted, ended before the last seals were made. */
const retired = makeKey({ validUntil: instant(50) });
const stranger = makeKey();
const keys = ringOf(key, retired);
const inspect = createInspect(keys);

let store: EvidenceFiles;
/** Another history, validly signed by the same key: what a restored backup or a fork would hold. */
let fork: EvidenceFiles;
let head: string;

beforeAll(() => {
  store = buildStore(chains, 10, key);
  fork = forkOf(store);
  head = verifyEvidence(store, inspect).head?.sha256 ?? '';
});

/** Each record made anew with another observation, each following on its own forerunner. */
const forkOf = (files: EvidenceFiles): EvidenceFiles => {
  const made = new Map<string, Buffer>();
  for (const chain of chains) {
    let previous: string | null = null;
    for (let n = 1; n <= 10; n++) {
      const [file, bytes] = forge(moveInput(chain, `move-${n}`, n * 10, `2.${n}.0`), { sequence: n, previous }, key);
      previous = sha256Of(bytes);
      made.set(file, bytes);
    }
  }
  expect([...made.keys()].every((f) => files.has(f))).toBe(true);
  return made;
};

type Random = (from: number, to: number) => number;
type Tamper = (files: Map<string, Buffer>, random: Random) => void;

const pick = <T>(items: readonly T[], random: Random): T => items[random(0, items.length - 1)] as T;
const recordsOf = (files: EvidenceFiles): string[] => [...files.keys()].filter((f) => !f.startsWith('evidence/log/'));
const bytesOf = (files: EvidenceFiles, file: string): Buffer => files.get(file) ?? Buffer.alloc(0);
const envelopeOf = (bytes: Buffer) => JSON.parse(bytes.toString()) as { payload: string; signatures: [{ sig: string; keyid: string }] };
const flipBit = (bytes: Buffer, random: Random): Buffer => {
  const at = random(0, bytes.length - 1);
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << random(0, 7));
  return flipped;
};
const placeOf = (file: string): { chain: string; sequence: number } => {
  const parts = file.slice('evidence/'.length, -'.json'.length).split('/');
  return { sequence: Number(parts.pop()), chain: parts.join('/') };
};
const signedAgain = (file: string, random: Random, by: TestKey, minutes: number): [string, Buffer] => {
  const { chain, sequence } = placeOf(file);
  const before = sequence === 1 ? null : sha256Of(bytesOf(store, file.replace(/\d{8}/, String(sequence - 1).padStart(8, '0'))));
  return forge(moveInput(chain, `move-${sequence}`, minutes, `9.${random(0, 1e6)}.0`), { sequence, previous: before }, by);
};

const kinds: Readonly<Record<string, Tamper>> = {
  'a bit of a payload flips': (files, random) => {
    const file = pick([...files.keys()], random);
    const envelope = envelopeOf(bytesOf(files, file));
    const payload = flipBit(Buffer.from(envelope.payload, 'base64'), random).toString('base64');
    files.set(file, Buffer.from(`${canonicalJson({ ...envelope, payload })}\n`));
  },
  'a bit of a signature flips': (files, random) => {
    const file = pick([...files.keys()], random);
    const envelope = envelopeOf(bytesOf(files, file));
    const sig = flipBit(Buffer.from(envelope.signatures[0].sig, 'base64'), random).toString('base64');
    files.set(file, Buffer.from(`${canonicalJson({ ...envelope, signatures: [{ ...envelope.signatures[0], sig }] })}\n`));
  },
  'a bit of a file flips anywhere': (files, random) => {
    const file = pick([...files.keys()], random);
    files.set(file, flipBit(bytesOf(files, file), random));
  },
  'a record is deleted': (files, random) => void files.delete(pick([...files.keys()], random)),
  'the tail of a chain is deleted': (files, random) => {
    const { chain, sequence } = placeOf(pick([...files.keys()], random));
    for (const file of [...files.keys()]) if (placeOf(file).chain === chain && placeOf(file).sequence >= sequence) files.delete(file);
  },
  'two records swap places': (files, random) => {
    const [a, b] = [pick([...files.keys()], random), pick([...files.keys()], random)];
    const [atA, atB] = [bytesOf(files, a), bytesOf(files, b)];
    files.set(a, atB).set(b, atA);
  },
  'a record is copied to another place': (files, random) => {
    const from = pick([...files.keys()], random);
    const { chain } = placeOf(pick([...files.keys()], random));
    files.set(`evidence/${chain}/${String(random(1, 14)).padStart(8, '0')}.json`, bytesOf(files, from));
  },
  'a record is forged by a stranger, or by a key that ended': (files, random) => {
    const file = pick(recordsOf(files), random);
    const by = pick([stranger, retired], random);
    files.set(...signedAgain(file, random, by, by === retired ? random(1, 49) : random(1, 100)));
  },
  'a record of a fork, well signed, takes a place': (files, random) => {
    const file = pick([...fork.keys()], random);
    const { chain, sequence } = placeOf(file);
    // Alone, or with all that follow it in the fork.
    const isWhole = random(0, 1) === 1;
    for (const [name, bytes] of fork) {
      const other = placeOf(name);
      if (other.chain === chain && (isWhole ? other.sequence >= sequence : other.sequence === sequence)) files.set(name, bytes);
    }
  },
};

const isSame = (a: EvidenceFiles, b: EvidenceFiles): boolean => a.size === b.size && [...a].every(([file, bytes]) => b.get(file)?.equals(bytes));

test('the untouched store verifies, so that what is detected is the tampering', () => {
  expect(verifyEvidence(store, inspect, { head })).toMatchObject({ problems: [], records: 51, chains: 5, unsealed: 0 });
});

test(`9 kinds of tampering at ${positions} seeded positions each are all detected`, () => {
  const rng = xoroshiro128plus(20270101);
  const random: Random = (from, to) => uniformInt(rng, from, to);
  const missed: string[] = [];
  const counts: Record<string, string> = {};
  for (const [kind, tamper] of Object.entries(kinds)) {
    let detected = 0;
    for (let n = 0; n < positions; ) {
      const files = new Map(store);
      tamper(files, random);
      if (isSame(files, store)) continue; // a swap of a record with itself is no tampering
      n++;
      if (verifyEvidence(files, inspect, { head }).problems.length > 0) detected++;
      else missed.push(kind);
    }
    counts[kind] = `${detected}/${positions}`;
  }
  console.info(counts);
  expect(missed).toEqual([]);
  expect(Object.keys(counts)).toHaveLength(9);
});

test('what can not be detected: seals off the end of the log when nobody noted the head', () => {
  const files = new Map(store);
  files.delete('evidence/log/00000011.json');
  expect(verifyEvidence(files, inspect)).toMatchObject({ problems: [], unsealed: 4 });
  expect(verifyEvidence(files, inspect, { head }).problems).not.toEqual([]);
});
