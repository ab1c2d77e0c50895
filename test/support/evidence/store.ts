import { generateKeyPairSync } from 'node:crypto';
import { appendRecord, sealInput } from '#evidence/append.ts';
import { envelopeFile, keyIdOf, type Signer, sha256Of } from '#evidence/envelope.ts';
import { createInspect } from '#evidence/inspect.ts';
import type { KeyRing, TrustedKey } from '#evidence/keys.ts';
import { recordFile } from '#evidence/places.ts';
import { type EvidenceKind, type EvidenceRecord, evidenceInput, evidenceKinds } from '#model/evidence.ts';

export interface TestKey {
  readonly signer: Signer;
  readonly trusted: TrustedKey;
}

/** A real Ed25519 key, made anew. */
export const makeKey = (terms: { kinds?: EvidenceKind[]; validFrom?: string; validUntil?: string } = {}): TestKey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const id = keyIdOf(publicKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const { kinds = [...evidenceKinds], validFrom = instant(0), validUntil } = terms;
  const trusted = { id, publicKey: spki, owner: 'a test', kinds, validFrom, ...(validUntil === undefined ? {} : { validUntil }), key: publicKey };
  return { signer: { keyId: id, privateKey }, trusted };
};

export const ringOf = (...keys: readonly TestKey[]): KeyRing => new Map(keys.map(({ trusted }) => [trusted.id, trusted]));

/** So many minutes after the start of 2027. */
export const instant = (minutes: number): string => new Date(Date.UTC(2027, 0, 1) + minutes * 60_000).toISOString();

export const moveInput = (chain: string, id: string, minutes: number, release = '1.0.0') => {
  const [agent = '', ring = ''] = chain.split('/');
  const hash = sha256Of(`${chain} ${release}`);
  return {
    kind: 'promotion' as const,
    chain,
    id,
    time: instant(minutes),
    subject: [{ name: `${agent} ${release}`, digest: { sha256: hash } }],
    predicate: {
      agent,
      ring,
      release,
      pinCommit: hash.slice(0, 40),
      renderSha256: hash,
      policySha256: sha256Of('policies'),
      decision: { outcome: 'allow', reasons: ['every rule allows'] },
      observations: [{ query: 'sum(rate(decisions_total[5m]))', result: '41.5', samples: 12 }],
    },
    evidence: [] as string[],
  };
};

/** A store through the same functions that the commands use: `rounds` records in each chain, sealed after each round. */
export const buildStore = (chains: readonly string[], rounds: number, key: TestKey): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  const setup = { signer: key.signer, inspect: createInspect(ringOf(key)), tool: 'test' };
  const append = (input: unknown): void => {
    const { file, bytes } = appendRecord(files, input, setup);
    files.set(file, bytes);
  };
  const start = { kind: 'genesis', chain: 'log', id: 'genesis', time: instant(0), subject: [{ name: 'fleet', digest: { sha256: sha256Of('fleet') } }] };
  append({ ...start, predicate: { reason: 'first record' } });
  for (let round = 1; round <= rounds; round++) {
    for (const chain of chains) append(moveInput(chain, `move-${round}`, round * 10, `1.${round}.0`));
    append(sealInput(files, setup.inspect, instant(round * 10 + 1)));
  }
  return files;
};

/** Signs a record as it is, wherever it claims to stand. */
export const forge = (input: ReturnType<typeof moveInput>, place: Pick<EvidenceRecord, 'sequence' | 'previous'>, { signer }: TestKey): [string, Buffer] => [
  recordFile(input.chain, place.sequence),
  envelopeFile({ ...evidenceInput.parse(input), ...place, tool: 'test' }, signer),
];
