import type { Schema } from '#model/schema.ts';
import { asList, isFields } from '#util/manifest.ts';
import { formatProblem, matchesPattern } from './formats.ts';

interface ValueProblem {
  readonly message: string;
  /** True when nobody can say whether the value is wrong. */
  readonly open?: true;
}

const typeChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isFields,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
};

/** Types that the value may have; none named means any. */
export const typesOf = (schema: Schema): readonly string[] => {
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string') return ['integer', 'string'];
  if (typeof schema['type'] === 'string') return [schema['type']];
  const forms = asList(schema['oneOf']).filter(isFields);
  return forms.every(onlyNamesType) ? forms.map((form) => String(form['type'])) : [];
};

/** A form that only repeats one of the types, as int-or-string has them. */
export const onlyNamesType = (form: Schema): boolean => Object.keys(form).join() === 'type';

export const hasType = (value: unknown, types: readonly string[]): boolean => types.length === 0 || types.some((type) => typeChecks[type]?.(value) === true);

/** Name of a value's type for people. */
export const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/** What is wrong with a value; undefined when nothing is, or when the check is about values of another type. */
export type Check = (value: unknown) => ValueProblem | undefined;

type Family = 'string' | 'number' | 'array' | 'object';
type Bound = readonly [family: Family, holds: (value: never, limit: number) => boolean, wording: (limit: number) => string];

const letters = (text: string): number => [...text].length;

const bounds: Readonly<Record<string, Bound>> = {
  minLength: ['string', (value: string, limit) => letters(value) >= limit, (limit) => `must have at least ${limit} characters`],
  maxLength: ['string', (value: string, limit) => letters(value) <= limit, (limit) => `must have at most ${limit} characters`],
  multipleOf: ['number', (value: number, limit) => value % limit === 0, (limit) => `must be a multiple of ${limit}`],
  minItems: ['array', (value: unknown[], limit) => value.length >= limit, (limit) => `must have at least ${limit} items`],
  maxItems: ['array', (value: unknown[], limit) => value.length <= limit, (limit) => `must have at most ${limit} items`],
  minProperties: ['object', (value: object, limit) => Object.keys(value).length >= limit, (limit) => `must have at least ${limit} fields`],
  maxProperties: ['object', (value: object, limit) => Object.keys(value).length <= limit, (limit) => `must have at most ${limit} fields`],
};

/** Checks of a value without what is inside it: one for each keyword that the schema has. */
export const checksOf = (schema: Schema): Check[] => {
  const checks = Object.entries(bounds).flatMap(([keyword, bound]) => {
    const limit = schema[keyword];
    return typeof limit === 'number' ? [boundCheck(bound, limit)] : [];
  });
  const { minimum, maximum, format, pattern } = schema;
  if (typeof minimum === 'number') checks.push(leastCheck(minimum, schema['exclusiveMinimum'] === true));
  if (typeof maximum === 'number') checks.push(mostCheck(maximum, schema['exclusiveMaximum'] === true));
  if (typeof format === 'string') checks.push((value) => problem(formatProblem(value, format)));
  const allowed = asList(schema['enum']);
  if (allowed.length > 0) checks.push((value) => problem(enumProblem(value, allowed)));
  if (typeof pattern === 'string') checks.push((value) => patternProblem(value, pattern));
  return checks;
};

const problem = (message: string | undefined): ValueProblem | undefined => (message === undefined ? undefined : { message });

const boundCheck =
  ([family, holds, wording]: Bound, limit: number): Check =>
  (value) =>
    familyOf(value) !== family || holds(value as never, limit) ? undefined : { message: wording(limit) };

const familyOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

const leastCheck =
  (limit: number, exclusive: boolean): Check =>
  (value) =>
    typeof value === 'number' && (value < limit || (exclusive && value === limit))
      ? { message: `must be ${exclusive ? 'more than' : 'at least'} ${limit}` }
      : undefined;

const mostCheck =
  (limit: number, exclusive: boolean): Check =>
  (value) =>
    typeof value === 'number' && (value > limit || (exclusive && value === limit))
      ? { message: `must be ${exclusive ? 'less than' : 'at most'} ${limit}` }
      : undefined;

const enumProblem = (value: unknown, allowed: readonly unknown[]): string | undefined => {
  if (allowed.some((one) => one === value || JSON.stringify(one) === JSON.stringify(value))) return undefined;
  return `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.map((one) => (one === '' ? '""' : String(one))).join(', ')}`;
};

const patternProblem = (value: unknown, pattern: string): ValueProblem | undefined => {
  if (typeof value !== 'string') return undefined;
  const matches = matchesPattern(value, pattern);
  if (matches === true) return undefined;
  return matches === false ? { message: `must match ${pattern}` } : { message: `can not be compared with ${pattern} here`, open: true };
};
