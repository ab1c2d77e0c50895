import type { Manifest } from '#model/ports.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of a list; none where the value is no list. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Value at a path of keys, or undefined. */
export const valueAt = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof key === 'number' ? (Array.isArray(inner) ? inner[key] : undefined) : isFields(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    value,
  );

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
};

/** `<apiVersion>/<kind>/<namespace or ->/<name>`: how an object is named everywhere in findings and reports. */
export const objectId = (manifest: Manifest): string =>
  `${textAt(manifest, 'apiVersion')}/${textAt(manifest, 'kind')}/${textAt(manifest, 'metadata', 'namespace') || '-'}/${textAt(manifest, 'metadata', 'name')}`;

export const labelOf = (manifest: Manifest, label: string): string => textAt(manifest, 'metadata', 'labels', label);

/** Text of a path for people: `spec.containers[0].image`. */
export const formatPath = (path: readonly (string | number)[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : /^[\w-]+$/.test(key) ? `${i === 0 ? '' : '.'}${key}` : `["${key}"]`)).join('');

/** What kustomize appends to the name of a generated object: ten digits of the hash of its content. */
export const hashSuffix = /-[bcdfghkmt2456789]{10}$/;
