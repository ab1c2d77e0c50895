import type { Schema } from '#model/schema.ts';
import { isFields } from '#util/manifest.ts';

/**
 * A value as the server has it after it put in the defaults of a CRD: an absent field takes its default, a null that is not allowed
 * counts as absent. Pure; fields that the schema does not name stay as they are.
 */
export const withDefaults = (value: unknown, schema: Schema | undefined): unknown => {
  if (!schema) return value;
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, fieldIn(schema, 'items')));
  if (!isFields(value)) return value;
  const properties = propertiesOf(schema);
  const filled = Object.entries(properties).flatMap(([field, inner]): [string, unknown][] => {
    const given = absent(value[field], inner) ? inner['default'] : value[field];
    return given === undefined ? [] : [[field, withDefaults(given, inner)]];
  });
  const rest = fieldIn(schema, 'additionalProperties');
  const others = Object.entries(value).filter(([field]) => !Object.hasOwn(properties, field));
  return Object.fromEntries([...others.map(([field, inner]): [string, unknown] => [field, withDefaults(inner, rest)]), ...filled]);
};

const absent = (value: unknown, schema: Schema): boolean => value === undefined || (value === null && schema['nullable'] !== true);

export const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> => {
  const properties = schema['properties'];
  return isFields(properties) ? (properties as Readonly<Record<string, Schema>>) : {};
};

/** The schema under a keyword, `items` or `additionalProperties`; undefined where there is none. */
export const fieldIn = (schema: Schema, keyword: string): Schema | undefined => {
  const inner = schema[keyword];
  return isFields(inner) ? inner : undefined;
};
