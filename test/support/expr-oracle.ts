import { spawnSync } from 'node:child_process';
import { toolPath } from '#adapters/tools.ts';
import type { Sample } from '#analysis/condition.ts';
import type { ControllerVersion } from '#model/analysis.ts';
import { repository } from './policy-cases.ts';

export interface Question {
  readonly expr: string;
  readonly result: Sample;
}

/** `true` and `false` are values; the others say where the library gave up. */
export type OracleOutcome = 'true' | 'false' | 'compile error' | 'runtime error';

export interface OracleAnswer {
  readonly outcome: OracleOutcome;
  readonly message: string;
}

/** JSON has no NaN, no infinities and no negative zero; the oracle reads them as texts. */
const plain = (value: number): number | string => {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value).replace('Infinity', 'Inf');
};

/** What the real library of a controller version says, in one run of it. */
export const askOracle = (version: ControllerVersion, questions: readonly Question[]): OracleAnswer[] => {
  const lines = questions.map(({ expr, result }) => JSON.stringify({ version, expr, result: typeof result === 'number' ? plain(result) : result.map(plain) }));
  const run = spawnSync(toolPath(repository, 'expr', 'expr-oracle'), { input: `${lines.join('\n')}\n`, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status !== 0) throw new Error(`the oracle failed: ${run.error?.message ?? run.stderr}`);
  const answers = run.stdout.trimEnd().split('\n').map(read);
  if (answers.length !== questions.length) throw new Error(`${questions.length} questions and ${answers.length} answers`);
  return answers;
};

const read = (line: string): OracleAnswer => {
  const told = JSON.parse(line) as { value?: boolean; compileError?: string; runtimeError?: string };
  if (told.value !== undefined) return { outcome: told.value ? 'true' : 'false', message: '' };
  if (told.compileError !== undefined) return { outcome: 'compile error', message: told.compileError };
  return { outcome: 'runtime error', message: told.runtimeError ?? '' };
};
