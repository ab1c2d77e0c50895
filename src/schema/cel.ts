import { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '#model/errors.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Schema } from '#model/schema.ts';
import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';
import { fieldIn, propertiesOf, withDefaults } from './defaults.ts';

/** What a CEL rule of a CRD says about one value. */
export interface CelProblem {
  readonly path: JsonPath;
  readonly message: string;
  /** False when the rule could not be evaluated here: nobody can say what the server would do. */
  readonly certain: boolean;
}

class Url {
  readonly url: URL;
  constructor(text: string) {
    this.url = new URL(text);
  }
}

/** CEL with the functions of Kubernetes that rules of the pinned CRDs call; `isIP` is not among them. */
const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true })
  .registerType('URL', { ctor: Url })
  .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
  .registerFunction('url(string): URL', (text: string) => new Url(text))
  .registerFunction('URL.getScheme(): string', ({ url }: Url) => url.protocol.slice(0, -1));

/** The package (8.0) takes only names and dots in `has`, so that an item of a list is asked by an optional instead. */
const spelled = (expression: string): string => expression.replace(/\bhas\(([\w.]+\[\d+\])\.(\w+)\)/g, '$1.?$2.hasValue()');

const parsed = new Map<string, (context: { self: unknown }) => unknown>();

const evaluate = (expression: string, self: unknown): unknown => {
  const known = parsed.get(expression) ?? environment.parse(spelled(expression));
  parsed.set(expression, known);
  return known({ self });
};

/**
 * Evaluates the rules (`x-kubernetes-validations`) of a CRD over an object that meets the rest of its schema, as the server does when
 * it creates the object. Rules about `oldSelf` compare with the object before, and hold for a new one.
 */
export const celProblems = (object: Fields, schema: Schema): CelProblem[] => {
  if (!hasRules(schema)) return [];
  const problems: CelProblem[] = [];
  visit(withDefaults(object, schema), schema, [], problems);
  return problems;
};

const visit = (value: unknown, schema: Schema, path: JsonPath, problems: CelProblem[]): void => {
  if (value === undefined || value === null || !hasRules(schema)) return;
  const rules = asList(schema['x-kubernetes-validations']);
  const self = rules.length > 0 ? celValue(value, schema) : undefined;
  for (const rule of rules) problems.push(...judge(self, rule, path));
  for (const [key, child, inner] of childrenOf(value, schema)) visit(child, inner, [...path, key], problems);
};

const childrenOf = (value: unknown, schema: Schema): [string | number, unknown, Schema][] => {
  const items = fieldIn(schema, 'items');
  if (Array.isArray(value)) return items ? value.map((child, i) => [i, child, items]) : [];
  if (!isFields(value)) return [];
  const properties = propertiesOf(schema);
  const rest = fieldIn(schema, 'additionalProperties');
  return Object.entries(value).flatMap(([key, child]): [string, unknown, Schema][] => {
    const inner = Object.hasOwn(properties, key) ? properties[key] : rest;
    return inner ? [[key, child, inner]] : [];
  });
};

const judge = (self: unknown, rule: unknown, path: JsonPath): CelProblem[] => {
  const expression = textAt(rule, 'rule').trim();
  if (/\boldSelf\b/.test(expression)) return [];
  try {
    if (evaluate(expression, self) === true) return [];
    return [{ path, certain: true, message: messageFor(rule, expression, self) }];
  } catch (error) {
    const why = messageOf(error).split('\n', 1)[0];
    return [{ path, certain: false, message: `has a rule that can not be evaluated here (${why}): ${expression}` }];
  }
};

/** The CRD's own words: a text, or an expression that makes one. */
const messageFor = (rule: unknown, expression: string, self: unknown): string => {
  const text = textAt(rule, 'message') || made(textAt(rule, 'messageExpression'), self);
  return `breaks a rule of its kind: ${text || expression}`;
};

const made = (expression: string, self: unknown): string => {
  try {
    return expression === '' ? '' : String(evaluate(expression, self));
  } catch {
    return ''; // the rule itself is told instead
  }
};

/** Names that CEL keeps for itself, and how Kubernetes spells a field of that name. */
const reserved = new Set('true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '));
const signs: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

const escaped = (field: string): string => (reserved.has(field) ? `__${field}__` : field.replace(/__|[.\-/]/g, (sign) => signs[sign] ?? sign));

/** A value as CEL sees it: whole numbers are integers where the schema says so, and named fields are escaped. */
const celValue = (value: unknown, schema: Schema | undefined): unknown => {
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema && fieldIn(schema, 'items')));
  if (!isFields(value)) return Number.isInteger(value) && schema?.['type'] !== 'number' ? BigInt(value as number) : value;
  const properties = schema ? propertiesOf(schema) : {};
  const rest = schema && fieldIn(schema, 'additionalProperties');
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      Object.hasOwn(properties, key) ? [escaped(key), celValue(child, properties[key])] : [key, celValue(child, rest)],
    ),
  );
};

const withRules = new WeakMap<Schema, boolean>();

/** Whether there is a rule in a schema or below it. */
const hasRules = (schema: Schema): boolean => {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const inner = [...Object.values(propertiesOf(schema)), fieldIn(schema, 'items'), fieldIn(schema, 'additionalProperties')];
  const has = asList(schema['x-kubernetes-validations']).length > 0 || inner.some((s) => s !== undefined && hasRules(s));
  withRules.set(schema, has);
  return has;
};
