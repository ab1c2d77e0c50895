import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { scopeOf } from '#gate/scope.ts';
import { checkSources } from '#gate/source-check.ts';
import { isGateError } from '#model/errors.ts';
import { scanYaml } from '#scan/scan-yaml.ts';
import { treeSnapshot } from '../support/tree-snapshot.ts';
import { at, configMap } from './support/row.ts';

const runs = { numRuns: 400 };

/** Pieces of YAML that parsers quarrel about, put together in any order. */
const piece = fc.constantFrom(
  ...[
    'yes',
    'No',
    'on',
    'y',
    '0644',
    '1_000',
    '0b11',
    '0o7',
    '1e3',
    '12:30:45',
    '2026-11-25',
    '~',
    'null',
    '.5',
    '+1',
    '-0',
    '0x1F',
    '.inf',
    '1.0',
    '7',
    'true',
    'text',
    '"no"',
    "'1'",
  ],
  ...[
    ': ',
    ':\n  ',
    '\n',
    '- ',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '? ',
    '|\n  ',
    '>-\n  ',
    '# ',
    '\n---\n',
    '...\n',
    '%YAML 1.1\n',
    '<<',
    '&a ',
    '*a',
    '!!str ',
    '!x ',
    '\t',
    ' ',
    '"',
    "'",
    '=',
    '\\',
    'a',
    'b',
  ],
);
const yamlText = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
const pair = fc.tuple(fc.constantFrom('a', 'b', '"c"', 'on', '1'), piece).map(([key, value]) => `${key}: ${value}`);
const anyText = fc.oneof(
  yamlText,
  fc.array(pair, { maxLength: 4 }).map((lines) => lines.join('\n')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const anyBytes = fc.oneof(
  anyText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
);

/** What the other parser makes of a text by one version of YAML; undefined when it refuses it. */
const readBy = (version: '1.1' | '1.2', text: string): string | undefined => {
  const documents = parseAllDocuments(text, { version, merge: version === '1.1' });
  if (!Array.isArray(documents) || documents.some((d) => d.errors.length > 0)) return undefined;
  return JSON.stringify(documents.map((d) => d.toJS()));
};

describe('the scan', () => {
  test('lets nothing pass that YAML 1.1 and 1.2 read differently', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const { problems, text } = scanYaml(bytes);
        // That parser takes e2 for a number by YAML 1.1; yaml.org/type/float asks for a point, and no other parser does so.
        fc.pre(!/(?:^|[^0-9.])[eE][-+]?[0-9]/.test(text));
        if (problems.length === 0) expect(readBy('1.1', text)).toEqual(readBy('1.2', text));
      }),
      { numRuns: 1_500 },
    );
  });

  test('names a line of the file for every problem', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { line, column } of scanYaml(Buffer.from(text)).problems) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length + 1);
          expect(column).toBeGreaterThan(0);
        }
      }),
      runs,
    );
  });

  test('of a whole tree ends in findings or in a fault of the gate, whatever bytes its files hold', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (one, other) => {
        const clean = { [at('kustomization.yaml')]: 'resources: [a.yaml]\n', [at('a.yaml')]: configMap('') };
        const head = treeSnapshot({ ...clean, [at('kustomization.yaml')]: one, [at('a.yaml')]: other });
        const files = [at('kustomization.yaml'), at('a.yaml')].map((path) => ({ path, status: 'modified' as const }));
        try {
          const scope = scopeOf(treeSnapshot(clean), head, files, false);
          checkSources({ head, graph: scope.headGraph, files, roots: scope.affected.map((a) => a.root.path) });
        } catch (error) {
          if (!isGateError(error)) throw error;
          expect(['usage', 'limit']).toContain(error.fault);
        }
      }),
      runs,
    );
  });
});
