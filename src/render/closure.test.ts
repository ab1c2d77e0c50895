import { describe, expect, test } from 'vitest';
import { type Tree, treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { ClosureGraph } from './closure.ts';

const graphOf = (tree: Tree): ClosureGraph => new ClosureGraph(treeSnapshot(tree));
const filesOf = (tree: Tree, folder: string): string[] => [...graphOf(tree).closureOf(folder).files].sort();
const faultsOf = (tree: Tree, folder: string): string[] =>
  graphOf(tree)
    .closureOf(folder)
    .faults.map((f) => `${f.code} ${f.file}:${f.line} ${f.message}`);

/** Files that stand beside each closure and must never be part of it. */
const beside: Tree = { 'README.md': '', 'app/unused.yaml': '', 'other/kustomization.yaml': 'resources: [../app]\n' };

describe('the closure of a folder is exactly the files that its render reads', () => {
  test.each<[string, Tree, string[]]>([
    [
      'resources that are files',
      { 'app/kustomization.yaml': 'resources: [a.yaml, in/b.yaml]\n', 'app/a.yaml': '', 'app/in/b.yaml': '' },
      ['app/a.yaml', 'app/in/b.yaml'],
    ],
    [
      'resources that are folders, and what these refer to',
      {
        'app/kustomization.yaml': 'resources: [../base]\n',
        'base/kustomization.yml': 'resources: [../deep, x.yaml]\n',
        'base/x.yaml': '',
        'deep/Kustomization': 'namespace: a\n',
      },
      ['base/kustomization.yml', 'base/x.yaml', 'deep/Kustomization'],
    ],
    [
      'components',
      {
        'app/kustomization.yaml': 'components: [../trait]\n',
        'trait/kustomization.yaml': 'kind: Component\npatches: [{path: p.yaml}]\n',
        'trait/p.yaml': '[]',
      },
      ['trait/kustomization.yaml', 'trait/p.yaml'],
    ],
    [
      'patches',
      {
        'app/kustomization.yaml': 'patches: [{path: a.yaml}, {patch: "[]"}]\npatchesStrategicMerge: [b.yaml]\npatchesJson6902: [{path: c.yaml}]\n',
        'app/a.yaml': '[]',
        'app/b.yaml': '[]',
        'app/c.yaml': '[]',
      },
      ['app/a.yaml', 'app/b.yaml', 'app/c.yaml'],
    ],
    [
      'generators of ConfigMaps and Secrets',
      {
        'app/kustomization.yaml': 'configMapGenerator: [{name: a, files: [k=a.txt], envs: [b.env]}]\nsecretGenerator: [{name: b, files: [c.txt]}]\n',
        'app/a.txt': '',
        'app/b.env': '',
        'app/c.txt': '',
      },
      ['app/a.txt', 'app/b.env', 'app/c.txt'],
    ],
    [
      'replacements, configurations, crds and openapi',
      {
        'app/kustomization.yaml': 'replacements: [{path: r.yaml}]\nconfigurations: [c.yaml]\ncrds: [d.json]\nopenapi: {path: o.json}\n',
        'app/r.yaml': '',
        'app/c.yaml': '',
        'app/d.json': '',
        'app/o.json': '',
      },
      ['app/c.yaml', 'app/d.json', 'app/o.json', 'app/r.yaml'],
    ],
    [
      'transformers, and the files that these name',
      {
        'app/kustomization.yaml': 'transformers: [t.yaml]\n',
        'app/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: p.yaml\n',
        'app/p.yaml': '[]',
      },
      ['app/p.yaml', 'app/t.yaml'],
    ],
    [
      'a plugin in a folder of its own names files from where the kustomization stands',
      {
        'app/kustomization.yaml': 'generators: [g/g.yaml]\n',
        'app/g/g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: p}\nfiles: [a.txt]\n',
        'app/a.txt': '',
      },
      ['app/a.txt', 'app/g/g.yaml'],
    ],
  ])('%s', (_, tree, files) => {
    const own = Object.keys(tree).find((f) => f.startsWith('app/') && f.endsWith('kustomization.yaml'));
    expect(filesOf({ ...tree, ...beside }, 'app')).toEqual([own, ...files].sort());
    expect(faultsOf({ ...tree, ...beside }, 'app')).toEqual([]);
  });

  test('the repository itself can be a folder', () => {
    const tree: Tree = { 'kustomization.yaml': 'resources: [a.yaml, sub]\n', 'a.yaml': '', 'sub/kustomization.yaml': 'namespace: a\n' };
    expect(filesOf(tree, '.')).toEqual(['a.yaml', 'kustomization.yaml', 'sub/kustomization.yaml']);
  });

  test('a folder without a kustomization has none, and neither has one that does not exist', () => {
    expect(graphOf({ 'app/a.yaml': '' }).closureOf('app')).toEqual({ files: new Set(), faults: [], builds: 0 });
    expect(graphOf({}).closureOf('nowhere')).toEqual({ files: new Set(), faults: [], builds: 0 });
  });
});

describe('a tree that must not be rendered has a fault with file and line', () => {
  const app = (text: string, rest: Tree = {}): Tree => ({ 'app/kustomization.yaml': text, ...rest });

  test.each<[string, Tree, string[]]>([
    [
      'a cycle',
      app('resources:\n  - ../base\n', { 'base/kustomization.yaml': 'components: [../app]\n' }),
      ['source.cycle base/kustomization.yaml:1 components: ../app closes a cycle: app -> base -> app'],
    ],
    ['a folder that includes itself', app('resources: [../app]\n'), ['source.cycle app/kustomization.yaml:1 resources: ../app closes a cycle: app -> app']],
    [
      'two kustomization files',
      app('namespace: a\n', { 'app/Kustomization': 'namespace: b\n' }),
      ['source.two_kustomizations app/kustomization.yaml:1 stands beside app/Kustomization'],
    ],
    [
      'a symbolic link to a file',
      app('namespace: a\nresources: [a.yaml]\n', { 'app/a.yaml': { symlink: '/etc/passwd' } }),
      ['source.symlink app/kustomization.yaml:2 app/a.yaml is a symbolic link'],
    ],
    [
      'a symbolic link on the way',
      app('resources: [link/a.yaml]\n', { 'app/link': { symlink: '/etc' } }),
      ['source.symlink app/kustomization.yaml:1 app/link is a symbolic link'],
    ],
    [
      'a kustomization that is a link',
      { 'app/kustomization.yaml': { symlink: '../x' } },
      ['source.symlink app/kustomization.yaml:1 app/kustomization.yaml is a symbolic link'],
    ],
    [
      'another repository',
      app('resources: [sub/base]\n', { 'app/sub': { submodule: 'abc' } }),
      ['source.submodule app/kustomization.yaml:1 app/sub is another repository'],
    ],
    [
      'a path that leaves the repository',
      app('resources:\n  - ../../../etc\n  - /etc/passwd\n'),
      [
        'source.outside_repository app/kustomization.yaml:2 resources: ../../../etc leaves the repository',
        'source.outside_repository app/kustomization.yaml:3 resources: /etc/passwd leaves the repository',
      ],
    ],
    [
      'a file of another folder',
      app('patches: [{path: ../p.yaml}]\n', { 'p.yaml': '[]' }),
      ['source.outside_folder app/kustomization.yaml:1 patches: ../p.yaml is a file outside app'],
    ],
    ['a file that is missing', app('resources: [a.yaml]\n'), ['source.missing_reference app/kustomization.yaml:1 resources: a.yaml does not exist']],
    [
      'a folder without a kustomization',
      app('resources: [sub]\n', { 'app/sub/a.yaml': '' }),
      ['source.missing_reference app/kustomization.yaml:1 resources: sub is a folder without a kustomization'],
    ],
    [
      'a remote base',
      app('resources: [github.com/a/b]\n'),
      ['source.remote_base app/kustomization.yaml:1 resources: github.com/a/b would be fetched over the network'],
    ],
    [
      'a fault of an included folder',
      app('resources: [../base]\n', { 'base/kustomization.yaml': 'helmCharts: []\n' }),
      ['source.helm_inflation base/kustomization.yaml:1 helmCharts: inflates a Helm chart at render time'],
    ],
  ])('%s', (_, tree, faults) => {
    expect(faultsOf(tree, 'app')).toEqual(faults);
  });
});

test('faults of folders that no root reaches are told too, and each is told once', () => {
  const graph = graphOf({
    'app/kustomization.yaml': 'resources: [../base]\n',
    'lone/kustomization.yaml': 'resources: [../base, https://evil.example/x]\n',
    'base/kustomization.yaml': 'helmCharts: []\n',
  });
  expect(graph.allFaults().map((f) => `${f.code} ${f.file}`)).toEqual([
    'source.helm_inflation base/kustomization.yaml',
    'source.remote_base lone/kustomization.yaml',
  ]);
});

test('a folder is referred to when some kustomization names it, whether a root reaches it or not', () => {
  const graph = graphOf({
    'lone/kustomization.yaml': 'resources: [../base]\n',
    'base/kustomization.yaml': 'namespace: a\n',
    'idle/kustomization.yaml': 'namespace: a\n',
  });
  expect(['base', 'lone', 'idle', 'nowhere'].map((folder) => graph.refersTo(folder))).toEqual([true, false, false, false]);
});
