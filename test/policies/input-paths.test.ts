import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '#adapters/tools.ts';
import { isFields } from '#util/manifest.ts';
import { type JsonSchema, schemaOfType } from '../../scripts/policies/input-schema.ts';
import { casesOf, repository, ruleCodes } from '../support/policy-cases.ts';

const shapes = path.join(repository, 'src/model/policy.ts');
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-paths-'));
  writeFileSync(path.join(directory, 'input.json'), JSON.stringify(schemaOfType(shapes, 'PolicyInput')));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Paths that the real opa says the input does not have. */
const undefinedIn = (body: string): string[] => {
  const file = path.join(directory, 'x.rego');
  writeFileSync(file, `package x\n\na contains 1 if {\n\t${body}\n}\n`);
  const { stdout, stderr } = spawnSync(toolPath(repository, 'gate', 'opa'), ['check', '--schema', path.join(directory, 'input.json'), file]);
  return [...`${stdout}${stderr}`.matchAll(/undefined ref: (\S+)/g)].map((m) => m[1] ?? '');
};

describe('opa finds a path that the input does not have', () => {
  test.each([
    ['input.nope'],
    ['input.root.clusters'],
    ['input.base.images'],
    ['input.objects[_].workloads[_].containers[_].image.hash'],
    ['input.files[_].unit.referred'],
  ])('%s', (given) => {
    expect(undefinedIn(given)).toEqual([given]);
  });

  test('also behind a variable', () => {
    expect(undefinedIn('some w in input.objects[_].workloads\n\tsome c in w.containers\n\tc.imagen')).toEqual(['c.imagen']);
  });

  test('and none in what is there, nor below a manifest, which may hold anything', () => {
    const there = [
      'input.base.containers',
      'input.objects[_].object.spec.nope',
      'input.files[_].unit.inBase',
      'input.root.cluster',
      'input.inventory.clusters',
    ];
    expect(there.flatMap(undefinedIn)).toEqual([]);
  });
});

type Place = readonly [at: string, schema: JsonSchema];

/** Fields of a value that no alternative of its schema has. */
const strangersIn = (value: unknown, alternatives: readonly JsonSchema[], at: string): string[] => {
  const open = alternatives.flatMap((s) => (Array.isArray(s['anyOf']) ? (s['anyOf'] as JsonSchema[]) : [s]));
  if (Array.isArray(value))
    return value.flatMap((item, i) =>
      below(
        item,
        open.flatMap((s): Place[] => (s['items'] ? [[`${at}[${i}]`, s['items'] as JsonSchema]] : [])),
      ),
    );
  if (!isFields(value) || open.some((s) => Object.keys(s).length === 0)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const known = open.flatMap((s): JsonSchema[] => {
      const field = fieldOf(s, key);
      return field ? [field] : [];
    });
    return known.length === 0 && open.some((s) => s['type'] === 'object')
      ? [`${at}.${key}`]
      : below(
          child,
          known.map((s): Place => [`${at}.${key}`, s]),
        );
  });
};

const below = (value: unknown, places: readonly Place[]): string[] =>
  places[0] === undefined
    ? []
    : strangersIn(
        value,
        places.map(([, schema]) => schema),
        places[0][0],
      );

const fieldOf = (schema: JsonSchema, key: string): JsonSchema | undefined => {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const rest = schema['additionalProperties'];
  return properties[key] ?? (isFields(rest) ? rest : undefined);
};

describe('opa follows no path into a function, so that cases hold no field that the host does not send', () => {
  const scopes: ReadonlyMap<unknown, JsonSchema> = new Map([
    ['root', schemaOfType(shapes, 'RootInput')],
    ['change', schemaOfType(shapes, 'ChangeInput')],
  ]);

  test.each(ruleCodes())('%s', (code) => {
    const strangers = casesOf(code).flatMap(({ name, input }) => strangersIn(input, [scopes.get(input['scope']) ?? {}], 'input').map((at) => `${name}: ${at}`));
    expect(strangers).toEqual([]);
  });

  test('and one that it does not send is found', () => {
    const image = { raw: 'x', hash: 'y' };
    const input = {
      scope: 'root',
      nope: 1,
      root: { kind: 'agent', colour: 'red' },
      objects: [{ object: { any: 1 }, workloads: [{ containers: [{ image }] }] }],
    };
    expect(strangersIn(input, [scopes.get('root') ?? {}], 'input')).toEqual([
      'input.nope',
      'input.root.colour',
      'input.objects[0].workloads[0].containers[0].image.hash',
    ]);
  });
});
