import type { Manifest } from '#model/ports.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { type Result, unproven, unsafe } from './result.ts';
import { isSame, type Transition } from './unit.ts';

type Path = readonly (string | number)[];
interface Narrowing {
  readonly path: Path;
  readonly what: string;
}

export const isDefinition = (object: Manifest): boolean => textAt(object, 'kind') === 'CustomResourceDefinition';

/**
 * What objects of the kind lose when the definition goes from one side to the other. Forward, what the old objects hold must still fit;
 * back, the server refuses to drop a version that it has stored, while a field that the older schema lacks goes with the objects that set it.
 */
export const definitionProblems = (way: Transition, from: Manifest, to: Manifest): Result[] => {
  const place = (path: Path) => ({ side: way.toSide, object: to, path });
  const problems = versionsOf(from).flatMap(({ version, name, served, storage }): Result[] => {
    const next = versionsOf(to).find((v) => v.name === name);
    if (!next) return [unsafe(way.direction, place(['spec', 'versions']), `version ${name} is gone${storage ? ', and objects are stored in it' : ''}`)];
    if (served && !next.served) return [unsafe(way.direction, place(['spec', 'versions', next.at, 'served']), `version ${name} is served no more`)];
    const path: Path = ['spec', 'versions', next.at, 'schema', 'openAPIV3Schema'];
    const found = narrowings(schemaOf(version), schemaOf(next.version), path, way.direction === 'forward');
    return found.map((n) => unsafe(way.direction, place(n.path), `version ${name} ${n.what}`));
  });
  const [was, now] = [valueAt(from, 'spec', 'conversion'), valueAt(to, 'spec', 'conversion')];
  return isSame(was, now) ? problems : [...problems, unproven(way.direction, 'the conversion between versions changes', place(['spec', 'conversion']))];
};

const versionsOf = (definition: Manifest) =>
  asList(valueAt(definition, 'spec', 'versions')).map((version, at) => ({
    version,
    at,
    name: textAt(version, 'name'),
    served: valueAt(version, 'served') === true,
    storage: valueAt(version, 'storage') === true,
  }));

const schemaOf = (version: unknown): unknown => valueAt(version, 'schema', 'openAPIV3Schema');

/** Keywords of a schema that restrict values: one that comes or changes may refuse what was stored; one that goes refuses nothing. */
const restricting = ['type', 'format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'x-kubernetes-validations'];

const narrowings = (from: unknown, to: unknown, path: Path, keepsFields: boolean): Narrowing[] => {
  if (!isFields(from) || isSame(from, to)) return [];
  if (!isFields(to)) return keepsFields ? [{ path, what: 'has no schema there any more' }] : [];
  const restricted = restricting
    .filter((key) => to[key] !== undefined && !isSame(from[key], to[key]))
    .map((key) => ({ path: [...path, key], what: `restricts ${path.at(-1)} by ${key}` }));
  const added = asList(to['required']).filter((field) => !asList(from['required']).includes(field));
  const required = added.map((field) => ({ path: [...path, 'required'], what: `requires ${String(field)}` }));
  const values = Array.isArray(to['enum']) && !asList(from['enum']).every((v) => asList(to['enum']).includes(v));
  const listed = values || (Array.isArray(to['enum']) && from['enum'] === undefined) ? [{ path: [...path, 'enum'], what: 'takes fewer values' }] : [];
  return [...restricted, ...required, ...listed, ...inner(from, to, path, keepsFields)];
};

const inner = (from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>, path: Path, keepsFields: boolean): Narrowing[] => {
  const [was, now] = [from['properties'], to['properties']];
  const isOpen = to['x-kubernetes-preserve-unknown-fields'] === true || to['additionalProperties'] !== undefined;
  const fields = Object.entries(isFields(was) ? was : {}).flatMap(([field, schema]): Narrowing[] => {
    const next = valueAt(now, field);
    const at = [...path, 'properties', field];
    if (next !== undefined) return narrowings(schema, next, at, keepsFields);
    return keepsFields && !isOpen ? [{ path: [...path, 'properties'], what: `has no field ${field} any more` }] : [];
  });
  const items = narrowings(from['items'], to['items'], [...path, 'items'], keepsFields);
  const others = narrowings(from['additionalProperties'], to['additionalProperties'], [...path, 'additionalProperties'], keepsFields);
  return [...fields, ...items, ...others];
};
