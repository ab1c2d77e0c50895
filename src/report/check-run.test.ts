import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostile } from '../../test/support/hostile-text.ts';
import { finding, report } from '../../test/support/reports.ts';
import { richReport } from '../../test/support/rich-report.ts';
import { checkRunLimits, checkRunOf } from './check-run.ts';
import { countsLine, countsOf } from './counts.ts';

test('findings with a file are annotations, the others stand in the text', () => {
  const { conclusion, pages } = checkRunOf(richReport());
  expect(conclusion).toBe('failure');
  expect(pages).toHaveLength(1);
  expect(pages[0].annotations.map((a) => `${a.annotation_level} ${a.path}:${a.start_line}-${a.end_line} ${a.title}`)).toEqual([
    'failure agents/mro-optimizer/releases/1.1.0/kustomization.yaml:9-10 security.image_digest: Images are pinned by digest',
    'warning agents/_traits/rollout/v1/rollout.yaml:31-31 reliability.resources: Requests are stated',
  ]);
  expect(pages[0].text.split('\n').map((line) => line.split('**')[1])).toEqual([
    'question reliability.probes',
    'waived network.default\\_deny',
    'debt reliability.disruption\\_budget',
  ]);
  expect(pages[0].summary).toContain('2 findings annotated, 3 in the text below.');
  expect(pages[0].summary).toContain(countsLine(countsOf(richReport().findings)));
});

test.each([
  ['allow', 'success'],
  ['deny', 'failure'],
  ['undecided', 'failure'],
] as const)('%s concludes as %s, which a required check understands', (outcome, conclusion) => {
  expect(checkRunOf(report({ outcome })).conclusion).toBe(conclusion);
});

test('annotations come in pages of 50, and each page has the whole output', () => {
  const findings = Array.from({ length: 120 }, (_, i) => finding({ file: 'a.yaml', line: i + 1 }));
  const { pages } = checkRunOf(report({ findings }));
  expect(pages.map((p) => p.annotations.length)).toEqual([50, 50, 20]);
  expect(new Set(pages.map((p) => p.summary + p.text + p.title)).size).toBe(1);
  expect(pages.flatMap((p) => p.annotations.map((a) => a.start_line))).toEqual(findings.map((f) => f.line));
});

test('a file that the change deletes, or that is outside the repository, gets no annotation', () => {
  const of = report({
    files: [{ path: 'gone.yaml', status: 'deleted' }],
    findings: [finding({ file: 'gone.yaml' }), finding({ file: '../x' }), finding({ file: 'here.yaml' })],
  });
  const { pages } = checkRunOf(of);
  expect(pages[0].annotations.map((a) => a.path)).toEqual(['here.yaml']);
  expect(pages[0].text.split('\n')).toHaveLength(2);
});

test('whatever a change says, however much, everything keeps the limits, and every finding is told or counted', () => {
  const long = fc.tuple(hostile, fc.nat({ max: 3_000 })).map(([text, n]) => text.repeat(1 + n / text.length));
  fc.assert(
    fc.property(
      fc.array(fc.record({ message: long, solution: long, code: hostile, title: long, file: fc.option(hostile, { nil: 'a.yaml' }) }), { maxLength: 80 }),
      (parts) => {
        const { pages } = checkRunOf(report({ findings: parts.map(finding), reasons: parts.map((p) => p.message).slice(0, 9) }));
        for (const { title, summary, text, annotations } of pages) {
          expect(Math.max(title.length / checkRunLimits.title, summary.length / checkRunLimits.text, text.length / checkRunLimits.text)).toBeLessThanOrEqual(1);
          expect(annotations.length).toBeLessThanOrEqual(checkRunLimits.annotations);
          for (const a of annotations)
            expect(Math.max(Buffer.byteLength(a.message) / checkRunLimits.message, a.title.length / checkRunLimits.title)).toBeLessThanOrEqual(1);
        }
        const text = pages[0].text;
        const told = text.match(/^- \*\*/gm)?.length ?? 0;
        const more = Number(/^- and (\d+) more/m.exec(text)?.[1] ?? 0);
        expect(pages.flatMap((p) => p.annotations).length + told + more).toBe(parts.length);
      },
    ),
    { numRuns: 40 },
  );
});
