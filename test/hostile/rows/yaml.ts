import type { Tree } from '../../support/tree-snapshot.ts';
import { at, configMap, type ExitClass, kustomization, manifest, type Row } from '../support/row.ts';

const row = (id: string, name: string, exit: ExitClass, head: () => Tree, ...says: string[]): Row => ({ id, name, head, exit, says });
const data = (text: string) => () => manifest(configMap(`data:\n${text}`));
const differs = 'reads differently in YAML 1.1 and 1.2. Quote it';
const twoReadings = (value: string, id = 'H29'): Row =>
  row(id, `the plain value ${value}`, 2, data(`  a: ${value}\n`), 'GATE_MALFORMED', `facts/a.yaml:6: ${value} ${differs}`);
const inexact = (value: string): Row => row('H30', `the number ${value}`, 2, data(`  a: ${value}\n`), 'is a number that not every reader can hold. Quote it');
const hidden = 'privileged: yes';

/** Each level holds the one below it `width` times. */
const aliasBomb = (levels: number, width: number): string =>
  Array.from({ length: levels }, (_, n) => `  l${n}: &l${n} [${Array.from({ length: width }, () => (n === 0 ? 'x' : `*l${n - 1}`)).join(', ')}]\n`).join('');

const words = ['yes', 'no', 'on', 'off', 'y', 'n', 'NO', 'Yes', 'oN'];
const numbers = ['0644', '1_000', '0b11', '0o17', '0x1F', '0X1F', '12:30:45', '1e3', '+1', '.5', '1.', '2026-11-25', '2026-11-25T01:02:03Z', '~', '=', '.'];

const json: Readonly<Record<string, string>> = {
  'a comment': '// x\n{"kind": "ConfigMap"}',
  'a comma too many': '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"},}',
  NaN: '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": NaN}',
  'a key twice': '{"apiVersion": "v1", "kind": "ConfigMap", "kind": "Pod", "metadata": {"name": "a"}}',
};

