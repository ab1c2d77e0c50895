import { p, patched, spec } from './patched.ts';
import type { Scenario } from './tree.ts';

const transformers: Scenario[] = [
  {
    name: 'images and replicas',
    body: `images:
  - name: main
    newTag: "2" # @tag@
  - name: side
    newName: registry.example/side # @newname@
  - name: setup
    newName: other
    digest: sha256:${'0'.repeat(64)} # @digest@
replicas:
  - name: db
    count: 9 # @count@
`,
    planted: ['Deployment/app', 'StatefulSet/db', 'Rollout/ro'].flatMap((object) => [
      p('tag', object, `${spec}.containers.#main.image`),
      p('newname', object, `${spec}.containers.#side.image`),
      p('digest', object, `${spec}.initContainers.#setup.image`),
      p(object.endsWith('db') ? 'count' : `${object.slice(-3).replace('/', '')}-replicas`, object, 'spec.replicas'),
    ]),
  },
  {
    name: 'marks and names',
    body: `namespace: elsewhere # @namespace@
namePrefix: pre- # @prefix@
nameSuffix: -post # @suffix@
labels:
  - pairs:
      owner: me # @owner@
    includeTemplates: true
  - pairs:
      side: both # @both@
    includeSelectors: true
commonAnnotations:
  note: here # @note@
`,
    planted: ['Deployment/pre-app-post', 'StatefulSet/pre-db-post'].flatMap((object) => [
      p('namespace', object, 'metadata.namespace'),
      p('suffix', object, 'metadata.name'),
      p('owner', object, 'metadata.labels.owner'),
      p('owner', object, 'spec.template.metadata.labels.owner'),
      p('both', object, 'spec.selector.matchLabels.side'),
      p('both', object, 'spec.template.metadata.labels.side'),
      p('note', object, 'metadata.annotations.note'),
      p('note', object, 'spec.template.metadata.annotations.note'),
    ]),
  },
];

const generators: Scenario[] = [
  {
    name: 'generators',
    body: `configMapGenerator:
  - name: gen # @gen@
    literals:
      - level=debug # @literal@
    files:
      - run.yaml
      - other=second.txt
    envs: [vars.env]
    options:
      labels: {kind: made} # @option@
      immutable: true # @immutable@
secretGenerator:
  - name: hidden
    literals: [key=value] # @secret@
    options: {disableNameSuffixHash: true}
generatorOptions:
  annotations:
    all: of-them # @all@
patches:
  - target: {kind: Deployment}
    patch: |-
      - op: add
        path: /spec/template/spec/volumes/-
        value:
          name: run
          configMap:
            name: gen # @reference@
`,
    files: { 'run.yaml': 'a: 1 # @file@\n', 'second.txt': 'text @second@\n', 'vars.env': '# comment\nONE=1\nTWO=@env@\n' },
    planted: [
      p('gen', 'ConfigMap/gen', 'metadata.name'),
      p('literal', 'ConfigMap/gen', 'data.level'),
      p('file', 'ConfigMap/gen', 'data.run~yaml'),
      p('second', 'ConfigMap/gen', 'data.other'),
      p('env', 'ConfigMap/gen', 'data.TWO'),
      p('option', 'ConfigMap/gen', 'metadata.labels.kind'),
      p('immutable', 'ConfigMap/gen', 'immutable'),
      p('all', 'ConfigMap/gen', 'metadata.annotations.all'),
      p('secret', 'Secret/hidden', 'data.key'),
      p('reference', 'Deployment/app', `${spec}.volumes.#run.configMap.name`),
    ],
  },
];

const replacements: Scenario[] = [
  {
    name: 'replacements',
    body: `patches:
  - target: {kind: Service}
    patch: |-
      - op: add
        path: /metadata/labels
        value: {name: patched} # @patched@
replacements:
  - source: {kind: ConfigMap, name: facts, fieldPath: data.host}
    targets:
      - select: {kind: Rollout}
        fieldPaths:
          - spec.template.spec.containers.[name=main].env.[name=LEVEL].value
      - select: {kind: ConfigMap, name: facts}
        fieldPaths:
          - data.url # @part@
        options: {delimiter: /, index: 2}
  - source: {kind: Service, name: svc, fieldPath: metadata.labels.name}
    targets:
      - select: {kind: Deployment|StatefulSet}
        reject:
          - name: db
        fieldPaths: [metadata.labels.from]
        options: {create: true}
  - path: replace.yaml
`,
    files: {
      'replace.yaml': `source: {kind: Rollout, name: ro, fieldPath: "spec.template.spec.containers.[name=main].resources.requests.cpu"}
targets:
  - select: {kind: StatefulSet}
    fieldPaths:
      - spec.template.spec.containers.*.resources.requests.cpu
`,
    },
    planted: [
      p('facts-host', 'Rollout/ro', `${spec}.containers.#main.env.#LEVEL.value`),
      p('part', 'ConfigMap/facts', 'data.url'),
      p('patched', 'Deployment/app', 'metadata.labels.from'),
      p('ro-cpu', 'StatefulSet/db', `${spec}.containers.#main.resources.requests.cpu`),
      p('db-mode', 'StatefulSet/db', `${spec}.containers.#main.env.#MODE.value`),
      p('svc-type', 'Service/svc', 'spec.type'),
      p('svc-target', 'Service/svc', 'spec.ports.0.targetPort'),
      p('app-size', 'Deployment/app', `${spec}.volumes.#scratch.emptyDir.sizeLimit`),
      p('app-resources', 'Deployment/app', `${spec}.containers.#main.resources.limits`),
      p('app-main', 'Deployment/app', `${spec}.containers.#main.livenessProbe`),
      p('app-port', 'Deployment/app', `${spec}.containers.#main.ports.0.name`),
    ],
  },
];

export const scenarios: readonly Scenario[] = [...patched, ...transformers, ...generators, ...replacements];
