import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openSchemas } from '#adapters/schemas.ts';
import type { Manifest } from '#model/ports.ts';
import type { Schema } from '#model/schema.ts';
import { checkRoots } from '#schema/check-roots.ts';
import { isFields, textAt } from '#util/manifest.ts';
import { repository } from '../support/policy-cases.ts';
import { type RenderedFleet, renderFleet } from '../support/rendered-fleet.ts';

const schemas = openSchemas(repository);
let rendered: RenderedFleet;

beforeAll(async () => {
  rendered = await renderFleet();
}, 300_000);

test('every object of every root is one that the API server takes', () => {
  const { findings, validated } = checkRoots(rendered.roots, schemas);
  expect(findings.map((f) => `${f.subject}: ${f.message}`)).toEqual([]);
  expect(validated).toBe(rendered.roots.reduce((sum, { objects }) => sum + objects.length, 0));
});

type Place = { readonly path: readonly (string | number)[]; readonly holder: Record<string, unknown>; readonly closed: boolean };

/** Every map inside an object, each with whether its schema lists all fields that it may have. A second, simple reading of the schemas. */
const placesIn = (value: unknown, given: Schema | undefined, at: readonly (string | number)[], isResource: boolean): Place[] => {
  const schema = given && typeof given['$ref'] === 'string' ? schemas.definition(given['$ref']) : given;
  if (Array.isArray(value)) return value.flatMap((item, index) => placesIn(item, schema?.['items'] as Schema | undefined, [...at, index], false));
  if (!isFields(value)) return [];
  const properties = (schema?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const closed = schema?.['type'] === 'object' && schema['additionalProperties'] === undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true;
  const inner = Object.entries(value).flatMap(([field, child]) => {
    const isMetadata = isResource && field === 'metadata';
    const known = isMetadata ? { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' } : (properties[field] ?? schema?.['additionalProperties']);
    return placesIn(child, known as Schema | undefined, [...at, field], false);
  });
  return [{ path: at, holder: value as Record<string, unknown>, closed }, ...inner];
};

test('a field that no schema knows is found at its place, once, wherever the schema is closed, and nowhere else', () => {
  const objects = [
    ...new Map(
      rendered.roots.flatMap((r) => r.objects).map((o) => [`${textAt(o, 'apiVersion')} ${textAt(o, 'kind')} ${JSON.stringify(o).length}`, o]),
    ).values(),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...objects), fc.nat(), fc.string({ minLength: 12 }), (original, pick, name) => {
      const object = structuredClone(original) as Record<string, unknown>;
      const before = messagesOf(object);
      const found = schemas.lookUp(textAt(object, 'apiVersion'), textAt(object, 'kind'));
      const places = found.is === 'served' ? placesIn(object, found.schema, [], true) : [];
      const place = places[pick % places.length];
      if (!place) throw new Error('an object without a place');
      const field = `unknown ${name}`;
      place.holder[field] = 'value';
      const unknown = findingsOf(object).filter((f) => f.code === 'schema.unknown_field');
      expect(unknown.map((f) => f.path)).toEqual(place.closed ? [[...place.path, field]] : []);
      delete place.holder[field];
      expect(messagesOf(object)).toEqual(before);
    }),
    { numRuns: 2000 },
  );
});

const findingsOf = (object: Manifest) => checkRoots([{ root: { path: 'a', kind: 'component' }, objects: [object] }], schemas).findings;
const messagesOf = (object: Manifest): string[] => findingsOf(object).map((f) => f.message);

interface Source {
  readonly module: string;
  readonly version: string;
  readonly sum: string;
  readonly component?: string;
  readonly why?: string;
}

const { modules } = JSON.parse(readFileSync(path.join(repository, 'tools', 'schemas', 'modules.json'), 'utf8')) as { modules: Source[] };

test.each(modules.filter((m) => m.component !== undefined))(
  'the schemas of $component are those of the version that the fleet runs, or say why not',
  (source) => {
    const { upstream } = parse(readFileSync(path.join(repository, 'apps', source.component ?? '', 'component.yaml'), 'utf8')) as {
      upstream: { version: string; module?: string; sum?: string };
    };
    const isSame = source.version.replace(/^v/, '') === upstream.version.replace(/^v/, '');
    expect(isSame).toBe(source.why === undefined);
    if (upstream.module === source.module) expect(source.sum).toBe(upstream.sum);
  },
);
