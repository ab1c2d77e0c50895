import type { KubeObject } from '#adapters/kube-client.ts';
import type { Manifest } from '#model/ports.ts';
import type { Plan } from './plan.ts';
import { simulatedRules } from './simulated-stages.ts';

/** A simulated node as big as the cluster's facts say, spread over zones as the fleet's spread constraints expect. */
export const nodeObject = (plan: Plan, index: number): KubeObject => {
  const name = `${plan.cluster}-${index + 1}`;
  const resources = { cpu: String(plan.nodes.cpu), memory: `${plan.nodes.memoryGi}Gi`, pods: '110', 'ephemeral-storage': '200Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `zone-${(index % plan.zoneCount) + 1}`,
        'ranfleet.norvik.example/simulated': 'true',
      },
    },
    status: { capacity: resources, allocatable: resources },
  };
};

/** Rights of the parts that are ours: each may do what it needs and nothing else. */
export const ownAccess = (): Manifest[] => [
  clusterRole('simulated-metrics', [{ apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }]),
  clusterRoleBinding('simulated-metrics', 'kube-system', 'simulated-metrics'),
  clusterRole('simulated-operators', simulatedRules),
  clusterRoleBinding('simulated-operators', 'kube-system', 'kwok-controller'),
  clusterRole('webhook', [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get', 'list', 'patch'] }]),
  clusterRoleBinding('webhook', 'argocd', 'webhook'),
];

const clusterRole = (name: string, rules: readonly unknown[]): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: `ranfleet-local-${name}` },
  rules,
});

const clusterRoleBinding = (role: string, namespace: string, account: string): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: `ranfleet-local-${role}` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `ranfleet-local-${role}` },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
});

/** Makes the simulated metrics the source of the HorizontalPodAutoscaler. */
export const resourceMetrics = (plan: Plan, authority: string): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'simulated-metrics', namespace: 'kube-system' },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io', labels: { 'ranfleet.norvik.example/simulated': 'true' } },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'simulated-metrics', namespace: 'kube-system', port: plan.ports.metricsTls },
      caBundle: Buffer.from(authority).toString('base64'),
    },
  },
];

/** What Argo CD has to know: the cluster under the name that the Applications use, and how Git is reached. */
export const argoSecrets = (plan: Plan, token: string, authority: string): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `cluster-${plan.cluster}`, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
    stringData: {
      name: plan.cluster,
      server: `https://127.0.0.1:${plan.ports.apiServer}`,
      config: JSON.stringify({ bearerToken: token, tlsClientConfig: { caData: Buffer.from(authority).toString('base64') } }),
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'fleet-repository', namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
    stringData: { type: 'git', url: plan.repositoryUrl, proxy: `http://127.0.0.1:${plan.ports.proxy}` },
  },
];
