import type { Tree } from '../../support/tree-snapshot.ts';
import { at, configMap, type ExitClass, kustomization, manifest, type Row } from '../support/row.ts';

const row = (id: string, name: string, exit: ExitClass, head: () => Tree, ...says: string[]): Row => ({ id, name, head, exit, says });
const functionFile = (annotation: string, spec: string): string =>
  `apiVersion: v1\nkind: Any\nmetadata:\n  name: f\n  annotations:\n    ${annotation}: |\n      ${spec}\n`;
const runs = (field: string, file: string): Tree => ({ ...kustomization(`resources: [a.yaml]\n${field}: [f.yaml]\n`), [at('f.yaml')]: file });

/** Each level builds the one below it twice. */
const diamond = (levels: number): Tree =>
  Object.fromEntries([
    ...Array.from({ length: levels }, (_, n): [string, string] => [
      `apps/_d/${n}/kustomization.yaml`,
      `resources: [../${n + 1}, ../../_d/${n + 1}]\nnamePrefix: p-\n`,
    ]),
    [`apps/_d/${levels}/kustomization.yaml`, 'resources: [a.yaml]\n'],
    [`apps/_d/${levels}/a.yaml`, configMap('', 'deep')],
    [at('kustomization.yaml'), 'resources: [a.yaml, ../../../apps/_d/0]\n'],
  ]);

const chain = (length: number): Tree =>
  Object.fromEntries([
    ...Array.from({ length }, (_, n): [string, string] => [`apps/_c/${n}/kustomization.yaml`, `resources: [../${n + 1}]\n`]),
    [at('kustomization.yaml'), 'resources: [../../../apps/_c/0]\n'],
  ]);

const patchesOn = (objects: number, patches: number): Tree => ({
  ...kustomization(
    `resources: [a.yaml]\npatches:\n${Array.from({ length: patches }, (_, n) => `  - target: {kind: ConfigMap, name: "(m+m+)*${n}|m.*"}\n    patch: '[{"op": "add", "path": "/data/k${n}", "value": "v"}]'\n`).join('')}`,
  ),
  [at('a.yaml')]: Array.from({ length: objects }, (_, n) => configMap('data: {a: b}\n', `m${n}`)).join('---\n'),
});

