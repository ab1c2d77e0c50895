import type { Manifest } from '#model/ports.ts';

// Stages of kwok for what no controller does here. Each says so in the status that it writes.

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
  readonly cel?: { readonly expression: string };
}

const stage = (
  name: string,
  resource: { apiGroup: string; kind: string },
  matchExpressions: readonly Requirement[],
  next: unknown,
  more: object = {},
): Manifest => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: `simulated-${name}` },
  spec: { resourceRef: resource, selector: { matchExpressions }, ...more, next },
});

const isLive: Requirement = { cel: { expression: '!has(self.metadata.deletionTimestamp)' } };

const verbs = ['get', 'list', 'watch', 'patch', 'update'];

/** What kwok has to be allowed for these stages, beyond pods and nodes. */
export const simulatedRules = [
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'httproutes/status'], verbs },
  { apiGroups: ['gateway.envoyproxy.io'], resources: ['securitypolicies', 'securitypolicies/status'], verbs },
  { apiGroups: ['keda.sh'], resources: ['scaledobjects', 'scaledobjects/status'], verbs },
  { apiGroups: ['postgresql.cnpg.io'], resources: ['clusters', 'clusters/status'], verbs },
] as const;

/** Stands in for the gateway, KEDA's operator and the PostgreSQL operator, so that Argo CD does not wait for what never comes. */
export const operatorStages = (): Manifest[] => [
  stage(
    'gateway',
    { apiGroup: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
    [
      isLive,
      {
        cel: {
          expression:
            '!has(self.status) || !has(self.status.parents) || self.status.parents.exists(p, p.conditions.exists(c, c.observedGeneration != self.metadata.generation))',
        },
      },
    ],
    { statusTemplate: routeStatus },
  ),
  stage(
    'envoy-gateway',
    { apiGroup: 'gateway.envoyproxy.io/v1alpha1', kind: 'SecurityPolicy' },
    [isLive, { cel: { expression: '!has(self.status) || !has(self.status.ancestors)' } }],
    { statusTemplate: securityPolicyStatus },
  ),
  stage(
    'keda',
    { apiGroup: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
    [isLive, { cel: { expression: '!has(self.status) || !has(self.status.conditions)' } }],
    {
      statusTemplate: `conditions:\n- {type: Ready, status: "True", reason: Simulated, message: simulated}\n`,
    },
  ),
  stage(
    'postgresql',
    { apiGroup: 'postgresql.cnpg.io/v1', kind: 'Cluster' },
    [isLive, { cel: { expression: '!has(self.status) || !has(self.status.conditions)' } }],
    {
      statusTemplate: postgresStatus,
    },
  ),
];

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

const securityPolicyStatus = `{{ $now := Now }}
{{ $generation := .metadata.generation }}
ancestors:
{{ range .spec.targetRefs }}
- controllerName: ranfleet.norvik.example/simulated-gateway
  ancestorRef: {group: {{ .group | Quote }}, kind: {{ .kind | Quote }}, name: {{ .name | Quote }}}
  conditions:
  - {type: Accepted, status: "True", reason: Accepted, message: simulated, lastTransitionTime: {{ $now | Quote }}, observedGeneration: {{ $generation }}}
{{ end }}
`;

const postgresStatus = `{{ $now := Now }}
phase: Cluster in healthy state
instances: {{ .spec.instances }}
readyInstances: {{ .spec.instances }}
conditions:
- {type: Ready, status: "True", reason: ClusterIsReady, message: simulated, lastTransitionTime: {{ $now | Quote }}}
`;

/** Containers with one of these image references end at once, again and again, each time with one restart more. */
export const crashLoopStage = (images: readonly string[]): Manifest =>
  stage(
    'crash-loop',
    { apiGroup: 'v1', kind: 'Pod' },
    [
      { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
      { key: '.spec.containers.[].image', operator: 'In', values: images.length > 0 ? images : ['none'] },
    ],
    { statusTemplate: crashStatus },
    // The ordinary stages have no weight, so this one always wins where it matches.
    { weight: 1000, delay: { durationMilliseconds: 1000 } },
  );

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
