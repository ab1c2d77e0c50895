import type { SilentCase } from './silent-case.ts';
import { safeguardCases } from './silent-safeguards.ts';
import { baseFiles } from './tree.ts';

const network = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: net}
spec:
  podSelector:
    matchLabels: {app: app}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: {}
          podSelector:
            matchLabels: {k8s-app: kube-dns}
`;

const rolloutService = 'apiVersion: v1\nkind: Service\nmetadata: {name: ro}\nspec:\n  selector: {app: ro}\n';

const unmatched: SilentCase[] = [
  {
    name: 'a patch whose target is spelled wrong',
    body: 'ENTRY',
    entry: 'patches:\n  - target: {kind: Deployment, name: ap} # @here@\n    patch: "- {op: replace, path: /spec/replicas, value: 3}"\n',
    code: 'source.patch_matches_nothing',
    effect: 'none',
  },
  {
    name: 'a patch of a component whose labels nobody has',
    body: 'commonAnnotations: {by: component}\nENTRY',
    entry: 'patches:\n  - path: ops.yaml\n    target: {kind: Rollout, labelSelector: "app=other"} # @here@\n',
    files: { 'ops.yaml': '- {op: remove, path: /spec/replicas}\n' },
    isComponent: true,
    code: 'source.patch_matches_nothing',
    effect: 'none',
  },
  {
    name: 'a patch that selects by expressions, all of which hold',
    body: 'ENTRY',
    entry:
      'patches:\n  - target: {kind: Deployment|Rollout, labelSelector: "app in (app,x), tier, !none, app!=y"}\n    patch: "- {op: remove, path: /spec/replicas}"\n',
    effect: 'some',
  },
  {
    name: 'a strategic merge for an object that is not there',
    body: 'ENTRY',
    entry: 'patches:\n  - patch: |- # @here@\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: none}\n',
    code: 'source.patch_matches_nothing',
    effect: 'fails',
  },
  {
    name: 'an image that no container runs',
    body: 'ENTRY',
    entry: 'images:\n  - name: man # @here@\n    newTag: "2"\n',
    code: 'source.image_matches_nothing',
    effect: 'none',
  },
  {
    name: 'an image of a custom kind',
    body: 'ENTRY',
    entry: 'images:\n  - name: main\n    newTag: "2"\n',
    base: { 'ro.yaml': baseFiles['ro.yaml'] ?? '' },
    effect: 'some',
  },
  {
    name: 'replicas of nobody',
    body: 'ENTRY',
    entry: 'replicas:\n  - name: nobody # @here@\n    count: 3\n',
    code: 'source.replicas_match_nothing',
    effect: 'fails',
  },
  {
    name: 'replicas of a custom kind',
    body: 'ENTRY',
    entry: 'replicas:\n  - name: ro # @here@\n    count: 3\n',
    code: 'source.replicas_match_nothing',
    effect: 'fails',
  },
];

const replacing = (targets: string): string => `replacements:\n  - source: {kind: ConfigMap, name: facts, fieldPath: data.host}\n    targets:\n${targets}`;

const replaced: SilentCase[] = [
  {
    name: 'a replacement without any object',
    body: 'ENTRY',
    entry: replacing('      - select: {kind: Gateway} # @here@\n        fieldPaths: [spec.host]\n')
      .replace('targets:', 'targets: ')
      .replace(' # @here@', '')
      .replace('targets: ', 'targets: # @here@'),
    code: 'source.replacement_selects_nothing',
    effect: 'none',
  },
  {
    name: 'one target of an overlay without an object',
    body: `${replacing('      - select: {kind: ConfigMap, name: facts}\n        fieldPaths: [data.url]\n')}ENTRY`,
    entry: '      - select: {kind: Gateway} # @here@\n        fieldPaths: [spec.host]\n',
    code: 'source.replacement_selects_nothing',
    effect: 'none',
  },
  {
    name: 'one target of a component without an object, because components offer alternatives',
    body: `${replacing('      - select: {kind: ConfigMap, name: facts}\n        fieldPaths: [data.url]\n')}ENTRY`,
    entry: '      - select: {kind: Gateway}\n        fieldPaths: [spec.host]\n',
    isComponent: true,
    effect: 'none',
  },
  {
    name: 'a replacement whose source is not there',
    body: 'ENTRY',
    entry:
      'replacements:\n  - source: {kind: ConfigMap, name: fact} # @here@\n    targets:\n      - select: {kind: Rollout}\n        fieldPaths: [metadata.labels.app]\n',
    code: 'source.replacement_selects_nothing',
    effect: 'fails',
  },
];

const selectors: SilentCase[] = [
  {
    name: 'a label for selectors that a custom kind does not get',
    body: 'ENTRY',
    entry: 'labels:\n  - includeSelectors: true\n    pairs:\n      side: one # @here@\n',
    base: { 'ro.yaml': baseFiles['ro.yaml'] ?? '', 'svc.yaml': rolloutService },
    code: 'source.label_breaks_selector',
    effect: 'some',
  },
  {
    name: 'the same label when kustomize was taught the kind',
    body: 'configurations: [kinds.yaml]\nENTRY',
    entry: 'commonLabels:\n  side: one\n',
    files: { 'kinds.yaml': 'commonLabels:\n  - {group: argoproj.io, kind: Rollout, path: spec/template/metadata/labels, create: true}\n' },
    base: { 'ro.yaml': baseFiles['ro.yaml'] ?? '', 'svc.yaml': rolloutService },
    effect: 'some',
  },
  {
    name: 'a label for selectors that reaches pods of another namespace',
    body: 'ENTRY',
    entry: 'commonLabels:\n  side: one # @here@\n',
    base: { 'app.yaml': baseFiles['app.yaml'] ?? '', 'net.yaml': network },
    code: 'source.label_breaks_selector',
    effect: 'some',
  },
  {
    name: 'a label for templates only',
    body: 'ENTRY',
    entry: 'labels:\n  - includeTemplates: true\n    pairs:\n      side: one\n',
    base: { 'app.yaml': baseFiles['app.yaml'] ?? '', 'net.yaml': network },
    effect: 'some',
  },
];

const merging = (kind: string, apiVersion: string): string =>
  `patches:\n  - target: {kind: ${kind}}\n    patch: |-\n      apiVersion: ${apiVersion} # @here@\n      kind: any\n      metadata: {name: any}\n      spec: {template: {spec: {containers: [{name: main, resources: {limits: {memory: 1Gi}}}]}}}\n`;

const argoSchema = JSON.stringify({
  definitions: { Rollout: { type: 'object', 'x-kubernetes-group-version-kind': [{ group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout' }] } },
});

const merges: SilentCase[] = [
  {
    name: 'a strategic merge on a built-in kind while openapi names a schema without it',
    body: 'openapi: {path: schema.json}\nENTRY',
    entry: merging('Deployment', 'apps/v1'),
    files: { 'schema.json': argoSchema },
    code: 'source.strategic_merge',
    also: 'source.safeguard_removed',
    effect: 'some',
  },
  {
    name: 'a strategic merge on whatever a name of a kind fits, a custom one among them',
    body: 'ENTRY',
    entry: merging('Rollout|Deployment', 'apps/v1'),
    code: 'source.strategic_merge',
    also: 'source.safeguard_removed',
    effect: 'some',
  },
  { name: 'a strategic merge on built-in kinds', body: 'ENTRY', entry: merging('Deployment|StatefulSet', 'apps/v1').replace(' # @here@', ''), effect: 'some' },
];

export const silentCases: readonly SilentCase[] = [...unmatched, ...replaced, ...selectors, ...merges, ...safeguardCases];
