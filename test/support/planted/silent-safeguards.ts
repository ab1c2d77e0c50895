import type { SilentCase } from './silent-case.ts';

const guarded = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      securityContext: {runAsNonRoot: true}
      containers:
        - name: main
          image: main:1
          securityContext: {privileged: false, capabilities: {drop: [ALL]}}
          livenessProbe: {tcpSocket: {port: 80}}
          resources: {limits: {memory: 1Gi}}
        - name: side
          image: side:1
`;

const operation = (text: string): string => `patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - ${text}\n`;

const safeguards: SilentCase[] = [
  ['a security context of the pod', '{op: remove, path: /spec/template/spec/securityContext} # @here@'],
  ['a field of a security context', '{op: remove, path: /spec/template/spec/containers/0/securityContext/privileged} # @here@'],
  ['a list in a security context', '{op: remove, path: /spec/template/spec/containers/0/securityContext/capabilities/drop} # @here@'],
  ['a probe', '{op: remove, path: /spec/template/spec/containers/0/livenessProbe} # @here@'],
  ['a limit', '{op: replace, path: /spec/template/spec/containers/0/resources, value: {requests: {cpu: 1}}} # @here@'],
  ['a container', '{op: remove, path: /spec/template/spec/containers/1} # @here@'],
  ['what a whole list left out', '{op: replace, path: /spec/template/spec/containers, value: [{name: main, image: main:2}, {name: side}]} # @here@'],
].map(([name = '', text = '']) => ({
  name: `a patch that loses ${name}`,
  body: 'ENTRY',
  entry: operation(text),
  base: { 'app.yaml': guarded },
  code: 'source.safeguard_removed',
  effect: 'some',
}));

const kept: SilentCase[] = [
  {
    name: 'a strategic merge that sets a probe to null',
    body: 'ENTRY',
    entry:
      'patches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: app}\n      spec:\n        template:\n          spec:\n            containers:\n              - name: main\n                livenessProbe: null # @here@\n',
    base: { 'app.yaml': guarded },
    code: 'source.safeguard_removed',
    effect: 'some',
  },
  {
    name: 'a probe that is taken away and put back',
    body: 'ENTRY',
    entry: `${operation('{op: remove, path: /spec/template/spec/containers/0/livenessProbe}')}  - target: {kind: Deployment}\n    patch: "- {op: add, path: /spec/template/spec/containers/0/livenessProbe, value: {tcpSocket: {port: 81}}}"\n`,
    base: { 'app.yaml': guarded },
    effect: 'some',
  },
];

/** Patches that take away what keeps a pod safe. */
export const safeguardCases: readonly SilentCase[] = [...safeguards, ...kept];
