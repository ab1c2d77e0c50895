import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toolPath } from '#adapters/tools.ts';
import type { PolicyVerdict } from '#model/policy.ts';
import { type PolicyCase, repository } from './policy-cases.ts';

interface Range {
  readonly start: { readonly row: number };
  readonly end: { readonly row: number };
}

interface Evaluated {
  readonly result: readonly { readonly expressions: readonly { readonly value: Readonly<Record<string, PolicyVerdict>> }[] }[];
  readonly coverage: { readonly files: Readonly<Record<string, { readonly not_covered?: readonly Range[] }>> };
}

export interface NativeRun {
  /** One verdict for each case, in their order. */
  readonly verdicts: readonly PolicyVerdict[];
  /** Lines of the policies that no case reached, like `policies/lib/x/x.rego:12-14`. */
  readonly uncovered: readonly string[];
}

/** Rego has no way to replace all of `data`, so that cases with the same keys of data share one rule. */
const ruleFor = (keys: readonly string[]): string => {
  const data = keys.map((key) => ` with data.${key} as c.data.${key}`).join('');
  return `verdicts[i] := v if { some i, c in data.corpus; c.keys == ${JSON.stringify(keys)}; v := data.main.verdict with input as c.input${data} }`;
};

/** One run of the real opa over all cases: starting it once per case would cost minutes. */
export const evaluateNatively = (cases: readonly Pick<PolicyCase, 'input' | 'data'>[]): NativeRun => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-native-'));
  try {
    const corpus = cases.map(({ input, data }) => ({ input, data, keys: Object.keys(data).sort() }));
    const rules = new Set(corpus.map(({ keys }) => ruleFor(keys)));
    writeFileSync(path.join(directory, 'corpus.json'), JSON.stringify({ corpus }));
    writeFileSync(path.join(directory, 'run.rego'), ['package harness', ...rules, ''].join('\n'));
    const args = ['eval', '--ignore', '*.yaml', '--coverage', '--format', 'json', '-d', 'policies', '-d', directory, 'data.harness.verdicts'];
    const output = execFileSync(toolPath(repository, 'gate', 'opa'), args, { cwd: repository, maxBuffer: 512 * 2 ** 20 });
    const { result, coverage } = JSON.parse(output.toString()) as Evaluated;
    const verdicts = result[0]?.expressions[0]?.value ?? {};
    return { verdicts: cases.map((_, i) => verdicts[String(i)] as PolicyVerdict), uncovered: uncoveredIn(coverage.files) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const uncoveredIn = (files: Evaluated['coverage']['files']): string[] =>
  Object.entries(files)
    .filter(([file]) => file.startsWith('policies/'))
    .flatMap(([file, { not_covered: ranges = [] }]) =>
      ranges.map(({ start, end }) => (start.row === end.row ? `${file}:${start.row}` : `${file}:${start.row}-${end.row}`)),
    )
    .sort();
