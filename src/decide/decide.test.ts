import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finding } from '../../test/support/reports.ts';
import { decide } from './decide.ts';

const full = { rulesRun: 18, rootsExpected: 3, rootsJudged: 3, objectsExpected: 50, objectsValidated: 50 };
const denied = finding({ code: 'b.rule' });
const unknown = finding({ code: 'a.rule', effect: 'undecided' });

test('full evidence and no finding allow', () => {
  expect(decide([], full)).toEqual({ outcome: 'allow', findings: [], reasons: ['18 rules over 3 roots, no violation'] });
  expect(decide([], { ...full, rulesRun: 1, rootsExpected: 1, rootsJudged: 1 }).reasons).toEqual(['1 rule over 1 root, no violation']);
});

test('warnings allow, and are counted', () => {
  const warnings = [finding({ code: 'b.rule', effect: 'warn' }), finding({ code: 'a.rule', effect: 'warn' })];
  expect(decide(warnings, full)).toEqual({
    outcome: 'allow',
    findings: [...warnings].reverse(),
    reasons: ['18 rules over 3 roots, no violation', '2 warnings'],
  });
  expect(decide([...warnings, denied], full)).toMatchObject({ outcome: 'deny', reasons: ['1 violation'] });
});

test('a change that reaches no root is allowed when rules looked at it', () => {
  expect(decide([], { rulesRun: 18, rootsExpected: 0, rootsJudged: 0, objectsExpected: 0, objectsValidated: 0 }).outcome).toBe('allow');
});

test('a violation denies, also where a question stayed open; the gravest stands first', () => {
  expect(decide([unknown, denied], full)).toEqual({ outcome: 'deny', findings: [denied, unknown], reasons: ['1 violation'] });
});

test('an open question alone is undecided', () => {
  expect(decide([unknown], full)).toEqual({ outcome: 'undecided', findings: [unknown], reasons: ['1 question without an answer'] });
});

describe('a gate that looked at too little passes nothing', () => {
  test.each([
    [{ ...full, rulesRun: 0 }, ['no rule ran']],
    [{ ...full, rootsJudged: 2 }, ['1 of 3 roots not judged']],
    [{ ...full, rulesRun: 0, rootsExpected: 1, rootsJudged: 0 }, ['no rule ran', '1 of 1 root not judged']],
    [{ ...full, rulesRun: Number.NaN }, ['no rule ran']],
    [{ ...full, objectsValidated: 49 }, ['1 of 50 objects not held against a schema']],
  ])('%j is undecided', (evidence, reasons) => {
    expect(decide([], evidence)).toEqual({ outcome: 'undecided', findings: [], reasons });
  });

  test('and a violation says so as well', () => {
    expect(decide([denied], { ...full, rootsJudged: 0 }).reasons).toEqual(['1 violation', '3 of 3 roots not judged']);
  });
});

describe('over any findings and evidence', () => {
  const findings = fc.array(
    fc
      .record({ effect: fc.constantFrom('deny' as const, 'undecided' as const), code: fc.string(), subject: fc.string(), message: fc.string() })
      .map((parts) => finding(parts)),
  );
  const number = fc.oneof(fc.nat({ max: 5 }), fc.integer(), fc.double());
  const evidence = fc.record({ rulesRun: number, rootsExpected: number, rootsJudged: number, objectsExpected: number, objectsValidated: number });

  test('there is one verdict with a reason, and only full evidence without a finding allows', () => {
    fc.assert(
      fc.property(findings, evidence, (list, seen) => {
        const decision = decide(list, seen);
        const isComplete = seen.rulesRun > 0 && seen.rootsJudged >= seen.rootsExpected && seen.objectsValidated >= seen.objectsExpected;
        const expected = list.some((f) => f.effect === 'deny') ? 'deny' : list.length === 0 && isComplete ? 'allow' : 'undecided';
        expect({ outcome: decision.outcome, hasReason: decision.reasons.length > 0, told: decision.findings.length }).toEqual({
          outcome: expected,
          hasReason: true,
          told: list.length,
        });
      }),
    );
  });

  test('the verdict does not depend on the order of the findings, and these are left as they were', () => {
    fc.assert(
      fc.property(findings, evidence, (list, seen) => {
        const before = structuredClone(list);
        expect(decide([...list].reverse(), seen)).toEqual(decide(list, seen));
        expect(list).toEqual(before);
      }),
    );
  });

  test('one finding more never makes a verdict milder', () => {
    const gravity = { allow: 0, undecided: 1, deny: 2 };
    fc.assert(
      fc.property(findings, findings, evidence, (some, more, seen) => {
        expect(gravity[decide([...some, ...more], seen).outcome]).toBeGreaterThanOrEqual(gravity[decide(some, seen).outcome]);
      }),
    );
  });
});
