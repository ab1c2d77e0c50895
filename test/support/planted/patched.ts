import type { Planted, Scenario } from './tree.ts';

/** A planted value: its mark, its object, its path. */
export const p = (mark: string, object: string, path: string): Planted => ({ mark, object, path });
/** Where workloads keep their pods. */
export const spec = 'spec.template.spec';
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

/** Patches of both kinds, in files and inline. */
export const patched: readonly Scenario[] = [
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
