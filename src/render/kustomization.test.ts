import { describe, expect, test } from 'vitest';
import { isRemote, type Kustomization, parseKustomization, resolveReference } from './kustomization.ts';

const referencesOf = ({ references }: Kustomization): string[] => references.map((r) => `${r.line} ${r.field} ${r.use} ${r.value}`);

describe('every field that refers to something is read, with its line', () => {
  test.each([
    ['resources', 'resources:\n  - a.yaml\n  - ../b\n', ['2 resources resource a.yaml', '3 resources resource ../b']],
    ['bases', 'bases: [../a]\n', ['1 bases folder ../a']],
    ['components', 'components:\n  - ../_traits/network/v1\n', ['2 components folder ../_traits/network/v1']],
    ['crds', 'crds:\n  - crd.json\n', ['2 crds source crd.json']],
    ['configurations', 'configurations:\n  - names.yaml\n', ['2 configurations source names.yaml']],
    ['generators', 'generators: [g.yaml]\n', ['1 generators plugin g.yaml']],
    ['transformers', 'transformers: [t.yaml]\n', ['1 transformers plugin t.yaml']],
    ['validators', 'validators: [v.yaml]\n', ['1 validators plugin v.yaml']],
    ['openapi', 'openapi:\n  path: schema.json\n', ['2 openapi source schema.json']],
    ['replacements', 'replacements:\n  - path: r.yaml\n  - source: {kind: ConfigMap}\n', ['2 replacements source r.yaml']],
    [
      'configMapGenerator',
      'configMapGenerator:\n  - name: a\n    files:\n      - x.txt\n      - key=y.txt\n    envs: [e.env]\n  - name: b\n    env: old.env\n    literals: [k=v.txt]\n',
      ['4 configMapGenerator file x.txt', '5 configMapGenerator file y.txt', '6 configMapGenerator file e.env', '8 configMapGenerator file old.env'],
    ],
    ['secretGenerator', 'secretGenerator:\n  - name: a\n    files: [tls.key]\n', ['3 secretGenerator file tls.key']],
    ['patches', 'patches:\n  - path: p.yaml\n    target: {kind: Rollout}\n  - patch: "[]"\n', ['2 patches source p.yaml']],
    ['patchesJson6902', 'patchesJson6902:\n  - target: {kind: Rollout}\n    path: p.yaml\n', ['3 patches source p.yaml']],
    ['patchesStrategicMerge', 'patchesStrategicMerge:\n  - p.yaml\n  - |\n    kind: Rollout\n', ['2 patches source p.yaml']],
  ])('%s', (_, text, references) => {
    expect(referencesOf(parseKustomization('kustomization.yaml', text))).toEqual(references);
  });

  test('a file that names nothing refers to nothing', () => {
    expect(referencesOf(parseKustomization('kustomization.yaml', 'namespace: mro\nnamePrefix: a-\nlabels: [{pairs: {a: b}}]\n'))).toEqual([]);
  });

  test('patches are told apart by where their text stands, with the kind they aim at', () => {
    const text =
      'patches:\n  - patch: |-\n      - op: add\n    target: {kind: Rollout}\n  - path: p.yaml\n    target: {name: x}\npatchesStrategicMerge:\n  - |\n    kind: Pod\n';
    const { inlinePatches, patchFiles } = parseKustomization('kustomization.yaml', text);
    expect({ inline: inlinePatches.map((p) => ({ ...p })), files: patchFiles.map((p) => ({ ...p })) }).toEqual({
      inline: [
        { text: '- op: add', line: 2, targetKind: 'Rollout' },
        { text: 'kind: Pod\n', line: 8, targetKind: undefined },
      ],
      files: [{ value: 'p.yaml', line: 5, targetKind: '' }],
    });
  });
});

