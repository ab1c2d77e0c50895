import { describe, expect, test } from 'vitest';
import { schemasWith } from '../../test/support/memory-schemas.ts';
import { checkRoots } from './check-roots.ts';
import { editDistance, nearest } from './nearest.ts';

const schemas = schemasWith({ type: 'object', properties: { size: { type: 'integer' } } });
const root = (path: string, ...objects: Record<string, unknown>[]) => ({ root: { path, kind: 'component' as const }, objects });
const thing = (spec: unknown, name = 'it', apiVersion = 'tests/v1') => ({ apiVersion, kind: 'Thing', metadata: { name }, spec });

describe('objects of several roots', () => {
  test('are counted each, and the same finding is told once with all its roots', () => {
    const { findings, validated } = checkRoots([root('b', thing({ seize: 1 })), root('a', thing({ seize: 1 }), thing({ size: 1 }, 'other'))], schemas);
    expect(validated).toBe(3);
    expect(findings.map((f) => [f.code, f.subject, f.roots])).toEqual([['schema.unknown_field', 'tests/v1/Thing/-/it', ['a', 'b']]]);
  });

  test('have a fingerprint that the root does not change', () => {
    const [one] = checkRoots([root('a', thing({ size: '1' }))], schemas).findings;
    const [two] = checkRoots([root('b', thing({ size: '1' }))], schemas).findings;
    expect(one?.fingerprint).toBe(two?.fingerprint);
  });
});

describe('an object whose kind has no schema', () => {
  test('is undecided when no source knows the kind, and does not count as looked at', () => {
    const { findings, validated } = checkRoots([root('a', { apiVersion: 'else/v1', kind: 'Other', metadata: { name: 'it' } })], schemas);
    expect(findings.map((f) => `${f.effect} ${f.code}: ${f.message}`)).toEqual(['undecided schema.missing: there is no schema for else/v1 Other']);
    expect(validated).toBe(0);
  });

  test('is denied when the server has another version of it', () => {
    const [finding] = checkRoots([root('a', thing({}, 'it', 'tests/v2'))], schemas).findings;
    expect(finding).toMatchObject({
      effect: 'deny',
      code: 'schema.not_served',
      message: 'tests/v2 Thing is not served by the tests',
      solution: 'Use tests/v1.',
    });
  });
});

test('a Secret is judged without a word of what it holds', () => {
  const secrets = {
    ...schemas,
    lookUp: () => ({ is: 'served' as const, schema: { type: 'object', properties: { data: { type: 'object', additionalProperties: { type: 'integer' } } } } }),
  };
  const { findings } = checkRoots([root('a', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'it' }, data: { token: 'hush' } })], secrets);
  expect(findings.map((f) => f.message)).toEqual(['data.token must be integer, and is string']);
});

describe('the word that was meant', () => {
  test.each([
    ['durration', 'duration'],
    ['setweight', 'setWeight'],
    ['imgae', 'image'],
    ['zzz', undefined],
    ['', undefined],
  ])('%s is %s', (word, meant) => {
    expect(nearest(word, ['duration', 'setWeight', 'image', 'name'])).toBe(meant);
  });

  test.each([
    ['', '', 0],
    ['', 'ab', 2],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j it takes %i steps', (a, b, steps) => {
    expect(editDistance(a, b)).toBe(steps);
  });
});
