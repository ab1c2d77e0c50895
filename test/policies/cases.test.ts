import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '#adapters/tools.ts';
import type { PolicyVerdict } from '#model/policy.ts';
import { casesOf, repository, resultsOf, ruleCodes } from '../support/policy-cases.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

const corpus = ruleCodes().map((code) => ({ code, cases: casesOf(code) }));
let temporary: string;
let rules: RuleBundle;
let native: PolicyVerdict[];

/** Parts of the data, each of which a case may leave out. */
const dataKeys = ['config', 'fleet', 'run'] as const;

const subsetsOf = ([first, ...rest]: readonly string[]): string[][] => {
  if (first === undefined) return [[]];
  const without = subsetsOf(rest);
  return [...without, ...without.map((subset) => [first, ...subset])];
};

/** Rego that judges the cases which have exactly these parts. */
const nativeRule = (present: readonly string[]): string => {
  const conditions = dataKeys.map((key) => `${present.includes(key) ? '' : 'not '}"${key}" in c.has`).join('; ');
  return `verdicts[i] := v if { some i, c in data.corpus; ${conditions}; v := data.main.verdict with input as c.input ${present.map((key) => `with data.${key} as c.${key}`).join(' ')} }`;
};

/** One native evaluation of the whole corpus: starting opa once per case would cost minutes. */
const evaluateNatively = (): PolicyVerdict[] => {
  const all = corpus.flatMap(({ cases }) =>
    cases.map(({ input, data }) => ({ input, ...Object.fromEntries(dataKeys.map((k) => [k, data[k] ?? null])), has: Object.keys(data) })),
  );
  writeFileSync(path.join(temporary, 'corpus.json'), JSON.stringify({ corpus: all }));
  writeFileSync(path.join(temporary, 'run.rego'), `package harness\n${subsetsOf(dataKeys).map(nativeRule).join('\n')}\n`);
  const args = [
    'eval',
    '--ignore',
    '*.yaml',
    '-d',
    'policies',
    '-d',
    path.join(temporary, 'corpus.json'),
    '-d',
    path.join(temporary, 'run.rego'),
    '--format',
    'json',
    'data.harness.verdicts',
  ];
  const output = execFileSync(toolPath(repository, 'gate', 'opa'), args, { cwd: repository, maxBuffer: 256 * 2 ** 20 });
  const verdicts =
    (JSON.parse(output.toString()) as { result: { expressions: { value: Record<string, PolicyVerdict> }[] }[] }).result[0]?.expressions[0]?.value ?? {};
  return all.map((_, i) => verdicts[String(i)] as PolicyVerdict);
};

beforeAll(async () => {
  temporary = mkdtempSync(path.join(tmpdir(), 'ranfleet-policies-'));
  rules = await RuleBundle.load();
  native = evaluateNatively();
});

afterAll(async () => {
  await rules.close();
  rmSync(temporary, { recursive: true, force: true });
});

let index = 0;
for (const { code, cases } of corpus) {
  describe(code, () => {
    test.each(cases.map((c) => [c.name, c, index++] as const))('%s', async (_, policyCase, at) => {
      const wasm = await rules.evaluate(policyCase.input, policyCase.data);
      const expected = { deny: resultsOf(code, policyCase.deny), undecided: resultsOf(code, policyCase.undecided) };
      expect({ deny: resultsOf(code, wasm.deny), undecided: resultsOf(code, wasm.undecided) }).toEqual(expected);
      const opa = native[at];
      expect({ deny: resultsOf(code, opa?.deny ?? []), undecided: resultsOf(code, opa?.undecided ?? []) }).toEqual(expected);
    });
  });
}

describe('conventions', () => {
  test.each(corpus)('$code has metadata, and passing, denied and missing-input cases', ({ code, cases }) => {
    const rule = rules.bundle.rules.find((r) => r.code === code);
    expect(rule).toMatchObject({
      severity: 'deny',
      title: expect.stringMatching(/.{10,}/),
      failureMessage: expect.stringMatching(/.{10,}/),
      solution: expect.stringMatching(/.{10,}/),
    });
    expect(
      cases.some((c) => c.deny.length === 0 && c.undecided.length === 0),
      'a case that passes',
    ).toBe(true);
    expect(
      cases.some((c) => c.deny.length > 0),
      'a case that is denied',
    ).toBe(true);
    expect(
      cases.some((c) => c.undecided.length > 0 || /miss|absent|no |without|lack/i.test(c.name)),
      'a case with missing input',
    ).toBe(true);
  });

  test('every rule folder is one rule of the bundle, and no other', () => {
    expect(rules.bundle.rules.map((r) => r.code).sort()).toEqual(ruleCodes());
  });
});
