import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import type { Schema, SchemaSet } from '#model/schema.ts';
import { type Fields, formatPath, isFields } from '#util/manifest.ts';
import { type CelProblem, celProblems } from './cel.ts';
import { repeatedItems } from './lists.ts';
import { nearest } from './nearest.ts';
import { nodeOf, type SchemaNode } from './node.ts';
import { hasType, typeName } from './values.ts';

/** One thing that the API server would refuse in an object. */
export interface Problem {
  readonly code: 'schema.unknown_field' | 'schema.invalid_value';
  /** False when nobody can say whether the server would refuse it. */
  readonly certain: boolean;
  readonly path: JsonPath;
  readonly message: string;
  readonly solution?: string;
}

interface Walk {
  readonly set: SchemaSet;
  readonly problems: Problem[];
  /** The way from the object to the value at hand. */
  readonly path: (string | number)[];
  /** False inside `allOf`, `anyOf`, `oneOf` and `not`, which restrict values and name no fields of their own. */
  readonly closed: boolean;
  /** True in what Kubernetes itself decodes, where a null is no value; server-side apply refuses it in a custom kind. */
  readonly dropsNull: boolean;
  /** False for Secrets, whose values must not get into a report. */
  readonly shows: boolean;
}

const fieldsShown = 8;

/** Everything that the API server would refuse in one object under strict field validation; it looks at CEL rules only where the rest is good. */
export const validateObject = (object: Manifest, schema: Schema, set: SchemaSet): Problem[] => {
  const walk: Walk = { set, problems: [], path: [], closed: true, dropsNull: '$ref' in schema, shows: object['kind'] !== 'Secret' };
  visit(object, { ...nodeOf(schema, set), resource: true }, walk);
  return walk.problems.length > 0 ? walk.problems : celProblems(object, schema).map((problem) => ruleProblem(problem, walk));
};

const ruleProblem = ({ path, message, certain }: CelProblem, { shows }: Walk): Problem => ({
  code: 'schema.invalid_value',
  certain,
  path,
  message: `${formatPath(path) || 'the object'} ${shows ? message : 'breaks a rule of its kind'}`,
});

const visit = (value: unknown, node: SchemaNode, walk: Walk): void => {
  if (value === null && node.nullable) return;
  if (value === null || !hasType(value, node.types)) {
    invalid(walk, `must be ${node.types.join(' or ') || 'a value'}, and is ${shown(value, walk)}`);
    return;
  }
  for (const check of node.checks) {
    const found = check(value);
    if (found)
      report(walk, { code: 'schema.invalid_value', certain: found.open !== true, message: `${here(walk)} ${found.message}, and is ${shown(value, walk)}` });
  }
  if (isFields(value)) visitFields(value, node, walk);
  if (Array.isArray(value) && node.items) visitItems(value, node, node.items, walk);
  if (node.allOf.length + node.anyOf.length + node.oneOf.length > 0 || node.not) visitForms(value, node, walk);
};

/** A null counts as no value where the server drops it or puts the default there. */
const isAbsent = (value: unknown, known: Schema | undefined, { set, closed, dropsNull }: Walk): boolean => {
  if (value !== null) return value === undefined;
  const node = known && nodeOf(known, set);
  return !node?.nullable && (dropsNull || !closed || node?.schema['default'] !== undefined);
};

const visitFields = (value: Fields, node: SchemaNode, walk: Walk): void => {
  const resource = node.resource && walk.closed;
  const properties = resource ? resourceProperties(node.properties) : node.properties;
  for (const [field, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, field) ? properties[field] : node.others;
    if (known) visitField(field, inner, known, walk);
    else if (walk.closed && !node.open) unknownField(walk, field, Object.keys(properties));
  }
  checkRequired(value, resource ? [...new Set([...node.required, 'apiVersion', 'kind'])] : node.required, properties, walk);
  // What a custom kind says about its metadata restricts the fields that every object has.
  const restricted = resource ? node.properties['metadata'] : undefined;
  if (restricted && !('$ref' in restricted)) visitField('metadata', value['metadata'], restricted, { ...walk, closed: false });
};

const checkRequired = (value: Fields, required: readonly string[], properties: SchemaNode['properties'], walk: Walk): void => {
  for (const field of required) {
    const known = properties[field];
    if (!isAbsent(value[field], known, walk) || isFilledIn(known, walk)) continue;
    within(walk, field, () => invalid(walk, 'is required and missing'));
  }
};

