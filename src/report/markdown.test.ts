import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { hostile } from '../../test/support/hostile-text.ts';
import { finding, group, report } from '../../test/support/reports.ts';
import { richReport } from '../../test/support/rich-report.ts';
import { countsOf, standingOf } from './counts.ts';
import { commentLimit, jobSummaryLimit, renderJobSummary, renderMarkdown } from './markdown.ts';

test('a denied change is told as a comment', () => {
  const denied = report({
    outcome: 'deny',
    exitCode: 1,
    reasons: ['1 violation'],
    findings: [finding({ message: 'container a_b uses <none>, ask @norvik/ran' })],
  });
  expect(renderMarkdown(denied)).toMatchInlineSnapshot(`
    "## ❌ DENY: 1 violation

    **1 file changed** · 2 clusters · waves w3 · countries SE · vendors ericsson nokia · 400 cells \\(66.7 % of production\\) · agents mro-optimizer

    ### ❌ security.image\\_digest

    container a\\_b uses &lt;none&gt;, ask @​norvik/ran

    - where: **argoproj.io/v1alpha1/Rollout/mro-optimizer/agent spec.template.spec.containers\\[0\\].image**
    - in: agents/mro-optimizer/rings/w3/region
    - fix: Name the image by digest.

    <details><summary>changed <b>argoproj.io/v1alpha1/Rollout/mro-optimizer/agent</b> · 2 clusters, w3</summary>

    prd-region-se-01 prd-region-se-02

    \`\`\`diff
    ! spec.replicas: 2 -> 3
    \`\`\`

    </details>


    <sub>0123456789ab to working tree: 1 root affected, 1 rendered, 1 from the cache, 17 objects held against schemas, 1 judged by 2 rules in 1.2 s</sub>
    "
  `);
});

const long = fc.oneof(
  hostile,
  fc.nat({ max: 3_000 }).map((n) => '<@a`'.repeat(n)),
);
const value = fc.record({
  kind: fc.constantFrom('added' as const, 'removed' as const, 'changed' as const),
  path: fc.constant([]),
  at: hostile,
  before: long,
  after: long,
});
const standing = fc.constantFrom<Partial<Finding>>(
  {},
  {},
  { effect: 'undecided' },
  { effect: 'warn' },
  { standing: 'debt' },
  { waiver: { id: 'W-1', owner: '@a/b', ticket: 'T-1', until: '2027-01-01', daysLeft: 3 } },
);
const findings = fc.array(
  fc
    .record({ code: hostile, message: long, solution: hostile, subject: long, roots: fc.array(hostile, { maxLength: 5 }), standing })
    .map(({ standing, ...rest }) => finding({ ...rest, ...standing })),
  { maxLength: 40 },
);
const changes = fc.array(
  fc
    .record({
      id: hostile,
      values: fc.array(value, { maxLength: 20 }),
      clusters: fc.array(hostile, { maxLength: 60 }),
      waves: fc.array(hostile, { maxLength: 3 }),
    })
    .map(group),
  { maxLength: 40 },
);
const anyReport = fc.record({ head: hostile, findings, changes, reasons: fc.array(hostile, { minLength: 1, maxLength: 3 }) }).map(report);

/** The comment without its fenced blocks, which GitHub shows as they stand; and how many of these there are. */
const unfenced = (markdown: string): { text: string; blocks: number } => {
  let blocks = 0;
  const text = markdown.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, () => `block ${++blocks}`);
  return { text, blocks };
};

const ownTags = /<\/?details>|<summary>|<\/summary>|<\/?b>|<\/?sub>/g;

