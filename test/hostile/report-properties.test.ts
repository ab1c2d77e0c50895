import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Evidence } from '#decide/decide.ts';
import type { Finding } from '#model/finding.ts';
import { renderMarkdown } from '#report/markdown.ts';
import { renderTerminal } from '#report/terminal.ts';
import { finding, group, report } from '../support/reports.ts';
import { leakIn } from './support/hostile-gate.ts';

const runs = { numRuns: 400 };

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '::error::',
        '\n',
        '\r',
        '@all',
        '<b>',
        '</details>',
        '```',
        '~~~',
        '\u001b[2J',
        '\u202e',
        '\u2066',
        '\u2028',
        '[x](y)',
        '| a |',
        '<!-- -->',
        ' ',
        '##[error]',
        '\u0085',
        '\u009b',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);
const paint = { bold: String, dim: String, red: String, green: String, yellow: String };

/** A report in which every text that a change can choose is hostile. */
const hostileReport = hostileText.map((text) =>
  report({
    outcome: 'deny',
    findings: [finding({ message: text, subject: text, roots: [text], path: [text], solution: 'Mend it.' })],
    changes: [group({ id: text, objects: [text, text], values: [{ kind: 'changed', path: [text], at: text, before: text, after: text }] })],
    files: [{ path: text, status: 'added' }],
  }),
);

describe('reports of hostile text', () => {
  test('on a terminal give no control character, nothing that reorders, and no line that a build log obeys', () => {
    fc.assert(
      fc.property(hostileReport, (hostile) => {
        expect(leakIn(renderTerminal(hostile, { paint, verbose: true }))).toBeUndefined();
      }),
      runs,
    );
  });

  test('in a comment mention nobody, and break out of no markup', () => {
    fc.assert(
      fc.property(hostileReport, (hostile) => {
        // Inside a fenced block nothing is markup; what could end it early would stand outside of it here.
        const text = renderMarkdown(hostile).replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '');
        expect(text.match(/<(?!\/?(?:details|summary|b|sub)>)[a-z!/][^>]*>/i)?.[0]).toBeUndefined();
        expect([text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length]).toEqual([1, 1]);
        expect(/@\w/.exec(text)?.[0]).toBeUndefined();
      }),
      runs,
    );
  });
});

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    effect: fc.constantFrom('deny' as const, 'warn' as const, 'undecided' as const),
    isDebt: fc.boolean(),
    isWaived: fc.boolean(),
    code: fc.constantFrom('a.b', 'c.d'),
  })
  .map(({ effect, isDebt, isWaived, code }) =>
    finding({
      effect,
      code,
      ...(isDebt ? { standing: 'debt' as const } : {}),
      ...(isWaived ? { waiver: { id: 'W1', owner: '@a', ticket: 'T-1', until: '2026-12-01', daysLeft: 6 } } : {}),
    }),
  );
const evidence: fc.Arbitrary<Evidence> = fc.record({
  rulesRun: fc.nat(2),
  rootsExpected: fc.nat(3),
  rootsJudged: fc.nat(3),
  objectsExpected: fc.nat(3),
  objectsValidated: fc.nat(3),
});
const rank = { allow: 0, undecided: 1, deny: 2 } as const;

describe('the decision', () => {
  test('never becomes milder by one finding more', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 6 }), anyFinding, evidence, (findings, more, seen) => {
        expect(rank[decide([...findings, more], seen).outcome]).toBeGreaterThanOrEqual(rank[decide(findings, seen).outcome]);
      }),
      runs,
    );
  });

  test('is one of three for every input, keeps every finding, and gives a reason', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 6 }), evidence, (findings, seen) => {
        const decision = decide(findings, seen);
        expect(Object.keys(rank)).toContain(decision.outcome);
        expect([decision.findings.length, decision.reasons.length > 0]).toEqual([findings.length, true]);
      }),
      runs,
    );
  });

  test('allows only where all was judged, nothing is undecided and every denial is debt or waived', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 6 }), evidence, (findings, seen) => {
        if (decide(findings, seen).outcome !== 'allow') return;
        expect(seen.rulesRun).toBeGreaterThan(0);
        expect(seen.rootsJudged).toBeGreaterThanOrEqual(seen.rootsExpected);
        expect(seen.objectsValidated).toBeGreaterThanOrEqual(seen.objectsExpected);
        expect(findings.filter((f) => f.effect === 'undecided' || (f.effect === 'deny' && f.standing === undefined && f.waiver === undefined))).toEqual([]);
      }),
      runs,
    );
  });
});
