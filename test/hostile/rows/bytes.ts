import { configMap, kustomization, manifest, type Row } from '../support/row.ts';

const bytes = (...parts: (string | number[])[]): Buffer => Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : Buffer.from(p))));
const head = configMap('data:\n  a: "');
const inValue =
  (...inner: (string | number[])[]) =>
  () =>
    manifest(bytes(head, ...inner, '"\n'));
const refused = (id: string, name: string, tree: Row['head'], ...says: string[]): Row => ({ id, name, head: tree, exit: 2, says: ['GATE_MALFORMED', ...says] });

const utf16 = (littleEndian: boolean): Buffer => {
  const text = Buffer.from(`\ufeff${configMap('')}`, 'utf16le');
  return littleEndian ? text : text.swap16();
};

export const rows: readonly Row[] = [
  refused('H01', 'a byte that is no UTF-8', inValue([0xff]), 'facts/a.yaml:6: is not UTF-8. Save it as UTF-8.'),
  refused(
    'H02',
    'an overlong point in a path',
    () => kustomization(bytes('resources:\n  - ', [0xc0, 0xae, 0xc0, 0xae], '/a.yaml\n')),
    'facts/kustomization.yaml:2: is not UTF-8',
  ),
  refused('H03', 'UTF-16, little end first', () => manifest(utf16(true)), 'facts/a.yaml:1: is not UTF-8'),
  refused('H03', 'UTF-16, big end first', () => manifest(utf16(false)), 'facts/a.yaml:1: is not UTF-8'),
  refused('H03', 'UTF-16 without a mark', () => manifest(Buffer.from(configMap(''), 'utf16le')), 'U+0000'),
  refused('H03', 'UTF-32', () => manifest(bytes([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])), 'is not UTF-8'),
  refused(
    'H04',
    'a byte order mark at the start (stricter than the list: refused, not stripped)',
    () => manifest(`\ufeff${configMap('')}`),
    'Save it without a byte order mark.',
  ),
  refused('H04', 'a byte order mark in the middle', () => manifest(configMap('data:\n  a: x\ufeffy\n')), 'a.yaml:6: holds the character U+FEFF'),
  {
    id: 'H05',
    name: 'line ends of Windows',
    head: () => manifest(configMap('data:\n  cells: "101"\n').replaceAll('\n', '\r\n')),
    exit: 0,
    says: ['ALLOW', '~ data.cells: 100 -> 101'],
  },
  { id: 'H05', name: 'mixed line ends', head: () => manifest(configMap('data:\r\n  cells: "101"\n')), exit: 0, says: ['~ data.cells: 100 -> 101'] },
  refused('H06', 'line ends of CR alone', () => manifest(configMap('data:\r  a: b\n')), 'ends a line with CR alone'),
  refused('H07', 'a raw NUL', inValue([0]), 'a.yaml:6: holds the character U+0000'),
  refused('H08', 'a spelt NUL', inValue('x\\0y'), 'a.yaml:6: spells the character U+0000'),
  refused('H09', 'a raw bell', inValue([7]), 'U+0007'),
  refused('H09', 'a raw escape sequence', inValue([0x1b], '[2J'), 'U+001B'),
  refused('H09', 'a spelt escape sequence', inValue('\\e[2J'), 'U+001B'),
  refused('H09', 'a C1 control', inValue([0xc2, 0x9b]), 'U+009B'),
  refused('H10', 'half a surrogate pair', inValue('\\uD800'), 'spells the character U+D800'),
  refused('H10', 'a raw surrogate', inValue([0xed, 0xa0, 0x80]), 'is not UTF-8'),
  ...['\u0085', '\u2028', '\u2029'].map((c) =>
    refused(
      'H11',
      `the line end U+${c.charCodeAt(0).toString(16).padStart(4, '0')} in a plain value`,
      () => manifest(configMap(`data:\n  a: x${c}privileged\n`)),
      'a.yaml:6: holds the character',
    ),
  ),
  ...['\u202e', '\u2066'].map((c) => refused('H12', `text turned by U+${c.charCodeAt(0).toString(16)}`, inValue(`x${c}y`), 'holds the character')),
  refused('H12', 'spelt text that turns', inValue('\\u202E'), 'spells the character U+202E'),
  ...['\u00a0', '\u200b', '\u2060'].map((c) =>
    refused(
      'H13',
      `U+${c.charCodeAt(0).toString(16).padStart(4, '0')} before a comment`,
      () => manifest(configMap(`data:\n  a: x${c}# y\n`)),
      'holds the character',
    ),
  ),
  {
    id: 'H16',
    name: 'a file of 100 MB',
    head: () => manifest(Buffer.alloc(100 * 2 ** 20, 0x20)),
    exit: 4,
    says: ['GATE_LIMIT_EXCEEDED', 'a.yaml:1: has 104857600 bytes, more than 1048576'],
  },
  {
    id: 'H16',
    name: 'a kustomization of 2 MB',
    head: () => kustomization(`resources: [a.yaml]\n${'#'.repeat(2 * 2 ** 20)}\n`),
    exit: 4,
    says: ['kustomization.yaml:1: has '],
  },
  {
    id: 'H17',
    name: '100,000 tiny files',
    head: () => Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`docs/${n}.yaml`, 'a: 1\n'])),
    exit: 4,
    says: ['GATE_LIMIT_EXCEEDED', 'files, more than 50000'],
  },
];
