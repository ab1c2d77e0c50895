import { verify } from 'node:crypto';
import { messageOf } from '#model/errors.ts';
import { dsseEnvelope, type EvidenceRecord, evidenceRecord } from '#model/evidence.ts';
import { canonicalJson } from './canonical.ts';
import { payloadType, preAuthEncoding, sha256Of } from './envelope.ts';
import type { KeyRing, TrustedKey } from './keys.ts';

/** A record whose form, signature and key are good; where it stands has not been looked at. */
export interface Inspected {
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly record: EvidenceRecord;
  readonly key: TrustedKey;
}

/** Looks at one file alone: an inspected record, or what is wrong with it. */
export type Inspect = (bytes: Buffer) => Inspected | string;

/** Inspects with trusted keys; the same buffer is looked at once. */
export const createInspect = (keys: KeyRing): Inspect => {
  const known = new WeakMap<Buffer, Inspected | string>();
  return (bytes) => {
    const found = known.get(bytes) ?? inspectFile(bytes, keys);
    known.set(bytes, found);
    return found;
  };
};

const inspectFile = (bytes: Buffer, keys: KeyRing): Inspected | string => {
  try {
    return inspectEnvelope(bytes, keys);
  } catch (error) {
    return `can not be read: ${messageOf(error)}`;
  }
};

const inspectEnvelope = (bytes: Buffer, keys: KeyRing): Inspected | string => {
  const envelope = dsseEnvelope.safeParse(parseExact(bytes, '\n'));
  if (!envelope.success) return `is no envelope: ${issueOf(envelope.error.issues)}`;
  const [{ keyid, sig }] = envelope.data.signatures;
  const key = keys.get(keyid);
  if (key === undefined) return `is signed by an unknown key, ${keyid}`;
  const payload = exactBase64(envelope.data.payload);
  if (!verify(null, preAuthEncoding(payloadType, payload), key.key, exactBase64(sig))) return 'does not match its signature';
  const record = evidenceRecord.safeParse(parseExact(payload, ''));
  if (!record.success) return `holds no record: ${issueOf(record.error.issues)}`;
  const reason = keyProblem(record.data, key);
  return reason ?? { hash: sha256Of(bytes), record: record.data, key };
};

const keyProblem = ({ kind, time }: EvidenceRecord, key: TrustedKey): string | undefined => {
  if (!key.kinds.includes(kind)) return `is a ${kind}, which the key ${key.id} may not sign`;
  if (time < key.validFrom) return `is of ${time}, before the key ${key.id} was valid (from ${key.validFrom})`;
  if (key.validUntil !== undefined && time >= key.validUntil) return `is of ${time}, when the key ${key.id} had ended (${key.validUntil})`;
  return undefined;
};

const issueOf = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string =>
  issues.map((i) => `${i.path.join('.')} ${i.message}`.trim()).join('; ');

/** JSON that is written in the one canonical way: no second spelling of a record passes, whoever wrote it. */
const parseExact = (bytes: Buffer, end: string): unknown => {
  const text = bytes.toString();
  const value: unknown = JSON.parse(text);
  if (!Buffer.from(`${canonicalJson(value)}${end}`).equals(bytes)) throw new Error('it is not written as canonical JSON');
  return value;
};

const exactBase64 = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('it is not written as plain base64');
  return bytes;
};
