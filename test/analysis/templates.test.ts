import { describe, expect, test } from 'vitest';
import { testCommand } from '#cli/test.ts';
import { repository } from '../support/policy-cases.ts';

const told: string[] = [];
const paint = { bold: String, dim: String, red: String, green: String, yellow: String };
const output = { print: (text: string) => void told.push(text), note: () => {}, progress: () => {}, paint };

describe('the tests of the AnalysisTemplates', () => {
  test('stand beside every template, pass, and notice every changed limit', () => {
    expect(testCommand(repository, [], { json: true }, output)).toBe(0);
    const results = JSON.parse(told.at(-1) ?? '[]') as { template: string; cases: unknown[]; mutants: number; survivors: string[] }[];
    expect(results.map(({ template }) => template.split('/').at(-1))).toEqual(['canary-judge.yaml', 'shadow.yaml', 'fast-slo.yaml', 'guardrail.yaml']);
    for (const { cases, mutants, survivors } of results) {
      expect(cases.length).toBeGreaterThan(0);
      expect(mutants).toBeGreaterThan(10);
      expect(survivors).toEqual([]);
    }
  });

  test('a name that none has is a usage error', () => {
    expect(() => testCommand(repository, ['no-such-template'], {}, output)).toThrow(/no AnalysisTemplate of that name/);
  });
});
