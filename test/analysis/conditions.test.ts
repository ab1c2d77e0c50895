import { describe, expect, test } from 'vitest';
import { compileCondition } from '#analysis/condition.ts';
import type { ControllerVersion } from '#model/analysis.ts';
import { seededRandom } from '#util/random.ts';
import { randomCondition, randomSample } from '../support/condition-grammar.ts';
import { askOracle, type OracleOutcome, type Question } from '../support/expr-oracle.ts';

const outcomeOf = ({ expr, result }: Question, version: ControllerVersion): OracleOutcome | 'unsupported' => {
  const compiled = compileCondition(expr, typeof result === 'number' ? 'scalar' : 'vector', version);
  if ('unsupported' in compiled) return 'unsupported';
  if ('error' in compiled) return 'compile error';
  const told = compiled.evaluate(result);
  if ('unsupported' in told) return 'unsupported';
  return 'error' in told ? 'runtime error' : told.value ? 'true' : 'false';
};

const cases = 20_000;

const generated = (version: ControllerVersion): Question[] => {
  const random = seededRandom(`conditions ${process.env['CONDITION_SEED'] ?? '1'} ${version}`);
  return Array.from({ length: cases }, () => {
    const result = randomSample(random);
    return { expr: randomCondition(random, typeof result === 'number'), result };
  });
};

describe.each(['1.9', '1.10'] as const)('conditions of controller %s', (version) => {
  test('come to what the real library makes of them', () => {
    const questions = generated(version);
    const answers = askOracle(version, questions);
    const counts = new Map<string, number>();
    const differences = questions.flatMap((question, at) => {
      const [ours, real] = [outcomeOf(question, version), answers[at]];
      counts.set(ours, (counts.get(ours) ?? 0) + 1);
      return ours === 'unsupported' || ours === real?.outcome ? [] : [{ ...question, ours, real }];
    });
    process.stdout.write(`conditions ${version}: ${cases} cases, ${JSON.stringify(Object.fromEntries(counts))}, ${differences.length} differences\n`);
    expect(differences.slice(0, 5)).toEqual([]);
    expect((counts.get('unsupported') ?? 0) / cases).toBeLessThan(0.02);
    // A grammar whose conditions nearly all fail would prove little.
    for (const outcome of ['true', 'false', 'compile error', 'runtime error']) expect(counts.get(outcome) ?? 0).toBeGreaterThan(cases / 100);
  });
});
