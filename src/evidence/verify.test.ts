import { expect, test } from 'vitest';
import { buildStore, forge, instant, makeKey, moveInput, ringOf } from '../../test/support/evidence/store.ts';
import { appendRecord, sealInput } from './append.ts';
import { rewrittenRecords } from './append-only.ts';
import { sha256Of } from './envelope.ts';
import { createInspect } from './inspect.ts';
import { mergeSummary } from './summary.ts';
import { verifyEvidence } from './verify.ts';

const key = makeKey();
const chain = 'cell-sleeper/r1';
const store = buildStore([chain], 3, key);
const setup = { signer: key.signer, inspect: createInspect(ringOf(key)), tool: 'test' };
const lastHash = sha256Of(store.get(`evidence/${chain}/00000003.json`) ?? '');

test('a key that ended can not date a record back behind a seal, even at the open end of a chain', () => {
  const retired = makeKey({ validUntil: instant(31) });
  const inspect = createInspect(ringOf(key, retired));
  const add = (minutes: number) => new Map([...store, forge(moveInput(chain, 'late', minutes), { sequence: 4, previous: lastHash }, retired)]);
  expect(
    verifyEvidence(add(30), inspect)
      .problems.map((p) => p.message)
      .join(),
  ).toContain('dated back');
  expect(
    verifyEvidence(add(32), inspect)
      .problems.map((p) => p.message)
      .join(),
  ).toContain('had ended');
  const inTime = createInspect(ringOf(key, { ...retired, trusted: { ...retired.trusted, validUntil: instant(40) } }));
  expect(verifyEvidence(add(32), inTime)).toMatchObject({ problems: [], unsealed: 1 });
});

test('a key signs only what it may', () => {
  const holder = makeKey({ kinds: ['hold'] });
  const files = new Map([...store, forge(moveInput(chain, 'x', 40), { sequence: 4, previous: lastHash }, holder)]);
  expect(verifyEvidence(files, createInspect(ringOf(key, holder))).problems).toMatchObject([{ file: `evidence/${chain}/00000004.json`, line: 1 }]);
});

test('the same id again leaves one record; other content under it is refused', () => {
  const again = appendRecord(store, moveInput(chain, 'move-2', 99, '1.2.0'), setup);
  expect(again).toMatchObject({ file: `evidence/${chain}/00000002.json`, isNew: false });
  expect(() => appendRecord(store, moveInput(chain, 'move-2', 99, '6.6.6'), setup)).toThrow('other content');
});

test('nothing is added on broken records, nor with a key that does not verify', () => {
  const broken = new Map(store);
  broken.delete(`evidence/${chain}/00000002.json`);
  expect(() => appendRecord(broken, moveInput(chain, 'new', 99), setup)).toThrow('is gone or broken');
  expect(() => appendRecord(store, moveInput(chain, 'new', 99), { ...setup, signer: makeKey().signer })).toThrow('unknown key');
});

test('a record rests only on records that are there', () => {
  const input = (hash: string) => ({ ...moveInput('cell-sleeper/r2', 'a', 99), evidence: [hash] });
  expect(appendRecord(store, input(lastHash), setup).isNew).toBe(true);
  expect(() => appendRecord(store, input(sha256Of('nothing')), setup)).toThrow('which is not here');
});

test('a seal pins what grew and nothing else', () => {
  expect(sealInput(store, setup.inspect, instant(99))).toBeUndefined();
  const made = appendRecord(store, moveInput('cell-sleeper/r2', 'a', 99), setup);
  expect(sealInput(new Map(store).set(made.file, made.bytes), setup.inspect, instant(99))?.predicate).toEqual({
    heads: { 'cell-sleeper/r2': { sequence: 1, sha256: made.hash } },
  });
});

test('records may be added, never changed or taken away', () => {
  const ids = (entries: Record<string, string>) => new Map(Object.entries(entries).map(([file, id]) => [file, { id }]));
  const base = ids({ 'evidence/log/00000001.json': 'a', 'evidence/log/00000002.json': 'b', 'evidence/keys.yaml': 'k' });
  const head = ids({ 'evidence/log/00000001.json': 'c', 'evidence/log/00000003.json': 'd', 'evidence/keys.yaml': 'l' });
  expect(rewrittenRecords(base, head).map((p) => `${p.file} ${p.message}`)).toEqual([
    'evidence/log/00000001.json changes a record',
    'evidence/log/00000002.json takes a record away',
  ]);
});

const commit = 'c0ffee'.padEnd(40, '1');
const report = (outcome: 'allow' | 'deny' | 'undecided') => ({
  outcome,
  head: commit.slice(0, 12),
  reasons: ['a tool is missing'],
  evidence: { policyBundles: [sha256Of('policies')], engine: 'abc', renderer: 'v5.8.1' },
});
const facts = {
  commit,
  tree: commit,
  reportSha256: sha256Of('report'),
  resource: 'git+https://example.com/f.git',
  verifier: 'https://example.com/gate',
  time: instant(99),
};

test.each([
  ['allow', 'PASSED'],
  ['deny', 'FAILED'],
] as const)('a merge that the gate would %s is summed up as %s, and its record verifies', (outcome, result) => {
  const input = mergeSummary(report(outcome), facts);
  expect(input.predicate).toMatchObject({ verificationResult: result });
  const { file, bytes } = appendRecord(store, input, setup);
  expect(verifyEvidence(new Map(store).set(file, bytes), setup.inspect).problems).toEqual([]);
  const payload = JSON.parse(Buffer.from(JSON.parse(bytes.toString()).payload, 'base64').toString());
  expect(payload).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/verification_summary/v1' });
});

test('without a verdict, or for another commit, there is no summary', () => {
  expect(() => mergeSummary(report('undecided'), facts)).toThrow('nothing to attest');
  expect(() => mergeSummary({ ...report('allow'), head: 'f'.repeat(12) }, facts)).toThrow('the report judged');
  expect(() => mergeSummary({ ...report('allow'), head: 'working tree' }, facts)).toThrow('the report judged');
});
