import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GateError } from '#model/errors.ts';
import type { PolicyBundle, RuleInfo } from '#model/evaluator.ts';
import type { Snapshot } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { ruleInfo } from '#util/rule-info.ts';
import { type Limits, spawnLimited } from './spawn-limited.ts';

const limits: Limits = { timeoutMs: 120_000, memoryBytes: 2 * 2 ** 30, outputBytes: 64 * 2 ** 20 };
/** Cases, examples and controls stand beside the rules; they are no data of the policies. */
const ignore = ['--ignore', '*.yaml'] as const;

const failed = (message: string, cause?: unknown): GateError =>
  new GateError('GATE_POLICY_FAILED', 'undecided', `the policies could not be compiled: ${message}`, { hint: 'Run `npm run test:policies`.', cause });

/** The Rego files of a snapshot; empty when it has none. */
export const policyFiles = (snapshot: Snapshot): string[] => [...snapshot.files.keys()].filter((f) => /^policies\/.*\.rego$/.test(f)).sort();

/** Version of the form in which rules are kept: raised when RuleInfo changes, so that an older kept bundle is compiled anew. */
const form = 2;

/** Hash of the policies of a snapshot together with the compiler that turns them into WebAssembly. */
export const policyHash = (snapshot: Snapshot, toolKey: string): string => {
  const hash = createHash('sha256').update(`opa ${toolKey} form ${form}\n`);
  for (const file of policyFiles(snapshot)) hash.update(`${file}\0${snapshot.files.get(file)?.id ?? ''}\n`);
  return hash.digest('hex');
};

export interface BundleTools {
  readonly opa: string;
  readonly toolKey: string;
  /** Where compiled bundles are kept, by hash. */
  readonly cacheDirectory: string;
  readonly layout: (snapshot: Snapshot, files: Iterable<string>) => string;
}

/** Compiles the policies of one snapshot, or takes the compiled bundle of the same hash. */
export const loadBundle = async (snapshot: Snapshot, tools: BundleTools): Promise<PolicyBundle> => {
  const hash = policyHash(snapshot, tools.toolKey);
  const known = keptBundle(tools.cacheDirectory, hash);
  if (known) return known;
  const compiled = await compile(snapshot, tools);
  mkdirSync(tools.cacheDirectory, { recursive: true });
  keep(path.join(tools.cacheDirectory, `${hash}.wasm`), compiled.wasm);
  keep(path.join(tools.cacheDirectory, `${hash}.rules.json`), JSON.stringify(compiled.rules));
  return { hash, ...compiled };
};

/** A kept bundle that can not be read, or has no rules, counts as absent. */
const keptBundle = (directory: string, hash: string): PolicyBundle | undefined => {
  try {
    const rules: unknown = JSON.parse(readFileSync(path.join(directory, `${hash}.rules.json`), 'utf8'));
    if (!Array.isArray(rules) || rules.length === 0) return undefined;
    return { hash, wasm: readFileSync(path.join(directory, `${hash}.wasm`)), rules: rules as RuleInfo[] };
  } catch {
    return undefined;
  }
};

/** Two runs at once, or one that is killed, never leave half a file. */
const keep = (file: string, content: string | Uint8Array): void => {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
};

const compile = async (snapshot: Snapshot, { opa, layout }: BundleTools): Promise<Omit<PolicyBundle, 'hash'>> => {
  const files = policyFiles(snapshot);
  if (files.length === 0) throw failed(`${snapshot.label} has no policies`);
  const directory = layout(snapshot, files);
  const run = async (...args: string[]): Promise<string> => {
    const result = await spawnLimited(opa, args, { cwd: directory, env: {}, limits });
    if (result.status !== 0) throw failed(result.stderr.trim() || result.stdout.trim());
    return result.stdout;
  };
  const [annotations] = await Promise.all([
    run('inspect', '--annotations', '--format', 'json', 'policies'),
    run('build', '-t', 'wasm', '-e', 'main/verdict', ...ignore, '-o', 'bundle.tar.gz', 'policies'),
  ]);
  const wasm = tarMember(gunzipSync(readFileSync(path.join(directory, 'bundle.tar.gz'))), '/policy.wasm');
  const rules = rulesOf(JSON.parse(annotations));
  if (rules.length === 0) throw failed('no rule has metadata');
  return { wasm, rules };
};

const block = 512;

/** One member of a tar archive. */
const tarMember = (archive: Buffer, name: string): Buffer => {
  for (let at = 0; at + block <= archive.length; ) {
    const text = (from: number, to: number): string => archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 136).trim() || '0', 8);
    if (text(0, 100) === name) return archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  throw failed(`the bundle has no ${name}`);
};

/** Rules from the annotations of their packages: `data.rules.<area>.<rule>`. */
const rulesOf = (inspected: unknown): RuleInfo[] => {
  const list = valueAt(inspected, 'annotations');
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown): RuleInfo[] => {
    const keys = valueAt(entry, 'path');
    const names = (Array.isArray(keys) ? keys : []).map((k: unknown) => textAt(k, 'value'));
    const note = valueAt(entry, 'annotations');
    if (names[0] !== 'data' || names[1] !== 'rules' || names.length !== 4 || textAt(note, 'scope') !== 'package') return [];
    return [ruleInfo(`${names[2]}.${names[3]}`, note)];
  });
};
