import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Root } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { rootInput } from '#policy/root-input.ts';

export const repository = path.resolve(import.meta.dirname, '../..');

export interface ExpectedResult {
  readonly object: string;
  readonly path: readonly (string | number)[];
  readonly args: Readonly<Record<string, unknown>>;
}

export interface PolicyCase {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly deny: readonly ExpectedResult[];
  readonly undecided: readonly ExpectedResult[];
}

const rulesFolder = path.join(repository, 'policies', 'rules');

/** Codes of all rules: one folder each. */
export const ruleCodes = (): string[] =>
  readdirSync(rulesFolder)
    .flatMap((area) => readdirSync(path.join(rulesFolder, area)).map((rule) => `${area}.${rule}`))
    .sort();

/** The Rego file of a rule. */
const ruleFile = (code: string): string => path.join(rulesFolder, ...code.split('.'), `${code.split('.')[1]}.rego`);

/** What a rule looks at: `root` or `change`. */
export const scopeOf = (code: string): string => /^# {3}scope: (\w+)$/m.exec(readFileSync(ruleFile(code), 'utf8'))?.[1] ?? '';

/** The cases that stand beside one rule. */
export const casesOf = (code: string): PolicyCase[] => {
  const file = path.join(rulesFolder, ...code.split('.'), 'cases.yaml');
  const { cases } = parse(readFileSync(file, 'utf8'), { maxAliasCount: -1, merge: true }) as { cases: WrittenCase[] };
  return cases.map((c) => ({ name: c.name ?? '', input: c.input ?? inputOf(c), data: c.data ?? {}, deny: c.deny ?? [], undecided: c.undecided ?? [] }));
};

/** The cases of the generic main, whose results no rule gives: they carry the code `main.scope`. */
export const casesOfMain = (): PolicyCase[] =>
  (parse(readFileSync(path.join(repository, 'policies', 'main', 'cases.yaml'), 'utf8')) as { cases: PolicyCase[] }).cases;

/** A case holds an `input`, or the `documents` of a root, from which the gate itself makes the input. */
type WrittenCase = Partial<PolicyCase> & { readonly root?: Root; readonly documents?: readonly Manifest[] };

const someRoot: Root = { path: 'agents/a/rings/w1/edge', kind: 'agent', agent: 'a' };

const inputOf = ({ root = someRoot, documents }: WrittenCase): PolicyCase['input'] =>
  documents === undefined ? {} : { ...rootInput({ root, objects: [...documents] }, undefined) };

/** Results of one rule without its code, in an order that does not depend on the evaluator. */
export const resultsOf = (code: string, results: readonly (ExpectedResult & { readonly code?: string })[]): ExpectedResult[] =>
  results
    .filter((r) => r.code === undefined || r.code === code)
    .map(({ object, path: at, args }) => ({ object, path: at, args }))
    .sort((a, b) => (JSON.stringify(canonical(a)) < JSON.stringify(canonical(b)) ? -1 : 1));

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, canonical(v)]),
  );
};