const pod = (privileged: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: hidden\nspec:\n  containers:\n    - name: a\n      image: registry.norvik.example/a@sha256:${'ab'.repeat(32)}\n      securityContext: {privileged: ${privileged}}\n`;

export const rows: readonly Row[] = [
  row('H18', 'an empty file that is named as a resource', 2, () => manifest(''), 'a.yaml:1: is named as a resource and holds no object'),
  row('H18', 'nothing but comments', 2, () => manifest('# nothing\n'), 'holds no object'),
  row('H18', 'nothing but a separator', 2, () => manifest('---\n'), 'holds no object'),
  row('H18', 'an empty file that nothing names', 0, () => ({ 'docs/empty.yaml': '', ...manifest(configMap('data:\n  cells: "102"\n')) }), 'ALLOW'),
  row('H18', 'an empty kustomization', 2, () => kustomization(''), 'kustomization.yaml:1: is not YAML: holds nothing'),
  row('H19', 'a root that is text', 2, () => manifest('just text\n'), 'holds a document that is no object'),
  row('H19', 'a root that is a list', 2, () => manifest('- a\n- b\n'), 'holds a document that is no object'),
  row('H19', 'a second document that is a number', 2, () => manifest(`${configMap('')}---\n7\n`), 'holds a document that is no object'),
  row('H19', 'a kustomization that is a list', 2, () => kustomization('- a.yaml\n'), 'its top level is not a map'),
  row('H20', 'aliases, nine levels of nine', 4, data(aliasBomb(9, 9)), 'GATE_LIMIT_EXCEEDED', 'stands for more than 200000 values'),
  row('H21', 'aliases that a parser lets pass and JSON does not', 4, data(aliasBomb(18, 2)), 'values when its aliases are written out'),
  row('H22', 'a map inside itself', 2, data('  a: &a\n    b: *a\n'), 'alias a stands for a value that is not finished before it'),
  row('H22', 'a list inside itself', 2, data('  a: &a [*a]\n'), 'not finished before it'),
  row('H23', 'an alias of nothing', 2, data('  a: *none\n'), 'a.yaml:6: '),
  row('H24', '100,000 open lists', 4, data(`  a: ${'['.repeat(100_000)}\n`), 'nests deeper than 64 levels'),
  row('H24', '20,000 nested flow maps', 4, data(`  a: ${'{a: '.repeat(20_000)}\n`), 'nests deeper than 64 levels'),
  row(
    'H24',
    '5,000 nested block maps',
    4,
    () => manifest(Array.from({ length: 1_000 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')),
    'nests deeper than 64 levels',
  ),
  row('H25', 'a key twice', 2, data('  a: "1"\n  a: "2"\n'), 'a.yaml:7: key a stands here twice. Keep one.'),
  row('H25', 'a key twice, once in quotes', 2, data('  a: "1"\n  "a": "2"\n'), 'stands here twice'),
  row('H26', '1 and "1" for keys', 2, data('  1: a\n  "1": b\n'), 'a.yaml:6: key 1 is no text to every reader', 'a.yaml:7: key 1 stands here twice'),
  row('H26', 'nothing for a key', 2, data('  ~: a\n  "": b\n'), 'key ~ is no text to every reader'),
  row('H26', 'true for a key', 2, data('  true: a\n'), 'key true is no text to every reader'),
  row('H26', 'on for a key', 2, data('  on: a\n'), 'key on is no text to every reader'),
  row('H27', 'a map for a key', 2, data('  ? {a: 1}\n  : b\n'), 'has a key that is no text'),
  row('H27', 'a list for a key', 2, data('  ? [a]\n  : b\n'), 'has a key that is no text'),
  row(
    'H28',
    'a merge key that hides a value',
    2,
    () => manifest(`${configMap('')}x: &x\n  ${hidden.replace('yes', 'true')}\nspec:\n  <<: *x\n`),
    'key << is no text to every reader',
  ),
  row('H28', 'two merge keys', 2, data('  <<: {a: b}\n  <<: {a: c}\n'), 'key << '),
  row('H28', 'a merge key in quotes', 2, data('  "<<": {a: b}\n'), 'key << has a meaning of its own'),
  ...words.map((value) => twoReadings(value)),
  ...numbers.map((value) => twoReadings(value)),
  row('H29', 'a word in a flow list', 2, data('  a: [x, no]\n'), `no ${differs}`),
  row('H29', 'a word alone on its line', 2, data('  a:\n    off\n'), `a.yaml:7: off ${differs}`),
  row('H29', 'the directive of YAML 1.1', 2, () => manifest(`%YAML 1.1\n---\n${configMap('')}`), 'a.yaml:1: has a directive'),
  row(
    'H29',
    'a word in an inline patch',
    2,
    () =>
      kustomization(
        'resources: [a.yaml]\npatches:\n  - target: {kind: ConfigMap}\n    patch: |\n      - op: add\n        path: /data\n        value: {a: yes}\n',
      ),
    'kustomization.yaml:7: in this patch: yes',
  ),
  row(
    'H29',
    'a word in a patch file',
    2,
    () => ({ ...kustomization('resources: [a.yaml]\npatches:\n  - path: p.txt\n'), [at('p.txt')]: configMap('data:\n  a: yes\n') }),
    `p.txt:6: yes ${differs}`,
  ),
  {
    ...row('H29', 'a word in an unchanged file of an affected root', 2, () => kustomization('resources: [a.yaml, b.txt]\n'), `b.txt:6: yes ${differs}`),
    base: () => ({ [at('b.txt')]: configMap('data:\n  a: yes\n', 'b') }),
  },
  row('H29', 'the same words in quotes', 0, data(`  cells: "yes"\n  b: 'no'\n  c: |\n    on\n`), 'ALLOW'),
  ...['9007199254740993', '18446744073709551616', '-0', '1.0e+400', '0.12345678901234567890'].map(inexact),
  ...['1e400', '.inf', '-.inf', '.nan'].map((value) => twoReadings(value, 'H30')),
  ...['!!js/function "x"', '!!python/object:x {}', '!vault x', '!!binary aGk=', '!!set {a}', '! x', '!<tag:x> y'].map((value) =>
    row('H31', `the tag of ${value}`, 2, data(`  a: ${value}\n`), 'a.yaml:6: '),
  ),
  row('H31', 'a tag prefix', 2, () => manifest(`%TAG !e! tag:evil.example,2026:\n---\n${configMap('')}`), 'has a directive'),
  row('H32', 'a tab for indentation', 2, data('\ta: b\n'), 'is not YAML'),
  row('H32', 'a key of 1,025 characters', 2, data(`  ${'k'.repeat(1025)}: a\n`), 'has a key of 1025 characters'),
  row('H32', 'a quote that is not closed', 2, data('  a: "b\n'), 'is not YAML'),
  row('H32', 'no space after the colon', 2, () => manifest('kind:ConfigMap\n'), 'holds a document that is no object'),
  row('H33', 'the key __proto__', 2, data('  __proto__: {privileged: true}\n'), 'key __proto__ has a meaning of its own'),
  row(
    'H33',
    'keys that every object has, as plain data',
    0,
    data('  constructor: a\n  prototype: b\n  toString: c\n  hasOwnProperty: d\n'),
    'ALLOW',
    '+ data.constructor: a',
  ),
  ...Object.entries(json).map(([name, text]) =>
    row('H34', `JSON with ${name}`, 2, () => ({ ...kustomization('resources: [a.json]\n'), [at('a.json')]: text }), 'a.json:1: '),
  ),
  row('H34', 'JSON with a byte order mark', 2, () => ({ ...kustomization('resources: [a.json]\n'), [at('a.json')]: '\ufeff{}' }), 'byte order mark'),
  row('H35', 'a document after the end of another', 2, () => manifest(`${configMap('')}...\n${configMap('', 'second')}`), 'separates documents with ...'),
  row(
    'H35',
    'content on the line of a separator',
    2,
    () => manifest(`${configMap('')}--- {kind: ConfigMap}\n`),
    'separates documents with --- {kind: ConfigMap}',
  ),
  row('H35', 'a separator inside a text', 0, data('  cells: |\n    ---\n    kind: Pod\n'), 'ALLOW'),
  row(
    'H35',
    'a list that wraps objects: every item is judged',
    1,
    () =>
      manifest(
        `apiVersion: v1\nkind: List\nitems:\n  - ${configMap('').replaceAll('\n', '\n    ').trim()}\n  - ${pod('true').replaceAll('\n', '\n    ').trim()}\n`,
      ),
    'deny security.',
    'v1/Pod/-/hidden',
  ),
  row('H35', 'a second document: it is judged as well', 1, () => manifest(`${configMap('')}---\n${pod('true')}`), 'deny security.'),
];
