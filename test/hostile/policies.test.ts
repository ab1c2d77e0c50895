import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Root } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { rootInput } from '#policy/root-input.ts';
import { RuleBundle } from '../support/rule-bundle.ts';

const root: Root = { path: 'agents/a/rings/w1/edge', kind: 'agent', agent: 'a', ring: 'w1', tier: 'edge' };
const data = {
  config: { registries: ['registry.norvik.example'], repository: 'https://git.norvik.example/fleet.git', revision: 'refs/heads/main' },
  fleet: { agents: { a: { tier: 'W', consensus: { f: 1 } } } },
};

let rules: RuleBundle;
beforeAll(async () => {
  rules = await RuleBundle.load();
});
afterAll(() => rules.close());

const denialsOf = async (text: string): Promise<string[]> => {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const { deny } = await rules.evaluate(rootInput({ root, objects }, undefined), data);
  return [...new Set(deny.map(({ code }) => code))].sort();
};

const template = (metric: string, more = ''): string =>
  `{apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, metadata: {name: t, namespace: a}, spec: {metrics: [${metric}]${more}}}`;
const query = 'provider: {prometheus: {address: "http://prometheus-k8s.monitoring.svc:9090", query: "sum(up)"}}';
const metric = (changes = '', conditions = 'successCondition: "result[0] < 0.01", failureCondition: "result[0] > 0.02"'): string =>
  `{name: m, interval: 60s, count: 5, failureLimit: 0, ${conditions}, ${query}${changes}}`;
const rollout = (spec: string, annotations = '{}'): string =>
  `{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r, namespace: a, annotations: ${annotations}}, spec: {replicas: 4, ${spec}}}`;
const steps = (list: string): string =>
  `progressDeadlineSeconds: 600, progressDeadlineAbort: true, revisionHistoryLimit: 5, strategy: {canary: {steps: [${list}]}}`;
const role = (rule: string, more = ''): string => `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c}, rules: [${rule}]${more}}`;
const binding = (subject: string, name = 'c'): string =>
  `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${name}}, subjects: [${subject}]}`;
const pods = (more: string): string =>
  `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: a}, spec: {${more}, template: {metadata: {labels: {app: s}}, spec: {containers: [{name: c}]}}}}`;
const budget = (spec: string): string =>
  `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p, namespace: a}, spec: {selector: {matchLabels: {app: s}}, ${spec}}}`;
