import type { Schema } from '#model/schema.ts';
import { asList, isFields, valueAt } from '#util/manifest.ts';

export interface Repeated {
  readonly index: number;
  /** What the items have in common. */
  readonly key: string;
}

/** Items of a set, or of a list keyed by fields, that an earlier item already is. */
export const repeatedItems = (items: readonly unknown[], schema: Schema, itemSchema: Schema): Repeated[] => {
  const keyOf = keyFor(schema, itemSchema);
  if (!keyOf || items.length < 2) return [];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === undefined) return [];
    if (seen.has(key)) return [{ index, key }];
    seen.add(key);
    return [];
  });
};

const keyFor = (schema: Schema, itemSchema: Schema): ((item: unknown) => string | undefined) | undefined => {
  if (schema['x-kubernetes-list-type'] === 'set' || schema['uniqueItems'] === true) return (item) => JSON.stringify(item);
  const keys = asList(schema['x-kubernetes-list-map-keys']).filter((key) => typeof key === 'string');
  if (schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0) return undefined;
  return (item) =>
    isFields(item) ? keys.map((key) => `${key} ${text(item[key] ?? valueAt(itemSchema, 'properties', key, 'default'))}`).join(', ') : undefined;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '(none)'));
