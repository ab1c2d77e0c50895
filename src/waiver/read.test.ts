import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { parsedWaiver, waiverFields } from '../../test/support/waivers.ts';
import { parseWaiver, readWaivers } from './read.ts';

const told = (problems: readonly { code: string; file?: string; line?: number; message: string }[]): string[] =>
  problems.map((p) => `${p.code} ${p.file}:${p.line} ${p.message}`);

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['no end', { effectiveUntil: undefined }, 'waiver.malformed :1 effectiveUntil: must be a day of the calendar, like 2027-01-31'],
  ['an end that is no day', { effectiveUntil: '2027-02-29' }, 'waiver.malformed :16 effectiveUntil: must be a day of the calendar, like 2027-01-31'],
  ['an end before its start', { effectiveUntil: '2027-01-31' }, 'waiver.malformed :16 effectiveUntil: ends before it starts (2027-02-01)'],
  ['an end with a time', { effectiveUntil: '2027-02-03T00:00:00Z' }, 'waiver.malformed :16 effectiveUntil: must be a day of the calendar, like 2027-01-31'],
  ['a star', { scope: { names: ['*'] } }, 'waiver.too_broad :8 scope.names.0: * is a pattern; a waiver names what it covers, letter by letter'],
  [
    'a star in a name',
    { scope: { names: ['agent-*'] } },
    'waiver.too_broad :8 scope.names.0: agent-* is a pattern; a waiver names what it covers, letter by letter',
  ],
  [
    'a regular expression',
    { scope: { clusters: ['prd-.+|x$'] } },
    'waiver.too_broad :8 scope.clusters.0: prd-.+|x$ is a pattern; a waiver names what it covers, letter by letter',
  ],
  ['every rule', { rules: ['*'] }, 'waiver.too_broad :5 rules.0: * is a pattern; a waiver names what it covers, letter by letter'],
  ['no scope', { scope: {} }, 'waiver.too_broad :6 scope: covers the whole fleet; name clusters, namespaces, names or roots'],
  ['a kind alone', { scope: { kinds: ['Rollout'] } }, 'waiver.too_broad :6 scope: covers the whole fleet; name clusters, namespaces, names or roots'],
  ['a team that approves', { approvedBy: '@norvik/ran-security' }, 'waiver.malformed :14 approvedBy: must be one person, like @anna-berg'],
  ['an approver with a letter of another script', { approvedBy: '@аnna-berg' }, 'waiver.malformed :14 approvedBy: must be one person, like @anna-berg'],
  ['a field that nobody knows', { forever: true }, 'waiver.malformed :18 (top): Unrecognized key: "forever"'],
])('a waiver with %s is no waiver', (_, changes, message) => {
  const { entry, problems } = parsedWaiver(changes);
  expect(entry).toBeUndefined();
  expect(told(problems).map((t) => t.replace('waivers/mro-privileged.yaml', ''))).toContain(message);
});

test.each([
  ['an alias', 'id: &a x\nrules: [*a]\n', 'uses an anchor or an alias; write every value where it counts'],
  ['two documents', 'id: a\n---\nid: b\n', 'Source contains multiple documents'],
  ['a key twice', 'id: a\nid: b\n', 'Map keys must be unique'],
  ['no YAML', 'id: [', 'Flow sequence in block collection'],
])('a file with %s is told with its line', (_, text, message) => {
  expect(told(parseWaiver('waivers/x.yaml', text).problems).join('\n')).toContain(message);
});

describe('of all files of a revision', () => {
  const text = (id: string): string => stringify(waiverFields({ id }));

  test('only plain files waivers/<id>.yaml are waivers', () => {
    const { entries, problems } = readWaivers(
      treeSnapshot({
        'waivers/a.yaml': text('a1'),
        'waivers/b1.yaml': text('b1'),
        'waivers/c1.yml': text('c1'),
        'waivers/sub/d1.yaml': text('d1'),
        'waivers/e1.yaml': { symlink: 'b1.yaml' },
        'waivers/README.md': 'How.',
        'elsewhere/f1.yaml': text('f1'),
      }),
    );
    expect(entries.map((e) => e.waiver.id)).toEqual(['b1']);
    expect(told(problems)).toEqual([
      'waiver.malformed waivers/c1.yml:1 is not a plain file waivers/<id>.yaml',
      'waiver.malformed waivers/e1.yaml:1 is not a plain file waivers/<id>.yaml',
      'waiver.malformed waivers/sub/d1.yaml:1 is not a plain file waivers/<id>.yaml',
      'waiver.malformed waivers/a.yaml:3 has the id a1, which is not the name of the file',
    ]);
  });

  test('two with one id are both refused', () => {
    const { entries, problems } = readWaivers(treeSnapshot({ 'waivers/a1.yaml': text('a1'), 'waivers/b1.yaml': text('a1') }));
    expect(entries).toEqual([]);
    expect(told(problems)).toEqual([
      'waiver.duplicate waivers/a1.yaml:3 the id a1 is used by another file too; neither is honoured',
      'waiver.duplicate waivers/b1.yaml:3 the id a1 is used by another file too; neither is honoured',
    ]);
  });
});

describe('whatever the text', () => {
  const scrap = fc.oneof(fc.string(), fc.constantFrom('*', '@a', '2027-02-30', '', '&a', '.*', null, 1, true), fc.array(fc.string(), { maxLength: 3 }));
  const field = fc.constantFrom(...Object.keys(waiverFields()), 'other');

  test('there is a waiver or a problem with its line, and never both or neither', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.dictionary(field, scrap, { maxKeys: 6 }).map((changes) => stringify({ ...waiverFields(), ...changes })),
        ),
        (text) => {
          const { entry, problems } = parseWaiver('waivers/x.yaml', text);
          expect(problems.length > 0).toBe(entry === undefined);
          for (const p of problems)
            expect({ file: p.file, counts: (p.line ?? 0) >= 1, source: p.source }).toEqual({ file: 'waivers/x.yaml', counts: true, source: 'waiver' });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('nothing in a scope is ever read as a pattern', () => {
    const wild = fc.tuple(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('*', '?', '$', '^', '|', '\\', '(', ')', '{', '}', '!', '..', '+*'),
      fc.string({ maxLength: 5 }),
    );
    const part = fc.constantFrom('clusters', 'namespaces', 'kinds', 'names', 'paths', 'roots');
    fc.assert(
      fc.property(wild, part, (pieces, key) => {
        expect(parsedWaiver({ scope: { clusters: ['a'], [key]: [pieces.join('')] } }).entry).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('what is read is what was written', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{2,20}[a-z]$/);
    fc.assert(
      fc.property(word, fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), (id, names) => {
        const fields = waiverFields({ id, scope: { names } });
        expect(parseWaiver('waivers/x.yaml', stringify(fields)).entry?.waiver).toEqual(fields);
      }),
      { numRuns: 50 },
    );
  });
});