describe('kustomize reads more spellings than one, and none of them may hide a reference', () => {
  const isSeen = (text: string): boolean => {
    const { references, faults } = parseKustomization('kustomization.yaml', text);
    return references.length + faults.length > 0;
  };

  test.each([
    ['a field in other letters', 'Resources: [https://evil.example/x]\n'],
    ['a field in letters that Go takes for the same', 'reſourceſ: [https://evil.example/x]\n'],
    ['a Helm chart in other letters', 'HelmCharts: [{name: nats}]\n'],
    ['the files of a generator in other letters', 'configMapGenerator:\n  - name: a\n    Files: [x.txt]\n'],
    ['a merge key', '<<: {resources: [https://evil.example/x]}\n'],
    ['a merge key inside a patch', 'patches:\n  - <<: {path: p.yaml}\n'],
  ])('%s', (_, text) => {
    expect(isSeen(text)).toBe(true);
  });

  test('a question mark in a remote environment file is no key of a pair', () => {
    const { references } = parseKustomization('kustomization.yaml', 'configMapGenerator:\n  - name: a\n    envs: ["https://evil.example/a?b=ok.env"]\n');
    expect(references.map((r) => r.value)).toEqual(['https://evil.example/a?b=ok.env']);
  });
});

describe('what can not be read, or must not be there, is a fault with its line', () => {
  test.each([
    ['helmCharts', 'resources: [a.yaml]\nhelmCharts:\n  - name: nats\n', 2],
    ['helmChartInflationGenerator', 'helmChartInflationGenerator: []\n', 1],
    ['helmGlobals', 'namespace: a\n\nhelmGlobals: {chartHome: x}\n', 3],
  ])('%s', (field, text, line) => {
    expect(parseKustomization('kustomization.yaml', text).faults.map((f) => ({ ...f }))).toEqual([
      {
        code: 'source.helm_inflation',
        line,
        message: `${field}: inflates a Helm chart at render time`,
        solution: 'Point an Argo CD Application at the chart by commit instead.',
      },
    ]);
  });

  test.each([
    ['resources: [a.yaml\n', 2, 'is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a: 1\na: 2\n', 2, 'key a stands here twice'],
    ['', 1, 'is not YAML: holds nothing'],
    ['- a.yaml\n', 1, 'is not a kustomization: its top level is not a map'],
    ['just text\n', 1, 'is not a kustomization: its top level is not a map'],
  ])('%j', (text, line, message) => {
    const { references, faults } = parseKustomization('kustomization.yaml', text);
    expect({ references, faults: faults.map((f) => [f.code, f.line, f.message]) }).toEqual({ references: [], faults: [['source.malformed', line, message]] });
  });
});

test.each([
  'https://github.com/argoproj/argo-cd//manifests/crds?ref=v3.6.1',
  'http://evil.example/x.yaml',
  'HTTPS://evil.example/x.yaml',
  'git@github.com:argoproj/argo-cd.git',
  'ssh://git@github.com/argoproj/argo-cd',
  'git::https://github.com/argoproj/argo-cd',
  'file:///etc',
  'github.com/argoproj/argo-cd',
  'GitHub.com/argoproj/argo-cd',
  'github.com:argoproj/argo-cd',
  'user@git.norvik.example:fleet',
  'git.norvik.example/ran/fleet',
  'git.norvik.example:8443/ran/fleet',
  'base?ref=main',
  '../base?ref=main',
  'ran/fleet.git',
  'ran/fleet.git//base',
  'oci://registry.norvik.example/charts',
])('%s would be fetched', (value) => {
  expect(isRemote(value)).toBe(true);
});

test.each([
  'a.yaml',
  './a.yaml',
  '../../a.b/c',
  './a.b/c',
  '../../../_traits/network/v1',
  'releases/1.0.0',
  '../1.0.0/x',
  '1.0.0/x',
  '.hidden/x',
  'github/x',
  'apps.d/x',
  'crd_bases',
  '.gitignore',
  '../.github/x',
  'clusters/prd-hub-se-01',
  '..',
  '.',
])('%s is a path of this repository', (value) => {
  expect(isRemote(value)).toBe(false);
});

test.each([
  ['agents/a/config/1', '../../../_traits/network/v1', 'agents/_traits/network/v1'],
  ['agents/a', './x.yaml', 'agents/a/x.yaml'],
  ['agents/a', 'x/', 'agents/a/x'],
  ['agents/a', '../..', '.'],
  ['.', 'x.yaml', 'x.yaml'],
  ['.', '.', '.'],
  ['agents/a', '../../..', null],
  ['agents/a', '../../../agents/a', null],
  ['.', '../x', null],
  ['agents/a', '/etc/passwd', null],
  ['agents/a', '..x/y', 'agents/a/..x/y'],
])('in %s, %s names %j', (folder, value, target) => {
  expect(resolveReference(folder, value)).toBe(target);
});
