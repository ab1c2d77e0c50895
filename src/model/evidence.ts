import { z } from 'zod';

/** SHA-256 as 64 lower-case hex digits. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be SHA-256 as 64 lower-case hex digits');
const gitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full Git id');
/** An instant, UTC, with milliseconds: of fixed length, so that text order is time order. */
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be an instant like 2027-01-31T09:30:00.000Z');
const text = z.string().min(1).max(2000);

export const evidenceKinds = ['genesis', 'key-rotation', 'seal', 'merge', 'promotion', 'revert', 'hold', 'break-glass'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** One chain of records: `log`, `merges`, or an agent and a ring, like `anomaly-watch/r1`. `log` holds the seals. */
const chainName = z.string().regex(/^(?:log|merges|[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62})$/, 'must be log, merges or <agent>/<ring>');

const predicateTypes: Readonly<Record<EvidenceKind, string>> = {
  merge: 'https://slsa.dev/verification_summary/v1',
  genesis: 'urn:ranfleet:evidence:genesis:v1',
  'key-rotation': 'urn:ranfleet:evidence:key-rotation:v1',
  seal: 'urn:ranfleet:evidence:seal:v1',
  promotion: 'urn:ranfleet:evidence:promotion:v1',
  revert: 'urn:ranfleet:evidence:revert:v1',
  hold: 'urn:ranfleet:evidence:hold:v1',
  'break-glass': 'urn:ranfleet:evidence:break-glass:v1',
};

/** in-toto's ResourceDescriptor, as far as it is used: a name and what its content comes to. */
const subject = z.strictObject({
  name: text,
  digest: z
    .strictObject({ sha256: sha256.optional(), gitCommit: gitId.optional(), gitTree: gitId.optional() })
    .refine((d) => Object.keys(d).length > 0, 'needs a digest'),
});

const decision = z.strictObject({ outcome: z.enum(['allow', 'deny', 'undecided']), reasons: z.array(text).min(1).max(100) });

/** One question that was put to the metrics, and what came back. */
const observation = z.strictObject({ query: text, result: text, samples: z.int().min(0) });

/** What moved in a ring, why, and on what grounds (promotion.md, section 6). */
const move = z.strictObject({
  agent: text,
  ring: text,
  release: text,
  /** The release that stood there before, in a revert the one that was taken back; absent at the first. */
  previousRelease: text.optional(),
  /** The commit that set the pin; in a record of the same commit, the one before it. */
  pinCommit: gitId,
  configuration: text.optional(),
  renderSha256: sha256,
  policySha256: sha256,
  decision,
  observations: z.array(observation).max(1000),
  soak: z.strictObject({ start: instant, end: instant }).optional(),
  clusters: z.array(text).max(2000).optional(),
  /** Numeric ids of people, no names: erasure of a name must leave the chain whole. */
  pull: z.strictObject({ number: z.int().min(1), author: z.int().min(1), approvers: z.array(z.int().min(1)) }).optional(),
});

export type EvidenceMove = z.infer<typeof move>;

/** SLSA's verification summary, version 1. */
const verificationSummary = z.strictObject({
  verifier: z.strictObject({ id: text, version: z.record(text, text).optional() }),
  timeVerified: instant,
  resourceUri: text,
  policy: z.strictObject({ uri: text, digest: z.strictObject({ sha256 }) }),
  inputAttestations: z.array(z.strictObject({ uri: text, digest: z.strictObject({ sha256 }) })).optional(),
  verificationResult: z.enum(['PASSED', 'FAILED']),
  verifiedLevels: z.array(z.string().regex(/^(?:SLSA_SOURCE_LEVEL_[0-3]|ORG_SOURCE_[A-Z0-9_]+)$/)),
});

const head = z.strictObject({ sequence: z.int().min(1), sha256 });

const predicates = {
  merge: verificationSummary,
  genesis: z.strictObject({ reason: text }),
  'key-rotation': z.strictObject({ added: z.array(sha256), retired: z.array(sha256), reason: text }),
  /** Heads of the chains that grew since the seal before. */
  seal: z.strictObject({ heads: z.record(chainName, head) }),
  promotion: move,
  revert: move,
  hold: move,
  'break-glass': move,
} as const satisfies Record<EvidenceKind, z.ZodType>;

/** What a writer hands in: everything that does not follow from the place in the chain. */
export const evidenceInput = z
  .strictObject({
    kind: z.enum(evidenceKinds),
    chain: chainName,
    /** Handing in one id twice leaves one record. */
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}$/, 'must be 1 to 200 letters, digits or ._:/@-'),
    time: instant,
    subject: z.array(subject).min(1).max(2000),
    predicate: z.unknown(),
    /** Records that this one rests on, like that of the ring before. */
    evidence: z.array(sha256).max(100).default([]),
  })
  .superRefine((input, ctx) => {
    for (const issue of predicates[input.kind].safeParse(input.predicate).error?.issues ?? [])
      ctx.addIssue({ code: 'custom', message: issue.message, path: ['predicate', ...issue.path] });
    const isLog = ['genesis', 'key-rotation', 'seal'].includes(input.kind);
    if (isLog !== (input.chain === 'log') || (input.kind === 'merge') !== (input.chain === 'merges'))
      ctx.addIssue({ code: 'custom', message: `a ${input.kind} does not belong into ${input.chain}`, path: ['chain'] });
    const { agent, ring } = Object(input.predicate) as { agent?: unknown; ring?: unknown };
    if (agent !== undefined && input.chain !== `${agent}/${ring}`)
      ctx.addIssue({ code: 'custom', message: `a record of ${agent} in ${ring} does not belong into ${input.chain}`, path: ['chain'] });
  });