/** The defaults of a CRD are put in before its rules are looked at; those in the OpenAPI of Kubernetes are the zero values of Go. */
const isFilledIn = (known: Schema | undefined, { set, dropsNull }: Walk): boolean =>
  !dropsNull && known !== undefined && nodeOf(known, set).schema['default'] !== undefined;

const visitField = (field: string, value: unknown, schema: Schema, walk: Walk): void => {
  if (isAbsent(value, schema, walk)) return;
  const inner = schema === metadata ? { ...walk, dropsNull: true } : walk;
  within(walk, field, () => visit(value, nodeOf(schema, walk.set), inner));
};

const text: Schema = { type: 'string' };
const metadata: Schema = { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };

/** What every object has, whatever its own schema says about it. */
const resourceProperties = (own: SchemaNode['properties']): SchemaNode['properties'] => ({ ...own, apiVersion: text, kind: text, metadata });

const visitItems = (items: readonly unknown[], node: SchemaNode, schema: Schema, walk: Walk): void => {
  const inner = nodeOf(schema, walk.set);
  items.forEach((item, index) => {
    within(walk, index, () => visit(item, inner, walk));
  });
  for (const { index, key } of repeatedItems(items, node.schema, inner.schema)) {
    within(walk, index, () => invalid(walk, `repeats an item of the list${walk.shows ? `: ${key}` : ''}`));
  }
};

const visitForms = (value: unknown, node: SchemaNode, walk: Walk): void => {
  for (const form of node.allOf) visit(value, nodeOf(form, walk.set), { ...walk, closed: false });
  const any = node.anyOf.map((form) => problemsOf(value, form, walk));
  if (any.length > 0 && !any.some((problems) => problems.length === 0)) invalid(walk, `fits none of its ${any.length} forms: ${firstOf(any)}`);
  const one = node.oneOf.map((form) => problemsOf(value, form, walk));
  const fitting = one.filter((problems) => problems.length === 0).length;
  if (one.length > 0 && fitting === 0) invalid(walk, `fits none of its ${one.length} forms: ${firstOf(one)}`);
  if (fitting > 1) invalid(walk, `fits ${fitting} of its ${one.length} forms, and must fit exactly one`);
  if (node.not && problemsOf(value, node.not, walk).length === 0) invalid(walk, 'has a form that is not allowed');
};

const problemsOf = (value: unknown, form: Schema, walk: Walk): Problem[] => {
  const inner: Walk = { ...walk, problems: [], closed: false };
  visit(value, nodeOf(form, walk.set), inner);
  return inner.problems;
};

const firstOf = (forms: readonly (readonly Problem[])[]): string => [...new Set(forms.map((problems) => problems[0]?.message))].join('; or ');

const within = (walk: Walk, key: string | number, work: () => void): void => {
  walk.path.push(key);
  work();
  walk.path.pop();
};

const here = (walk: Walk): string => formatPath(walk.path) || 'the object';

const shown = (value: unknown, walk: Walk): string => {
  if (!walk.shows || typeof value === 'object') return typeName(value);
  const text = JSON.stringify(value);
  return `${typeName(value)} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
};

const report = (walk: Walk, problem: Omit<Problem, 'path'>): void => void walk.problems.push({ ...problem, path: [...walk.path] });

const invalid = (walk: Walk, what: string): void => report(walk, { code: 'schema.invalid_value', certain: true, message: `${here(walk)} ${what}` });

const unknownField = (walk: Walk, field: string, known: readonly string[]): void => {
  const meant = nearest(field, known);
  const solution = meant === undefined ? `Take it out. ${listOf(known)}` : `Did you mean \`${meant}\`?`;
  const message = `${here(walk)} has no field ${field}`;
  within(walk, field, () => report(walk, { code: 'schema.unknown_field', certain: true, message, solution }));
};

const listOf = (known: readonly string[]): string => {
  if (known.length === 0) return 'No field is allowed there.';
  const more = known.length > fieldsShown ? ` and ${known.length - fieldsShown} more` : '';
  return `The fields there are ${known.slice(0, fieldsShown).join(', ')}${more}.`;
};
