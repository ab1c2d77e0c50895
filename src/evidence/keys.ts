import { createPublicKey, type KeyObject } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { GateError, messageOf } from '#model/errors.ts';
import { type EvidenceKey, evidenceKeys } from '#model/evidence.ts';
import { keyIdOf } from './envelope.ts';

export interface TrustedKey extends EvidenceKey {
  readonly key: KeyObject;
}

/** Trusted keys by id. */
export type KeyRing = ReadonlyMap<string, TrustedKey>;

/**
 * Reads a keys file.
 * @param file its name, for messages
 * @throws GateError GATE_MALFORMED with file and line
 */
export const readKeys = (file: string, text: string): KeyRing => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let end = path.length; end > 0; end--) {
      const node = document.getIn(path.slice(0, end), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const [error] = document.errors;
  if (error) throw malformed(file, error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? '');
  const parsed = evidenceKeys.safeParse(document.toJS());
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success) throw malformed(file, lineOf(issue?.path ?? []), `${issue?.path.join('.')} ${issue?.message}`);
  const ring = new Map<string, TrustedKey>();
  for (const [i, entry] of parsed.data.keys.entries()) {
    const at = lineOf(['keys', i]);
    const key = publicKeyOf(entry, (message) => malformed(file, at, message));
    if (ring.has(entry.id)) throw malformed(file, at, `holds the key ${entry.id} twice`);
    if (keyIdOf(key) !== entry.id) throw malformed(file, at, `names the key ${entry.id}, whose public half has the id ${keyIdOf(key)}`);
    ring.set(entry.id, { ...entry, key });
  }
  return ring;
};

const publicKeyOf = ({ publicKey }: EvidenceKey, fault: (message: string) => GateError): KeyObject => {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch (cause) {
    throw fault(`holds a public key that can not be read: ${messageOf(cause)}`);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw fault(`holds a key of type ${key.asymmetricKeyType}; only ed25519 is trusted`);
  return key;
};

const malformed = (file: string, line: number, message: string): GateError =>
  new GateError('GATE_MALFORMED', 'usage', `${file}:${line}: ${message}`, { hint: 'docs/evidence.md shows a keys file.' });
