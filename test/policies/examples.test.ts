import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSchemas } from '#adapters/schemas.ts';
import type { PolicyResult } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { checkRoots } from '#schema/check-roots.ts';
import { isFields } from '#util/manifest.ts';
import { repository, ruleCodes, scopeOf } from '../support/policy-cases.ts';
import { type ExampleFile, type ExampleSet, examplesOf, hasExamples, inputsOf } from '../support/policy-examples.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

const schemas = openSchemas(repository);
let rules: RuleBundle;

beforeAll(async () => {
  rules = await RuleBundle.load();
});

afterAll(() => rules.close());

/** What one rule says about one set: a list for each input that the gate would make of it. */
const judge = async (code: string, set: ExampleSet): Promise<{ deny: PolicyResult[]; undecided: PolicyResult[] }[]> =>
  Promise.all(
    inputsOf(scopeOf(code), set).map(async (input) => {
      const { deny, undecided } = await rules.evaluate(input, set.data);
      return { deny: deny.filter((r) => r.code === code), undecided: undecided.filter((r) => r.code === code) };
    }),
  );

/** A misspelt field would let an example pass, or fail, for a reason that is not the rule's. */
const unknownFields = ({ root, documents }: ExampleSet): string[] =>
  checkRoots([{ root, objects: documents.filter(isFields) as Manifest[] }], schemas)
    .findings.filter((f) => f.code === 'schema.unknown_field')
    .map((f) => f.message);

const cases = (code: string, file: ExampleFile) => examplesOf(code, file).map((set) => [set.line, set.why, set] as const);

describe.each(ruleCodes().filter(hasExamples))('%s', (code) => {
  test.each(cases(code, 'allowed'))('allows the example on line %i: %s', async (_, __, set) => {
    const verdicts = await judge(code, set);
    expect(verdicts).toEqual(verdicts.map(() => ({ deny: [], undecided: [] })));
    expect(verdicts.length).toBeGreaterThan(0);
    if (scopeOf(code) === 'root') expect(unknownFields(set)).toEqual([]);
  });

  test.each(cases(code, 'denied'))('denies the example on line %i: %s', async (_, __, set) => {
    const verdicts = await judge(code, set);
    expect(verdicts.length).toBeGreaterThan(0);
    for (const { deny, undecided } of verdicts) {
      expect(deny.length).toBeGreaterThan(0);
      expect(undecided).toEqual([]);
    }
    if (scopeOf(code) === 'root') expect(unknownFields(set)).toEqual([]);
  });
});