export const rows: readonly Row[] = [
  row('H45', 'a Helm chart', 1, () => kustomization('helmCharts:\n  - name: nats\n    repo: oci://charts\n'), 'source.helm_inflation'),
  row('H45', 'settings of Helm', 1, () => kustomization('resources: [a.yaml]\nhelmGlobals: {chartHome: ../charts}\n'), 'source.helm_inflation'),
  row('H45', 'the field for Helm in other letters', 1, () => kustomization('resources: [a.yaml]\nHelmCharts: []\n'), 'source.unknown_field'),
  row(
    'H45',
    'a generator that inflates a chart',
    1,
    () => runs('generators', 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: helm}\n'),
    'source.helm_inflation',
  ),
  row(
    'H46',
    'a program as a function',
    1,
    () => runs('transformers', functionFile('config.kubernetes.io/function', 'exec: {path: ./steal}')),
    'source.function',
  ),
  row(
    'H46',
    'a container as a function, by its old name',
    1,
    () => runs('generators', functionFile('config.k8s.io/function', 'container: {image: evil, network: true}')),
    'source.function',
  ),
  row(
    'H46',
    'a function in a resource: nothing runs, and it is judged as the object it is',
    1,
    () => manifest(functionFile('config.kubernetes.io/function', 'exec: {path: ./steal}')),
    'v1 Any is not served',
  ),
  row('H47', 'a plugin of somebody', 1, () => runs('validators', 'apiVersion: someteam/v1\nkind: Sed\nmetadata: {name: sed}\n'), 'source.custom_plugin'),
  row(
    'H47',
    'a plugin whose text stands in the kustomization',
    1,
    () => kustomization('resources: [a.yaml]\ntransformers:\n  - |\n    apiVersion: someteam/v1\n    kind: Sed\n    metadata: {name: sed}\n'),
    'source.remote_base',
  ),
  row(
    'H47',
    'a folder of plugins',
    1,
    () => ({ ...kustomization('resources: [a.yaml]\ngenerators: [../plugins]\n'), 'clusters/prd-region-se-01/plugins/kustomization.yaml': 'resources: []\n' }),
    'source.custom_plugin',
  ),
  row(
    'H49',
    'a cycle',
    1,
    () => ({ ...kustomization('resources: [a.yaml, ../other]\n'), 'clusters/prd-region-se-01/other/kustomization.yaml': 'resources: [../facts]\n' }),
    'source.cycle',
  ),
  row('H49', 'a diamond of 2^20 builds', 4, () => diamond(20), 'builds more than 2000 folders'),
  row(
    'H49',
    'a diamond of 2^20 builds with a fault at its end',
    4,
    () => ({ ...diamond(20), 'apps/_d/20/kustomization.yaml': 'resources: ["https://evil.example/x"]\n' }),
    'builds more than 2000 folders',
  ),
  row('H49', '5,000 folders one in another', 4, () => chain(5_000), 'stands 32 folders deep in others'),
  row('H50', '500 objects and 100 patches whose targets are expressions', 4, () => patchesOn(500, 100), 'kustomize build', 'used more than'),
  row('H51', 'an object of which kustomize can make nothing', 3, () => manifest('apiVersion: v1\nkind: ConfigMap\nmetadata: text\n'), 'GATE_RENDER_FAILED'),
  row(
    'H51',
    'an expression that is none',
    3,
    () => kustomization('resources: [a.yaml]\npatches:\n  - target: {kind: ConfigMap, name: "("}\n    patch: \'[{"op": "remove", "path": "/data"}]\'\n'),
    'GATE_RENDER_FAILED',
  ),
  row('H52', 'two items of a list on one line', 2, () => kustomization('resources:\n  - a.yaml\n    - ../../shared\n'), '"a.yaml - ../../shared" is no path'),
  row('H53', 'two kustomizations', 1, () => ({ [at('kustomization.yml')]: 'resources: []\n' }), 'source.two_kustomizations'),
  row(
    'H53',
    'three kustomizations',
    1,
    () => ({ [at('Kustomization')]: 'resources: []\n', [at('kustomization.yml')]: 'resources: []\n' }),
    'source.two_kustomizations',
  ),
  row(
    'H56',
    'two objects that a prefix gives one name',
    3,
    () => ({
      ...kustomization('resources: [../one, b.yaml]\n'),
      [at('b.yaml')]: configMap('', 'x-a'),
      'clusters/prd-region-se-01/one/kustomization.yaml': 'namePrefix: x-\nresources: [a.yaml]\n',
      'clusters/prd-region-se-01/one/a.yaml': configMap('', 'a'),
    }),
    'already registered id',
  ),
  row('H58', 'a name that the cluster makes up', 3, () => manifest('apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n'), 'missing metadata.name'),
  row(
    'H58',
    'a name and a made-up one',
    1,
    () => manifest('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, generateName: a-}\n'),
    'schema.identity',
    'asks for a generated name',
  ),
  row('H58', 'no name', 3, () => manifest('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ""}\n'), 'GATE_RENDER_FAILED'),
  row('H58', 'a name of 254 characters', 1, () => manifest(configMap('', 'a'.repeat(254))), 'schema.identity', 'which the API server does not take'),
  row('H58', 'a name with a slash', 1, () => manifest(configMap('', 'a/../b')), 'schema.identity', 'has the name a/../b'),
  row('H58', 'a name that is a command of a build log', 1, () => manifest(configMap('', '"::error::owned"')), 'ConfigMap/-/::error::owned'),
];
