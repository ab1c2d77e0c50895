import type { Planted, Scenario } from './tree.ts';

const p = (mark: string, object: string, path: string): Planted => ({ mark, object, path });
const spec = 'spec.template.spec';
const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** Operations on one workload; the mark of each carries the name of the workload. */
const operations = (name: string): string => `- op: replace
  path: /spec/replicas
  value: 1 # @${name}-op-replace@
- op: add
  path: /spec/template/spec/hostNetwork
  value: true # @${name}-op-add@
- op: add
  path: /spec/template/spec/containers/0/securityContext
  value:
    capabilities:
      add: [NET_ADMIN] # @${name}-op-deep@
    privileged: true # @${name}-op-deep2@
- op: remove # @${name}-op-remove@
  path: /spec/template/spec/securityContext/runAsNonRoot
- op: copy # @${name}-op-copy@
  from: /spec/template/spec/containers/0/image
  path: /metadata/annotations/image
- op: move # @${name}-op-move@
  from: /spec/template/spec/containers/0/resources/requests/cpu
  path: /spec/template/spec/containers/0/resources/requests/ephemeral-storage
- op: add
  path: /spec/template/spec/containers/0/env/-
  value:
    name: LAST
    value: debug # @${name}-op-append@
- op: add
  path: /spec/template/spec/containers/0
  value:
    name: first
    image: first:latest # @${name}-op-insert@
- {op: replace, path: /spec/template/spec/containers/1/env/0/value, value: trace} # @${name}-op-flow@
`;

const operated = (name: string, kind: string): Planted[] => [
  p(`${name}-op-replace`, `${kind}/${name}`, 'spec.replicas'),
  p(`${name}-op-add`, `${kind}/${name}`, `${spec}.hostNetwork`),
  p(`${name}-op-deep`, `${kind}/${name}`, `${spec}.containers.#main.securityContext.capabilities.add`),
  p(`${name}-op-deep`, `${kind}/${name}`, `${spec}.containers.#main.securityContext.capabilities.add.0`),
  p(`${name}-op-deep2`, `${kind}/${name}`, `${spec}.containers.#main.securityContext.privileged`),
  p(`${name}-op-remove`, `${kind}/${name}`, `${spec}.securityContext.runAsNonRoot`),
  p(`${name}-op-copy`, `${kind}/${name}`, 'metadata.annotations.image'),
  p(`${name}-op-move`, `${kind}/${name}`, `${spec}.containers.#main.resources.requests.ephemeral-storage`),
  p(`${name}-op-move`, `${kind}/${name}`, `${spec}.containers.#main.resources.requests.cpu`),
  p(`${name}-op-append`, `${kind}/${name}`, `${spec}.containers.#main.env.#LAST.value`),
  p(`${name}-op-insert`, `${kind}/${name}`, `${spec}.containers.0.image`),
  p(`${name}-op-flow`, `${kind}/${name}`, `${spec}.containers.#main.env.#LEVEL.value`),
  // What the patch leaves alone is the base's, although its place in the list moved.
  p(`${name}-mode`, `${kind}/${name}`, `${spec}.containers.#main.env.#MODE.value`),
  p(`${name}-requests`, `${kind}/${name}`, `${spec}.containers.#main.resources.requests.hugepages`),
];

const merge = (name: string, kind: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  replicas: 7 # @${name}-sm-replicas@
  template:
    spec:
      serviceAccountName: null # @${name}-sm-null@
      containers:
        - name: main
          env:
            - name: MODE
              value: slow # @${name}-sm-env@
            - {name: NEW, value: x} # @${name}-sm-new@
          ports:
            - containerPort: 8080
              hostPort: 80 # @${name}-sm-port@
          volumeMounts:
            - mountPath: /tmp
              readOnly: true # @${name}-sm-mount@
          resources:
            requests: # @${name}-sm-requests@
              memory: 1Gi # @${name}-sm-memory@
        - name: extra
          image: extra:latest # @${name}-sm-extra@
        - name: side
          $patch: delete
`;

const merged = (name: string, kind: string): Planted[] => [
  p(`${name}-sm-replicas`, `${kind}/${name}`, 'spec.replicas'),
  p(`${name}-sm-null`, `${kind}/${name}`, `${spec}.serviceAccountName`),
  p(`${name}-sm-env`, `${kind}/${name}`, `${spec}.containers.#main.env.#MODE.value`),
  p(`${name}-sm-new`, `${kind}/${name}`, `${spec}.containers.#main.env.#NEW.value`),
  p(`${name}-sm-port`, `${kind}/${name}`, `${spec}.containers.#main.ports.0.hostPort`),
  p(`${name}-sm-mount`, `${kind}/${name}`, `${spec}.containers.#main.volumeMounts.0.readOnly`),
  p(`${name}-sm-memory`, `${kind}/${name}`, `${spec}.containers.#main.resources.requests.memory`),
  p(`${name}-sm-requests`, `${kind}/${name}`, `${spec}.containers.#main.resources.requests.storage`),
  p(`${name}-sm-extra`, `${kind}/${name}`, `${spec}.containers.#extra.image`),
  p(`${name}-level`, `${kind}/${name}`, `${spec}.containers.#main.env.#LEVEL.value`),
  p(`${name}-image`, `${kind}/${name}`, `${spec}.containers.#main.image`),
];

const patches: Scenario[] = [
  {
    name: 'operations in files and inline',
    body: `patches:
  - path: ops.yaml
    target: {group: argoproj.io, kind: Rollout, name: r.*, annotationSelector: team=red}
  - target: {version: v1, kind: Deploy.*|Daemon.*, labelSelector: "app in (app, other),tier=back"}
    patch: |-
${indent(operations('app'), 6)}patchesJson6902:
  - path: db.yaml
    target: {group: apps, version: v1, kind: StatefulSet, name: db}
`,
    files: { 'ops.yaml': operations('ro'), 'db.yaml': operations('db') },
    planted: [...operated('ro', 'Rollout'), ...operated('app', 'Deployment'), ...operated('db', 'StatefulSet')],
  },
  {
    name: 'strategic merges in files and inline',
    body: `patches:
  - path: merge.yaml
patchesStrategicMerge:
  - |-
${indent(merge('db', 'StatefulSet'), 4)}`,
    files: { 'merge.yaml': merge('app', 'Deployment') },
    planted: [...merged('app', 'Deployment'), ...merged('db', 'StatefulSet')],
  },
  {
    name: 'one value by three layers',
    body: `patches:
  - target: {kind: Deployment}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: any}
      spec: {replicas: 5}
  - target: {kind: Deployment}
    patch: '[{"op": "replace", "path": "/spec/replicas", "value": 6}]'
patchesJson6902:
  - target: {group: apps, version: v1, kind: StatefulSet, name: db}
    patch: '[{"op": "replace", "path": "/spec/replicas", "value": 6}]' # @json@
replicas:
  - name: app
    count: 8 # @count@
`,
    planted: [p('count', 'Deployment/app', 'spec.replicas'), p('json', 'StatefulSet/db', 'spec.replicas'), p('ro-replicas', 'Rollout/ro', 'spec.replicas')],
  },
];

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

export const scenarios: readonly Scenario[] = [...patches, ...transformers, ...generators, ...replacements];
