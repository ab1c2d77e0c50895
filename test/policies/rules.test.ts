import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { controlsOf, ruleSources } from '#policy/rule-source.ts';
import { schemaRules } from '#schema/rules.ts';
import { isDay } from '#util/day.ts';
import { casesOf, repository, ruleCodes } from '../support/policy-cases.ts';
import { examplesOf } from '../support/policy-examples.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

const folder = path.join(repository, 'policies', 'rules');
const snapshot = worktreeSnapshot(repository);
const sources = ruleSources(snapshot);
const controls = controlsOf(snapshot);
let rules: RuleBundle;

beforeAll(async () => {
  rules = await RuleBundle.load();
});

afterAll(() => rules.close());

const repeated = (texts: readonly string[]): string[] => texts.filter((text, at) => texts.indexOf(text) !== at);

test('below policies/rules stand areas, in these rules, and in each rule its four files', () => {
  const strange = readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => ({ entry, parts: path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep) }))
    .filter(({ entry, parts }) => (parts.length < 3 ? !entry.isDirectory() : parts.length > 3 || !entry.isFile()))
    .map(({ parts }) => parts.join('/'));
  expect(strange).toEqual([]);
  for (const code of ruleCodes()) {
    const [, rule = ''] = code.split('.');
    const files = readdirSync(path.join(folder, ...code.split('.'))).sort();
    expect({ code, files }).toEqual({ code, files: [`${rule}.rego`, 'allowed.yaml', 'cases.yaml', 'denied.yaml'].sort() });
  }
});

test('every folder is one rule of the bundle, and what the pages tell of it is what opa reads', () => {
  const byCode = <T extends { code: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.code < b.code ? -1 : 1));
  expect(sources.map(({ info }) => info.code)).toEqual(ruleCodes());
  expect(byCode(sources.map(({ info }) => info))).toEqual(byCode(rules.bundle.rules));
});

test('ids are unique, among the rules and those of the schemas', () => {
  expect(repeated([...sources.map(({ info }) => info), ...schemaRules].map(({ id }) => id))).toEqual([]);
});

test('every control has a framework and a paraphrase', () => {
  expect(controls.size).toBeGreaterThan(50);
  for (const [id, text] of controls)
    expect({ id, text }).toEqual({ id: expect.stringMatching(/^(SOC2|HIPAA|GDPR|NIS2|NIST) \S+$/), text: expect.stringMatching(/^[A-Z].{9,}[^.]$/) });
});

describe.each(sources.map((source) => [source.info.code, source] as const))('%s', (code, { info, scope, args }) => {
  test('has complete metadata', () => {
    expect({ ...info, scope }).toMatchObject({
      id: expect.stringMatching(/^[A-Z]{2,4}-\d{2}$/),
      title: expect.stringMatching(/^[A-Z].{9,}[^.]$/s),
      description: expect.stringMatching(/.{20,}\.$/s),
      failureMessage: expect.stringMatching(/.{10,}[^.]$/s),
      solution: expect.stringMatching(/.{10,}/s),
      scope: expect.stringMatching(/^(root|change)$/),
    });
    expect(info.effectiveOn === undefined || isDay(info.effectiveOn)).toBe(true);
    expect(info.controls.length).toBeGreaterThan(0);
    expect(info.controls.filter((c) => !controls.has(c))).toEqual([]);
    expect(repeated(info.controls)).toEqual([]);
  });

  test('has cases that pass, that are denied, and that miss what it needs', () => {
    const cases = casesOf(code);
    const seen = {
      passes: cases.some((c) => c.deny.length === 0 && c.undecided.length === 0),
      denied: cases.some((c) => c.deny.length > 0),
      undecided: cases.some((c) => c.undecided.length > 0),
      scopes: [...new Set(cases.map((c) => c.input['scope']))],
      named: repeated(cases.map((c) => c.name)),
    };
    expect(seen).toEqual({ passes: true, denied: true, undecided: true, scopes: [scope], named: [] });
  });

  test('says in its message what its results hold, and nothing else', () => {
    const wanted = [...info.failureMessage.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort();
    for (const { args: given } of casesOf(code).flatMap((c) => c.deny)) {
      const names = Object.keys(given);
      expect({ lacking: wanted.filter((w) => !names.includes(w)), unexplained: names.filter((n) => !wanted.includes(n) && !args.has(n)) }).toEqual({
        lacking: [],
        unexplained: [],
      });
    }
  });

  test.each(['allowed', 'denied'] as const)('has examples of what is %s, each with a reason', (file) => {
    const why = examplesOf(code, file).map((set) => set.why);
    expect(why.length).toBeGreaterThan(0);
    expect(repeated(why)).toEqual([]);
  });
});
