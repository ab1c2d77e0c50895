import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Renderer } from '#model/ports.ts';
import { faultOfAsync } from '../../test/support/faults.ts';
import { writeFiles } from './files.ts';
import { createKustomize, renderLimits } from './kustomize.ts';
import { toolPath } from './tools.ts';

const binary = toolPath(path.resolve(import.meta.dirname, '../..'), 'gate', 'kustomize');
const kustomize = createKustomize(binary, 'key');
let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'ranfleet-kustomize-')));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const build = (tree: Readonly<Record<string, string>>, folder = 'app', renderer: Renderer = kustomize) => {
  writeFiles(directory, new Map(Object.entries(tree)));
  return renderer.build(directory, folder);
};
const config = (name: string, data = '{a: "1"}') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;
const object = (name: string, data: object = { a: '1' }) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

describe('a tree renders', () => {
  test('through bases and components, as kustomize prints it', async () => {
    const tree = {
      'app/kustomization.yaml': 'namespace: mro\nresources: [../base]\ncomponents: [../trait]\n',
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': config('a'),
      'trait/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [b.yaml]\n',
      'trait/b.yaml': config('b'),
    };
    expect(await build(tree)).toEqual(['a', 'b'].map((name) => ({ ...object(name), metadata: { name, namespace: 'mro' } })));
  });

  test('with texts that look like numbers, dates and truths kept as texts', async () => {
    const texts = { a: '017', b: 'yes', c: '2024-01-01', d: 'null', e: '1e3', f: 'on', g: '0x1f', h: '1_000', i: '', j: '12:30', k: '<<', l: '=' };
    expect(await build({ 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': config('a', JSON.stringify(texts)) })).toEqual([object('a', texts)]);
  });

  test('the repository itself', async () => {
    expect(await build({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': config('a') }, '.')).toEqual([object('a')]);
  });

  test('to nothing where nothing is declared', async () => {
    const local = config('a').replace('metadata: {name: a}', 'metadata: {name: a, annotations: {config.kubernetes.io/local-config: "true"}}');
    expect(await build({ 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': local })).toEqual([]);
  });
});

describe('a tree that does not render is a fault without a path of this machine', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['a missing file', { 'app/kustomization.yaml': 'resources: [none.yaml]\n' }, 'app', 'none.yaml'],
    [
      'a missing base, two folders down',
      { 'app/kustomization.yaml': 'resources: [../base]\n', 'base/kustomization.yaml': 'resources: [../none]\n' },
      'app',
      'none',
    ],
    ['a missing file of the repository itself', { 'kustomization.yaml': 'resources: [none.yaml]\n' }, '.', 'none.yaml'],
    ['no kustomization', { 'app/a.yaml': config('a') }, 'app', 'kustomization'],
    ['no kustomization in the repository itself', { 'a.yaml': config('a') }, '.', 'kustomization'],
    ['an unknown field', { 'app/kustomization.yaml': 'resorces: []\n' }, 'app', 'resorces'],
    [
      'a patch that hits nothing',
      {
        'app/kustomization.yaml': 'resources: [a.yaml]\npatches: [{target: {kind: Rollout}, patch: "- {op: remove, path: /x}"}, {path: none.yaml}]\n',
        'app/a.yaml': config('a'),
      },
      'app',
      'none.yaml',
    ],
    ['a file outside the folder', { 'app/kustomization.yaml': 'resources: [../a.yaml]\n', 'a.yaml': config('a') }, 'app', 'a.yaml'],
  ])('%s', async (_, tree, folder, named) => {
    const fault = await faultOfAsync(build(tree, folder));
    expect([fault.code, fault.fault]).toEqual(['GATE_RENDER_FAILED', 'undecided']);
    expect(fault.message.startsWith(`kustomize could not build ${folder}: `)).toBe(true);
    expect(fault.message).toContain(named);
    expect(fault.message).not.toContain(directory);
  });

  test('a whole message', async () => {
    expect((await faultOfAsync(build({ 'app/kustomization.yaml': 'resorces: []\n' }))).message).toMatchInlineSnapshot(
      `"kustomize could not build app: invalid Kustomization: json: unknown field "resorces""`,
    );
  });
});

test.each([
  ['a patch', 'patches: [{target: {kind: ConfigMap}, patch: "stringData: {a: needle"}]'],
  ['a literal', 'secretGenerator: [{name: s, literals: ["needle, expected key"]}]'],
  ['two literals', 'secretGenerator: [{name: s, literals: ["a=b", "needle] invalid"]}]'],
])('an error about %s does not repeat it, for it may be a credential', async (_, field) => {
  const tree = { 'app/kustomization.yaml': `resources: [a.yaml]\n${field}\n`, 'app/a.yaml': config('a') };
  const fault = await faultOfAsync(build(tree));
  expect(fault.code).toBe('GATE_RENDER_FAILED');
  expect(JSON.stringify(fault)).not.toContain('needle');
});

test('an exec function is not run', async () => {
  const fn = 'apiVersion: v1\nkind: Any\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: /bin/true}\n';
  const fault = await faultOfAsync(
    build({ 'app/kustomization.yaml': 'resources: [a.yaml]\ntransformers: [f.yaml]\n', 'app/a.yaml': config('a'), 'app/f.yaml': fn }),
  );
  expect(fault.code).toBe('GATE_RENDER_FAILED');
});

test('a render that takes longer than allowed is a limit, not a failure', async () => {
  const hurried = createKustomize(binary, 'key', { ...renderLimits, timeoutMs: 1 });
  expect(await faultOfAsync(build({ 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': config('a') }, 'app', hurried))).toEqual({
    code: 'GATE_LIMIT_EXCEEDED',
    fault: 'limit',
    message: `kustomize build app --load-restrictor=LoadRestrictionsRootOnly used more than 0.001 s of time`,
  });
});

test('a render that prints more than allowed is a limit, not a failure', async () => {
  const small = createKustomize(binary, 'key', { ...renderLimits, outputBytes: 100_000 });
  const tree = { 'app/kustomization.yaml': 'configMapGenerator: [{name: big, files: [big.txt]}]\n', 'app/big.txt': 'x'.repeat(200_000) };
  expect(await faultOfAsync(build(tree, 'app', small))).toMatchObject({ code: 'GATE_LIMIT_EXCEEDED', fault: 'limit' });
});

test('the version names the tool and its flags, because both decide what is rendered', () => {
  expect([kustomize.version, createKustomize(binary, 'other').version]).toEqual([
    'kustomize key --load-restrictor=LoadRestrictionsRootOnly',
    'kustomize other --load-restrictor=LoadRestrictionsRootOnly',
  ]);
});