const scaler = (spec: string): string =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: a}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: s}, ${spec}}}`;

/** Objects that a rule of policies/ must deny, by row of the list of hostile inputs; the whole bundle judges them. */
const hostile: readonly (readonly [id: string, name: string, code: string, text: string])[] = [
  [
    'H57',
    'a namespace relabelled to let everything run',
    'gitops.guards',
    '{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: privileged}}}',
  ],
  ['H57', 'a namespace without a label for its pods', 'gitops.guards', '{apiVersion: v1, kind: Namespace, metadata: {name: a}}'],
  [
    'H63',
    'a link that runs a script',
    'gitops.link_scheme',
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: a, annotations: {link.argocd.argoproj.io/x: "javascript:alert(1)"}}}',
  ],
  [
    'H63',
    'a link that is data, behind a title',
    'gitops.link_scheme',
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: a, annotations: {link.argocd.argoproj.io/x: "Docs|data:text/html,x"}}}',
  ],
  ['H66', 'all verbs', 'security.rbac', role('{apiGroups: [""], resources: [pods], verbs: ["*"]}')],
  ['H66', 'all resources', 'security.rbac', role('{apiGroups: [""], resources: ["*"], verbs: [get]}')],
  ...['escalate', 'bind', 'impersonate'].map(
    (verb) => ['H66', verb, 'security.rbac', role(`{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [${verb}]}`)] as const,
  ),
  ['H66', 'all paths', 'security.rbac', role('{nonResourceURLs: ["*"], verbs: [get]}')],
  [
    'H66',
    'a role that grows by a label',
    'security.rbac',
    role('', ', metadata: {name: c, labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}').replace('metadata: {name: c}, ', ''),
  ],
  ['H66', 'a role made of others', 'security.rbac', role('', ', aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}')],
  ['H66', 'the masters', 'security.rbac', binding('{kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:masters"}')],
  ['H66', 'the administrator', 'security.rbac', binding('{kind: ServiceAccount, name: a, namespace: a}', 'cluster-admin')],
  ['H68', 'a condition that is always true', 'rollout.analysis_trap', template(metric('', 'successCondition: "true", failureCondition: "result[0] > 0.02"'))],
  ['H68', 'a failure that nothing reaches', 'rollout.analysis_trap', template(metric('').replace('failureLimit: 0', 'failureLimit: 9999'))],
  ['H68', 'all metrics in dry run', 'rollout.analysis_trap', template(metric(), ', dryRun: [{metricName: ".*"}]')],
  [
    'H68',
    'a verdict from anywhere',
    'rollout.analysis_trap',
    template(
      '{name: m, interval: 60s, count: 5, failureLimit: 0, successCondition: "result == 1", failureCondition: "result == 2", provider: {web: {url: "http://169.254.169.254/latest", jsonPath: "{$.x}"}}}',
    ),
  ],
  ['H68', 'no analysis at all', 'rollout.analysis', rollout(steps('{setWeight: 5}, {pause: {duration: 60}}, {setWeight: 50}, {pause: {duration: 60}}'))],
  ['H69', 'no deadline that aborts', 'rollout.abort', rollout(steps('{setWeight: 5}').replace('progressDeadlineAbort: true', 'progressDeadlineAbort: false'))],
  ['H69', 'no steps', 'rollout.steps', rollout(steps(''))],
  ['H69', 'everything at once', 'rollout.steps', rollout(steps('{setWeight: 100}'))],
  ['H69', 'a pause without an end', 'rollout.steps', rollout(steps('{setWeight: 5}, {pause: {}}, {setWeight: 25}, {setWeight: 50}'))],
  ['H69', 'an annotation that skips', 'gitops.sync_annotations', rollout(steps('{setWeight: 5}'), '{argocd.argoproj.io/sync-options: "Validate=false"}')],
  ['H70', 'a budget that lets nothing go', 'reliability.disruption_budget', `${pods('replicas: 4')}\n---\n${budget('maxUnavailable: 0')}`],
  ['H70', 'a least above the most', 'reliability.autoscaler', `${pods('serviceName: s')}\n---\n${scaler('minReplicas: 5, maxReplicas: 4')}`],
  ['H70', 'no voter left', 'reliability.consensus_quorum', pods('replicas: 0')],
];

describe('the rules deny', () => {
  test.each(hostile)('%s: %s', async (_, __, code, text) => {
    expect(await denialsOf(text)).toContain(code);
  });
});

describe('and let pass what is only near it', () => {
  test.each([
    [
      'a namespace whose pods are restricted',
      'gitops.guards',
      '{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.37, istio.io/dataplane-mode: ambient, ranfleet.norvik.example/agent-namespace: "true"}}}',
    ],
    [
      'a link to a page',
      'gitops.link_scheme',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: a, annotations: {link.argocd.argoproj.io/x: "Docs|https://docs.norvik.example"}}}',
    ],
    ['reading what is named', 'security.rbac', role('{apiGroups: [""], resources: [configmaps], resourceNames: [one], verbs: [get]}')],
    ['an analysis that can fail', 'rollout.analysis_trap', template(metric())],
    ['a least below the most', 'reliability.autoscaler', `${pods('serviceName: s')}\n---\n${scaler('minReplicas: 4, maxReplicas: 5')}`],
  ])('%s', async (_, code, text) => {
    expect(await denialsOf(text)).not.toContain(code);
  });
});