describe('whatever a change says', () => {
  test('the comment fits, and no markup of the change takes effect', () => {
    fc.assert(
      fc.property(anyReport, (r) => {
        const markdown = renderMarkdown(r);
        const { text } = unfenced(markdown);
        expect(markdown.length).toBeLessThanOrEqual(commentLimit);
        expect(text.replace(ownTags, '').match(/<.{0,20}/g)).toBeNull();
        expect(text.match(/@\w.{0,20}/g)).toBeNull();
        expect(markdown.match(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test('every block that opens closes, so that nothing hides what follows', () => {
    fc.assert(
      fc.property(anyReport, (r) => {
        const { text } = unfenced(renderMarkdown(r));
        expect(text.match(/^`{3,}/gm)).toBeNull();
        expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/^<\/details>$/gm)?.length ?? 0);
        expect(text.trimEnd().endsWith('</sub>')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('every finding and object is shown or counted', () => {
    const numberBefore = (text: string, noun: string): number =>
      Number(new RegExp(`(\\d+) ${noun}`).exec(/\*\*Not shown here.*/.exec(text)?.[0] ?? '')?.[1] ?? 0);
    fc.assert(
      fc.property(anyReport, (r) => {
        const { text } = unfenced(renderMarkdown(r));
        const folded = [...text.matchAll(/^<details><summary>(?:🎫|🗂️) .*: <b>(\d+)<\/b>/gmu)].map((m) => Number(m[1]));
        const grouped = [...text.matchAll(/^- and in (\d+) more objects?: /gm)].map((m) => Number(m[1]));
        const shown = {
          findings: (text.match(/^### /gm)?.length ?? 0) + grouped.reduce((a, b) => a + b, 0) + folded.reduce((a, b) => a + b, 0),
          changes: text.match(/^<details><summary>(added|removed|changed) /gm)?.length ?? 0,
        };
        expect({ findings: shown.findings + numberBefore(text, 'finding'), changes: shown.changes + numberBefore(text, 'changed object') }).toEqual({
          findings: r.findings.length,
          changes: r.changes.length,
        });
      }),
      { numRuns: 60 },
    );
  });
});

test('a comment that is too long says how much is left out', () => {
  const many = report({
    outcome: 'deny',
    findings: Array.from({ length: 3 }, (_, i) => finding({ fingerprint: `${i}`, message: 'x'.repeat(30_000) })),
    changes: [group(), group()],
  });
  const markdown = renderMarkdown(many);
  expect(markdown.split('\n').filter((line) => line.includes('Not shown'))).toEqual([
    '**Not shown here, for want of room: 1 finding and 2 changed objects.** The whole report is the HTML or JSON file of this run.',
  ]);
  expect(renderMarkdown(report()).includes('Not shown')).toBe(false);
});

test('a change that adds thousands of components still fits', () => {
  const components = Array.from({ length: 3_000 }, (_, i) => `a-component-with-a-long-name-${i}`);
  expect(renderMarkdown(report({ blastRadius: { ...report().blastRadius, components } })).length).toBeLessThanOrEqual(commentLimit);
});

test('what blocks stands first, then warnings; waived findings and debt are counted and folded', () => {
  const text = renderMarkdown(richReport());
  const marks = [...text.matchAll(/^### (\S+)|^<details><summary>(\S+) /gmu)].map((m) => m[1] ?? m[2]);
  expect(marks).toEqual(['❌', '⚠️', '🔶', '🎫', '🗂️', 'changed', 'added']);
  expect(text).toContain('**1 violation · 1 question without an answer · 1 warning · 1 waived · 1 debt**');
  expect(text).toContain('- where: **agents/mro-optimizer/releases/1.1.0/kustomization.yaml:9**');
});

test('the mark by which a comment is found again stands in its first line, and a change can not write one', () => {
  const mark = '<!-- ranfleet-gate:pull-7 -->';
  const text = renderMarkdown(richReport(mark), { key: 'pull 7' });
  expect(text.split('\n')[0]).toBe(mark);
  expect(text.slice(1).includes('<!--')).toBe(false);
  expect(renderMarkdown(richReport(mark)).includes('<!--')).toBe(false);
});

test('the summary of a job shows more than the comment, and fits in bytes', () => {
  const many = report({ findings: Array.from({ length: 4_000 }, (_, i) => finding({ fingerprint: `${i}`, message: `ø${i} `.repeat(40) })) });
  const summary = renderJobSummary(many);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(jobSummaryLimit);
  expect(summary.length).toBeGreaterThan(5 * commentLimit);
  expect(Buffer.byteLength(renderJobSummary(many, 20_000))).toBeLessThanOrEqual(20_000);
  expect(renderJobSummary(richReport())).toContain('agents/\\_traits/rollout/v1/rollout.yaml:18 resource');
});

test('each finding counts once, as what it means', () => {
  expect(countsOf(richReport().findings)).toEqual({ violation: 1, question: 1, warning: 1, waived: 1, debt: 1 });
  expect(standingOf(finding({ effect: 'undecided', standing: 'debt' }))).toBe('question');
});
