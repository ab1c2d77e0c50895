import { asList, isFields, textAt } from '../../src/util/manifest.ts';

const texts = ['description', 'example', 'title', 'externalDocs'];
const maps = ['properties', 'definitions'];
const lists = ['allOf', 'anyOf', 'oneOf'];

/** The schema without its prose; a lone `allOf` around a reference, which only carries a default, becomes the reference. */
export const compact = (schema: unknown): unknown => {
  if (!isFields(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => !texts.includes(key));
  const short = Object.fromEntries(
    entries.map(([key, value]): [string, unknown] => {
      if (maps.includes(key) && isFields(value)) return [key, Object.fromEntries(Object.entries(value).map(([k, v]) => [k, compact(v)]))];
      if (lists.includes(key)) return [key, asList(value).map(compact)];
      return [key, ['items', 'additionalProperties', 'not'].includes(key) ? compact(value) : value];
    }),
  );
  const [only, ...others] = asList(short['allOf']);
  const reference = textAt(only, '$ref');
  if (reference === '' || others.length > 0) return short;
  const { allOf: _, ...rest } = short;
  return { ...rest, $ref: reference };
};
