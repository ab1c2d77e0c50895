import { describe, expect, test } from 'vitest';
import type { Schema } from '#model/schema.ts';
import { schemasWith } from '../../test/support/memory-schemas.ts';
import { checkRoots } from './check-roots.ts';

/** What is said about an object of the one kind whose `spec` is `value`. */
const said = (spec: Schema, value: unknown, definitions: Readonly<Record<string, Schema>> = {}): string[] => {
  const object = { apiVersion: 'tests/v1', kind: 'Thing', metadata: { name: 'it' }, spec: value };
  const { findings } = checkRoots([{ root: { path: 'a', kind: 'component' }, objects: [object] }], schemasWith(spec, definitions));
  return findings.map((f) => `${f.effect} ${f.code}: ${f.message}`);
};

const invalid = (message: string): string[] => [`deny schema.invalid_value: ${message}`];
const text = { type: 'string' };

describe('a keyword of a schema', () => {
  const cases: [name: string, spec: Schema, passes: unknown, fails: unknown, message: string][] = [
    ['type string', text, 'a', 1, 'spec must be string, and is integer 1'],
    ['type integer', { type: 'integer' }, 1, 1.5, 'spec must be integer, and is number 1.5'],
    ['type number', { type: 'number' }, 1.5, '1.5', 'spec must be number, and is string "1.5"'],
    ['type boolean', { type: 'boolean' }, false, 'false', 'spec must be boolean, and is string "false"'],
    ['type array', { type: 'array', items: text }, ['a'], { a: 'b' }, 'spec must be array, and is object'],
    ['type object', { type: 'object', additionalProperties: text }, { a: 'b' }, ['a'], 'spec must be object, and is array'],
    ['items', { type: 'array', items: text }, ['a'], ['a', null], 'spec[1] must be string, and is null'],
    ['nullable items', { type: 'array', items: { ...text, nullable: true } }, ['a', null], [1], 'spec[0] must be string, and is integer 1'],
    ['additionalProperties', { type: 'object', additionalProperties: text }, { a: 'b' }, { a: 1 }, 'spec.a must be string, and is integer 1'],
    ['required', { type: 'object', properties: { a: text }, required: ['a'] }, { a: '' }, {}, 'spec.a is required and missing'],
    ['enum', { ...text, enum: ['A', 'B'] }, 'A', 'C', 'spec must be one of A, B, and is string "C"'],
    ['enum of one', { ...text, enum: ['A'] }, 'A', '', 'spec must be A, and is string ""'],
    ['pattern', { ...text, pattern: '^[a-z]+$' }, 'a', 'A', 'spec must match ^[a-z]+$, and is string "A"'],
    ['a pattern of Go', { ...text, pattern: '^(?i)(abort|warn)?$' }, 'Abort', 'stop', 'spec must match ^(?i)(abort|warn)?$, and is string "stop"'],
    ['minLength', { ...text, minLength: 1 }, 'é', '', 'spec must have at least 1 characters, and is string ""'],
    ['maxLength', { ...text, maxLength: 1 }, '😀', 'ab', 'spec must have at most 1 characters, and is string "ab"'],
    ['minimum', { type: 'integer', minimum: 1 }, 1, 0, 'spec must be at least 1, and is integer 0'],
    ['maximum', { type: 'integer', maximum: 1 }, 1, 2, 'spec must be at most 1, and is integer 2'],
    ['exclusiveMinimum', { type: 'number', minimum: 1, exclusiveMinimum: true }, 1.1, 1, 'spec must be more than 1, and is integer 1'],
    ['exclusiveMaximum', { type: 'number', maximum: 1, exclusiveMaximum: true }, 0.9, 1, 'spec must be less than 1, and is integer 1'],
    ['multipleOf', { type: 'integer', multipleOf: 3 }, 6, 7, 'spec must be a multiple of 3, and is integer 7'],
    ['minItems', { type: 'array', items: text, minItems: 1 }, ['a'], [], 'spec must have at least 1 items, and is array'],
    ['maxItems', { type: 'array', items: text, maxItems: 1 }, ['a'], ['a', 'b'], 'spec must have at most 1 items, and is array'],
    ['minProperties', { type: 'object', additionalProperties: text, minProperties: 1 }, { a: '' }, {}, 'spec must have at least 1 fields, and is object'],
    ['maxProperties', { type: 'object', additionalProperties: text, maxProperties: 0 }, {}, { a: '' }, 'spec must have at most 0 fields, and is object'],
    ['format int32', { type: 'integer', format: 'int32' }, 2 ** 31 - 1, 2 ** 31, 'spec must fit in 32 bits, and is integer 2147483648'],
    [
      'format date-time',
      { ...text, format: 'date-time' },
      '2026-01-31T12:00:00Z',
      '2026-01-31',
      'spec must be of format date-time, and is string "2026-01-31"',
    ],
    ['format duration', { ...text, format: 'duration' }, '1h30m', 'soon', 'spec must be of format duration, and is string "soon"'],
    ['format byte', { ...text, format: 'byte' }, 'YWI=', 'YWI', 'spec must be of format byte, and is string "YWI"'],
    ['format ipv4', { ...text, format: 'ipv4' }, '10.0.0.255', '10.0.0.256', 'spec must be of format ipv4, and is string "10.0.0.256"'],
    ['format quantity', { ...text, format: 'quantity' }, '1.5Gi', '1.5GB', 'spec must be of format quantity, and is string "1.5GB"'],
    ['an unknown format', { ...text, format: 'colour' }, 'blue', 1, 'spec must be string, and is integer 1'],
    [
      'int-or-string',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, text] },
      '25%',
      0.5,
      'spec must be integer or string, and is number 0.5',
    ],
    ['list-type set', { type: 'array', items: text, 'x-kubernetes-list-type': 'set' }, ['a', 'b'], ['a', 'a'], 'spec[1] repeats an item of the list: "a"'],
    ['allOf', { ...text, allOf: [{ minLength: 2 }] }, 'ab', 'a', 'spec must have at least 2 characters, and is string "a"'],
    ['not', { ...text, not: { enum: ['a'] } }, 'b', 'a', 'spec has a form that is not allowed'],
  ];
  test.each(cases)('%s lets pass what the server takes and denies what it refuses', (_, spec, passes, fails, message) => {
    expect(said(spec, passes)).toEqual([]);
    expect(said(spec, fails)).toEqual(invalid(message));
  });
});

