import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMask } from './masked.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const metadata = { name: 'login', namespace: 'mro' };

test('nothing of a Secret but its metadata is shown, and equal values are told apart from others', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'Opaque',
    data: { password: base64('correct horse'), other: base64('battery'), empty: '' },
    stringData: { again: 'correct horse' },
    dta: { misspelt: 'x'.repeat(40) },
  };
  expect(createMask().object(secret)).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'Opaque',
    data: {
      password: '(masked value 1, 9 to 16 characters)',
      other: '(masked value 2, up to 8 characters)',
      empty: '(masked value 3, empty)',
    },
    stringData: { again: '(masked value 1, 9 to 16 characters)' },
    dta: { misspelt: '(masked value 4, 33 to 64 characters)' },
  });
});

test('the copy that kubectl keeps is masked in every kind', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"Zm9v"}}', note: 'open' };
  for (const kind of ['Secret', 'ConfigMap']) {
    expect(createMask().object({ kind, metadata: { annotations } })).toEqual({
      kind,
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '(masked value 1, 17 to 32 characters)', note: 'open' } },
    });
  }
});

const pod = (container: object): object => ({ kind: 'Rollout', spec: { containers: [container] } });

test.each([
  ['a variable', pod({ env: [{ name: 'DB_PASSWORD', value: 'hunter22' }] })],
  ['an option', pod({ args: ['--api-key', 'hunter22'] })],
  ['an option with its value', pod({ args: ['--api-key=hunter22'] })],
  ['an address', pod({ env: [{ name: 'URL', value: 'https://me:hunter22@example.test/' }] })],
  ['a key of a ConfigMap', { kind: 'ConfigMap', data: { token: 'hunter22' } }],
  ['a line of a file', { kind: 'ConfigMap', data: { 'app.ini': 'a=1\npassword = hunter22\nb=2' } }],
  ['a private key', { kind: 'ConfigMap', data: { pem: '-----BEGIN PRIVATE KEY-----\nhunter22\n-----END PRIVATE KEY-----' } }],
  ['a header', pod({ args: ['Authorization: Bearer hunter22'] })],
])('a credential in %s is masked', (_, object) => {
  const shown = JSON.stringify(createMask().object(object as Record<string, unknown>));
  expect(shown).not.toContain('hunter22');
  expect(shown).toContain('(masked value 1, ');
});

test('names of Secrets, paths, placeholders and plain settings stay as they are', () => {
  const open = [
    pod({
      env: [
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'login', key: 'token' } } },
        { name: 'PASSWORD', value: '$(FROM_FILE)' },
      ],
      volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/token' }],
      args: ['--token-file', '/var/run/token', '--verbose', 'true'],
    }),
    { kind: 'ServiceAccount', automountServiceAccountToken: false, secrets: [{ name: 'login' }] },
    { kind: 'ConfigMap', data: { 'app.ini': 'interval=15m\nmode=canary' } },
  ];
  for (const object of open) expect(createMask().object(object as Record<string, unknown>)).toEqual(object);
});

test('only the line of a file that holds a credential is masked', () => {
  const object = { kind: 'ConfigMap', data: { 'app.ini': 'a=1\npassword=hunter22\nb=2' } };
  expect(createMask().object(object)).toEqual({ kind: 'ConfigMap', data: { 'app.ini': 'a=1\n(masked value 1, 17 to 32 characters)\nb=2' } });
});

test('one value of an object is masked as inside the object', () => {
  const mask = createMask();
  expect([
    mask.value('Secret', ['data'], { a: base64('one') }),
    mask.value('Secret', ['data', 'a'], base64('one')),
    mask.value('Secret', ['stringData', 'a'], 'one'),
    mask.value('Secret', ['metadata', 'name'], 'login'),
    mask.value('Rollout', ['env', 0, 'value'], 'hunter22', 'DB_PASSWORD'),
    mask.value('Rollout', ['env', 0, 'value'], 'hunter22', 'MODE'),
    mask.value('Secret', [], { kind: 'Secret', data: { a: base64('one') } }),
  ]).toEqual([
    { a: '(masked value 1, up to 8 characters)' },
    '(masked value 1, up to 8 characters)',
    '(masked value 1, up to 8 characters)',
    'login',
    '(masked value 2, up to 8 characters)',
    'hunter22',
    { kind: 'Secret', data: { a: '(masked value 1, up to 8 characters)' } },
  ]);
});

test('no value of a Secret ever comes through, whatever its shape', () => {
  const marked = fc.string({ maxLength: 12 }).map((text) => `needle${text}`);
  const data = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'c'), fc.oneof(marked, marked.map(base64), fc.array(marked), fc.record({ x: marked })));
  fc.assert(
    fc.property(fc.constantFrom('data', 'stringData', 'other'), data, (field, values) => {
      const secret = { kind: 'Secret', metadata, [field]: values };
      for (const text of [createMask().object(secret), createMask().value('Secret', [field], values)].map((v) => JSON.stringify(v)))
        expect(text).not.toMatch(/needle|bmVlZGxl/);
    }),
  );
});