export type EvidenceInput = z.infer<typeof evidenceInput>;

/** A record as it is signed: an in-toto Statement v1 that also says where it stands. Readers of in-toto pass over the field `ranfleet`. */
export const evidenceRecord = z
  .strictObject({
    _type: z.literal('https://in-toto.io/Statement/v1'),
    subject: z.unknown(),
    predicateType: z.string(),
    predicate: z.unknown(),
    ranfleet: z.strictObject({
      chain: z.unknown(),
      sequence: z.int().min(1),
      /** SHA-256 of the file of the record before; null for the first. */
      previous: sha256.nullable(),
      kind: z.unknown(),
      id: z.unknown(),
      time: z.unknown(),
      evidence: z.unknown(),
      tool: text,
    }),
  })
  .transform(({ subject, predicateType, predicate, ranfleet: { sequence, previous, tool, ...link } }, ctx) => {
    const input = evidenceInput.safeParse({ ...link, subject, predicate });
    for (const issue of input.error?.issues ?? []) ctx.addIssue({ code: 'custom', message: issue.message, path: issue.path });
    if (!input.success) return z.NEVER;
    if (predicateTypes[input.data.kind] !== predicateType)
      ctx.addIssue({ code: 'custom', message: `a ${input.data.kind} has another predicateType`, path: ['predicateType'] });
    return { ...input.data, sequence, previous, tool };
  });
export type EvidenceRecord = z.infer<typeof evidenceRecord>;

/** The document that is signed for one record. */
export const statementOf = ({ subject, predicate, chain, kind, id, time, evidence, sequence, previous, tool }: EvidenceRecord): object => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: predicateTypes[kind],
  predicate,
  ranfleet: { chain, sequence, previous, kind, id, time, evidence, tool },
});

/** What a record says of a pin; undefined for records about something else. */
export const moveOf = ({ kind, predicate }: EvidenceRecord): EvidenceMove | undefined =>
  kind === 'promotion' || kind === 'revert' || kind === 'hold' || kind === 'break-glass' ? move.parse(predicate) : undefined;

export type SealedHead = z.infer<typeof head>;

/** Heads that a seal pins, by chain. */
export const headsOf = ({ kind, predicate }: EvidenceRecord): Readonly<Record<string, SealedHead>> =>
  kind === 'seal' ? (predicates.seal.parse(predicate).heads ?? {}) : {};

/** A DSSE envelope with one signature. */
export const dsseEnvelope = z.strictObject({
  payloadType: z.literal('application/vnd.in-toto+json'),
  payload: z.string(),
  signatures: z.tuple([z.strictObject({ keyid: sha256, sig: z.string() })]),
});

const evidenceKey = z.strictObject({
  /** SHA-256 of the public key as SubjectPublicKeyInfo, DER. */
  id: sha256,
  /** Ed25519, SubjectPublicKeyInfo, DER, base64. */
  publicKey: text,
  owner: text,
  /** What it may sign. */
  kinds: z.array(z.enum(evidenceKinds)).min(1),
  validFrom: instant,
  validUntil: instant.optional(),
});
export type EvidenceKey = z.infer<typeof evidenceKey>;

export const evidenceKeys = z.strictObject({ keys: z.array(evidenceKey).min(1) });

/** What is wrong, and in which file. */
export interface EvidenceProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** The folder of all records, and the public keys in it. */
export const evidenceFolder = 'evidence';
