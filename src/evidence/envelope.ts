import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type EvidenceRecord, statementOf } from '#model/evidence.ts';
import { canonicalJson } from './canonical.ts';

/** Signs records: an Ed25519 private key, and the id that the keys file knows it by. */
export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

export const payloadType = 'application/vnd.in-toto+json';

/** SHA-256, 64 hex digits. */
export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** What DSSE signs: type and payload with their lengths, so that neither can pass for a part of the other. */
export const preAuthEncoding = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

/** Id of a key: SHA-256 of its public half as SubjectPublicKeyInfo, DER. */
export const keyIdOf = (key: KeyObject): string => sha256Of((key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }));

/** The file of a signed record: one line of canonical JSON. */
export const envelopeFile = (record: EvidenceRecord, { keyId, privateKey }: Signer): Buffer => {
  const payload = Buffer.from(canonicalJson(statementOf(record)));
  const sig = sign(null, preAuthEncoding(payloadType, payload), privateKey).toString('base64');
  return Buffer.from(`${canonicalJson({ payload: payload.toString('base64'), payloadType, signatures: [{ keyid: keyId, sig }] })}\n`);
};
