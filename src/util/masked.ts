import type { Manifest } from '#model/ports.ts';
import { isFields } from './manifest.ts';

/** Writes values so that people see what differs, and nobody can read a credential. */
export interface Mask {
  /** The object with its credentials masked; the same object where it has none. */
  readonly object: (object: Manifest) => Manifest;
  /** A value of an object of this kind, at the path for machines; `named` is the name of the list item that it belongs to. */
  readonly value: (kind: string, path: readonly (string | number)[], value: unknown, named?: string) => unknown;
}

/** Fields of a Secret that hold nothing secret; whatever else it has is masked, misspelt fields too. */
const openFields = new Set<unknown>(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);

/** `kubectl apply` writes the whole object there. */
const appliedCopy = 'kubectl.kubernetes.io/last-applied-configuration';

/** A name that promises a credential; `secretName` and `tokenPath` end in another word and are none. */
const promising = /(?:passw(?:or)?d|passphrase|secret|token|api[_.-]?key|(?:secret|access|private)[_.-]?key|credential)s?$/i;

/** Material that goes on over many lines. */
const keyMaterial = /PRIVATE KEY|AGE-SECRET-KEY-1|PuTTY-User-Key-File|LS0tLS1CRUdJTi/;

/** Credentials that stand on one line. */
const shapes = [
  /\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}|\bAccountKey=/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_|\bxox[abeoprs]-[0-9A-Za-z-]{10,}|\bglpat-|\bnpm_[A-Za-z0-9]{36}|\bhvs\.[A-Za-z0-9_-]{20,}|\bsk_live_|\bSG\.[\w-]{22}\./,
  /\beyJ[\w-]{10,4000}\.eyJ/,
  /authorization["']?\s*[=:]\s*["']?(?:basic|bearer)\s|"auth"\s*:/i,
  /:\/\/[^/"\s:]{0,200}:[^/"\s@]{0,200}@/,
  /(?:passw(?:or)?d|passphrase|api[_-]?key|(?:secret|access|private)[_-]?key|token|secret|credential)s?["']?\s*[=:]\s*["']?[^\s"']{4,}/i,
];

interface Site {
  readonly isSecret: boolean;
  readonly isBase64: boolean;
  /** The nearest name above the value: its key, or the name of its list item. */
  readonly name: string;
}

/**
 * Masks all of a Secret but its metadata, and elsewhere what looks like a credential: wider than the rule that denies, since a value too
 * many hidden costs little. Equal values get equal numbers, in the order in which they are met; no hash is shown, because short
 * secrets could be found from it by trying.
 */
export const createMask = (): Mask => {
  const numbers = new Map<string, number>();
  const masked = (value: unknown, isBase64: boolean): string => {
    const text = plainOf(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), isBase64);
    const number = numbers.get(text) ?? numbers.size + 1;
    numbers.set(text, number);
    return `(masked value ${number}, ${lengthClass(text.length)})`;
  };
  const within = (value: unknown, site: Site): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown, i) => within(item, { ...site, name: optionBefore(value, i) ?? site.name }));
    if (isFields(value)) return fieldsWithin(value, site);
    if (site.isSecret && value !== null) return masked(value, site.isBase64);
    return typeof value === 'string' ? textWithin(value, site.name) : value;
  };
  const textWithin = (text: string, name: string): string => {
    if (keyMaterial.test(text) || isNamedCredential(name, text)) return masked(text, false);
    if (!shapes.some((shape) => shape.test(text))) return text;
    return text
      .split('\n')
      .map((line) => (shapes.some((shape) => shape.test(line)) ? masked(line, false) : line))
      .join('\n');
  };
  const fieldsWithin = (fields: Readonly<Record<string, unknown>>, site: Site): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).map(([key, inner]) => {
        const own = key === 'value' && typeof fields['name'] === 'string' ? fields['name'] : key;
        return [key, within(inner, { ...site, name: own, isSecret: site.isSecret || key === appliedCopy })];
      }),
    );
  const value: Mask['value'] = (kind, path, inner, named) => {
    if (kind === 'Secret' && path.length === 0 && isFields(inner)) return secretWithin(inner);
    const isSecret = (kind === 'Secret' && !openFields.has(path[0])) || path.includes(appliedCopy);
    const key = path.findLast((part) => typeof part === 'string');
    const name = key === 'value' ? (named ?? key) : String(key ?? '');
    return within(inner, { isSecret, isBase64: path[0] === 'data', name });
  };
  const secretWithin = (secret: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(secret).map(([key, inner]) => [key, value('Secret', [key], inner)]));
  return { value, object: (object) => value(String(object['kind']), [], object) as Manifest };
};

/** A path, a placeholder and a word of two values are no credential, whatever their name promises. */
const isNamedCredential = (name: string, text: string): boolean => text.length >= 4 && promising.test(name) && !/^(?:[\s$/]|true$|false$)/.test(text);

/** `--password` in a list of arguments names what stands behind it. */
const optionBefore = (items: readonly unknown[], index: number): string | undefined => {
  const before = items[index - 1];
  return typeof before === 'string' && /^-[^=\s]+$/.test(before) ? before : undefined;
};

const plainOf = (text: string, isBase64: boolean): string =>
  isBase64 && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ? Buffer.from(text, 'base64').toString('latin1') : text;

/** Powers of two: enough to see that a value was emptied or cut, too little to guess it. */
const lengthClass = (length: number): string => {
  if (length === 0) return 'empty';
  const most = 2 ** Math.max(3, Math.ceil(Math.log2(length)));
  return most === 8 ? 'up to 8 characters' : `${most / 2 + 1} to ${most} characters`;
};