describe('forms', () => {
  const fields = { type: 'object', properties: { a: text, b: text } };
  const [a, b] = [{ required: ['a'] }, { required: ['b'] }];

  test('oneOf takes exactly one form, and names what each form lacks', () => {
    expect(said({ ...fields, oneOf: [a, b] }, { a: '' })).toEqual([]);
    expect(said({ ...fields, oneOf: [a, b] }, {})).toEqual(
      invalid('spec fits none of its 2 forms: spec.a is required and missing; or spec.b is required and missing'),
    );
    expect(said({ ...fields, oneOf: [a, b] }, { a: '', b: '' })).toEqual(invalid('spec fits 2 of its 2 forms, and must fit exactly one'));
  });

  test('anyOf takes one form or more', () => {
    expect(said({ ...fields, anyOf: [a, b] }, { a: '', b: '' })).toEqual([]);
    expect(said({ ...fields, anyOf: [a, b] }, {})).toHaveLength(1);
  });

  test('a form restricts values and closes nothing', () => {
    expect(said({ ...fields, anyOf: [{ properties: { a: { minLength: 1 } } }] }, { a: 'x', b: 'y' })).toEqual([]);
  });
});

describe('fields', () => {
  const pause = { type: 'object', properties: { duration: text, reason: text } };

  test('an unknown field is denied at its path, with the field that was probably meant', () => {
    const [finding] = checkRoots(
      [
        {
          root: { path: 'a', kind: 'component' },
          objects: [{ apiVersion: 'tests/v1', kind: 'Thing', metadata: { name: 'it' }, spec: { durration: '5m' } }],
        },
      ],
      schemasWith(pause),
    ).findings;
    expect(finding).toMatchObject({
      path: ['spec', 'durration'],
      message: 'spec has no field durration',
      solution: 'Did you mean `duration`?',
      source: 'schema',
    });
  });

  test('an object without fields of its own takes none', () => {
    expect(said({ type: 'object' }, { a: 1 })).toEqual(['deny schema.unknown_field: spec has no field a']);
  });

  test('an object that preserves unknown fields takes any, and its known fields are still checked', () => {
    const open = { ...pause, 'x-kubernetes-preserve-unknown-fields': true };
    expect(said(open, { anything: [null], duration: 5 })).toEqual(invalid('spec.duration must be string, and is integer 5'));
  });

  test('names that every JavaScript object has are no fields', () => {
    const value: unknown = JSON.parse('{"__proto__": {}, "constructor": 1}');
    expect(said(pause, value)).toEqual(['deny schema.unknown_field: spec has no field __proto__', 'deny schema.unknown_field: spec has no field constructor']);
  });

  test('a null is refused in a custom kind, and is no value in metadata and in a kind of Kubernetes itself', () => {
    expect(said(pause, { duration: null })).toEqual(invalid('spec.duration must be string, and is null'));
    const objects = [{ apiVersion: 'tests/v1', kind: 'Thing', metadata: { name: 'it', labels: null }, spec: { duration: null } }];
    const builtin = { ...schemasWith({}), lookUp: () => ({ is: 'served' as const, schema: { $ref: 'thing' } }) };
    const set = { ...builtin, definition: (ref: string) => (ref === 'thing' ? { type: 'object', properties: { spec: pause } } : builtin.definition(ref)) };
    expect(checkRoots([{ root: { path: 'a', kind: 'component' }, objects }], set).findings).toEqual([]);
    expect(checkRoots([{ root: { path: 'a', kind: 'component' }, objects }], schemasWith(pause)).findings.map((f) => f.message)).toEqual([
      'spec.duration must be string, and is null',
    ]);
  });

  test('a required field with a default is filled in by the server', () => {
    const filled = { type: 'object', properties: { path: { ...text, default: 'jwt' } }, required: ['path'] };
    expect([said(filled, {}), said(filled, { path: null })]).toEqual([[], []]);
  });

  test('an embedded object has metadata, apiVersion and kind', () => {
    const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true };
    expect(said(embedded, { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: 'b' } } })).toEqual([]);
    expect(said(embedded, { kind: 'Pod', metadata: { label: {} } })).toEqual([
      'deny schema.unknown_field: spec.metadata has no field label',
      'deny schema.invalid_value: spec.apiVersion is required and missing',
    ]);
  });

  test('a reference is followed, also when it leads back to itself', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#/components/schemas/tree' } } };
    expect(said({ $ref: '#/components/schemas/tree' }, { next: { next: { nxt: {} } } }, { tree })).toEqual([
      'deny schema.unknown_field: spec.next.next has no field nxt',
    ]);
  });
});

test('items of a keyed list differ in their keys, with defaults filled in', () => {
  const port = { type: 'object', properties: { port: { type: 'integer' }, protocol: { ...text, default: 'TCP' } } };
  const ports = { type: 'array', items: port, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol'] };
  expect(said(ports, [{ port: 53 }, { port: 53, protocol: 'UDP' }])).toEqual([]);
  expect(said(ports, [{ port: 53 }, { port: 53, protocol: 'TCP' }])).toEqual(invalid('spec[1] repeats an item of the list: port 53, protocol TCP'));
});

describe('what nobody here can say is undecided', () => {
  test('a pattern that means nothing here', () => {
    expect(said({ ...text, pattern: '(?<' }, 'a')).toEqual(['undecided schema.invalid_value: spec can not be compared with (?< here, and is string "a"']);
  });

  test('a text too long to try a pattern on', () => {
    expect(said({ ...text, pattern: '^(a+)+$' }, `${'a'.repeat(5000)}!`)).toHaveLength(1);
  });
});
