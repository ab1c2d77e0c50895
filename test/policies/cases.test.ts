import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateNatively, type NativeRun } from '../support/native-opa.ts';
import { casesOf, casesOfMain, resultsOf, ruleCodes } from '../support/policy-cases.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

const corpus = [...ruleCodes().map((code) => ({ code, cases: casesOf(code) })), { code: 'main.scope', cases: casesOfMain() }];
let rules: RuleBundle;
let native: NativeRun;

beforeAll(async () => {
  rules = await RuleBundle.load();
  native = evaluateNatively(corpus.flatMap(({ cases }) => cases));
});

afterAll(() => rules.close());

let index = 0;
for (const { code, cases } of corpus) {
  describe(code, () => {
    test.each(cases.map((c) => [c.name, c, index++] as const))('%s', async (_, policyCase, at) => {
      const wasm = await rules.evaluate(policyCase.input, policyCase.data);
      const expected = { deny: resultsOf(code, policyCase.deny), undecided: resultsOf(code, policyCase.undecided) };
      expect({ deny: resultsOf(code, wasm.deny), undecided: resultsOf(code, wasm.undecided) }).toEqual(expected);
      const opa = native.verdicts[at];
      expect({ deny: resultsOf(code, opa?.deny ?? []), undecided: resultsOf(code, opa?.undecided ?? []) }).toEqual(expected);
    });
  });
}

test('the cases reach every line of every rule and library', () => {
  expect(native.uncovered).toEqual([]);
});

test('a line that no case reaches is named by file and line', () => {
  const { uncovered } = evaluateNatively(casesOfMain());
  expect(uncovered.length).toBeGreaterThan(100);
  for (const line of uncovered) expect(line).toMatch(/^policies\/(rules|lib|main)\/[\w/]+\.rego:\d+(-\d+)?$/);
});
