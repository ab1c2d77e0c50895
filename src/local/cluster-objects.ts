import type { Manifest } from '#model/ports.ts';
import type { KubeObject } from './kube-client.ts';
import type { Plan } from './plan.ts';

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
  clusterRole('simulated-gateway', [
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'httproutes/status'], verbs: ['get', 'list', 'watch', 'patch', 'update'] },
  ]),
  clusterRoleBinding('simulated-gateway', 'kube-system', 'kwok-controller'),
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

/** No gateway runs here: this accepts each route in its place, so that Argo CD does not wait for a controller that never comes. */
export const gatewayStage = (): Manifest => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: 'simulated-gateway' },
  spec: {
    resourceRef: { apiGroup: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
    selector: {
      matchExpressions: [
        { cel: { expression: '!has(self.metadata.deletionTimestamp)' } },
        {
          cel: {
            expression: '!has(self.status.parents) || self.status.parents.exists(p, p.conditions.exists(c, c.observedGeneration != self.metadata.generation))',
          },
        },
      ],
    },
    next: { statusTemplate: routeStatus },
  },
});

const routeStatus = `{{ $now := Now }}
{{ $generation := .metadata.generation }}
parents:
{{ range .spec.parentRefs }}
- controllerName: ranfleet.norvik.example/simulated-gateway
  parentRef:
    name: {{ .name | Quote }}
    namespace: {{ .namespace | Quote }}
  conditions:
  - {type: Accepted, status: "True", reason: Accepted, message: simulated, lastTransitionTime: {{ $now | Quote }}, observedGeneration: {{ $generation }}}
  - {type: ResolvedRefs, status: "True", reason: ResolvedRefs, message: simulated, lastTransitionTime: {{ $now | Quote }}, observedGeneration: {{ $generation }}}
{{ end }}
`;

/** Containers whose image is named in the values end at once, again and again, each time with one restart more. */
export const crashLoopStage = (images: readonly string[]): Manifest => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: 'simulated-crash-loop' },
  spec: {
    resourceRef: { apiGroup: 'v1', kind: 'Pod' },
    selector: {
      matchExpressions: [
        { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
        { key: '.spec.containers.[].image', operator: 'In', values: images.length > 0 ? images : ['none'] },
      ],
    },
    // The ordinary stages have no weight, so this one always wins where it matches.
    weight: 1000,
    delay: { durationMilliseconds: 1000 },
    next: { statusTemplate: crashStatus },
  },
});

const crashStatus = `{{ $now := Now }}
{{ $root := . }}
phase: Running
startTime: {{ or .status.startTime $now | Quote }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range $index, $item := .spec.containers }}
- name: {{ $item.name | Quote }}
  image: {{ $item.image | Quote }}
  ready: false
  started: false
  restartCount: {{ if $root.status.containerStatuses }}{{ add (index $root.status.containerStatuses $index).restartCount 1 }}{{ else }}0{{ end }}
  state: {waiting: {reason: CrashLoopBackOff, message: simulated}}
{{ end }}
`;
