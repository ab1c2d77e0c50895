import { type Tier, tiers } from '#model/agent.ts';
import { type Ring, rings, type Vendor, vendors } from '#model/cluster.ts';
import { clustersOf, type Fleet } from '#model/fleet.ts';
import { generatedNote, kustomizationText } from './kustomization-text.ts';
import { agentsOf, componentsOf } from './units.ts';

/** `clusters/_rings/<ring>/<tier>`: the Applications that every cluster of one ring and tier has in common. */
export const ringFiles = (fleet: Fleet): Map<string, string> => {
  const files = new Map<string, string>();
  for (const ring of rings) {
    for (const tier of tiers) {
      if (clustersOf(fleet, ring, tier).length === 0) continue;
      const folder = `clusters/_rings/${ring}/${tier}`;
      for (const [name, content] of ringTierFiles(fleet, ring, tier)) files.set(`${folder}/${name}`, content);
    }
  }
  return files;
};

const ringTierFiles = (fleet: Fleet, ring: Ring, tier: Tier): Map<string, string> => {
  const agents = agentsOf(fleet, ring, tier);
  const common = agents.filter((a) => fleet.agents.get(a)?.vendor === undefined);
  const platform = componentsOf(fleet, tier).map((c) => `../../../../apps/${c}/rings/${ring}`);
  const files = new Map([
    ['agents.yaml', common.map((agent) => applicationText(fleet, agent, ring, tier)).join('---\n')],
    ['projects.yaml', projectsText(fleet, agents)],
    ['kustomization.yaml', kustomizationText({ comment: generatedNote, resources: ['agents.yaml', 'projects.yaml', ...platform], extra: waveLabels(ring) })],
    ['facts/facts.yaml', agents.map(factsText).join('---\n')],
    ['facts/kustomization.yaml', kustomizationText({ comment: generatedNote, resources: ['facts.yaml'] })],
  ]);
  for (const vendor of vendors) {
    const adapters = agents.filter((a) => fleet.agents.get(a)?.vendor === vendor);
    if (adapters.length === 0) continue;
    files.set(`${vendorFolder(vendor)}/agents.yaml`, adapters.map((agent) => applicationText(fleet, agent, ring, tier)).join('---\n'));
    files.set(`${vendorFolder(vendor)}/kustomization.yaml`, kustomizationText({ comment: generatedNote, resources: ['agents.yaml'], extra: waveLabels(ring) }));
  }
  return files;
};

export const vendorFolder = (vendor: Vendor): string => `vendor-${vendor}`;

const waveLabels = (ring: Ring): string[] => ['labels:', `  - pairs: {ranfleet.norvik.example/wave: ${ring}}`];

const applicationText = (fleet: Fleet, agent: string, ring: Ring, tier: Tier): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${agent}
  labels:
    ranfleet.norvik.example/unit: agent
    ranfleet.norvik.example/agent: ${agent}
  annotations:
    argocd.argoproj.io/manifest-generate-paths: /agents/${agent}/rings/${ring}
spec:
  project: agents
  source:
    repoURL: ${fleet.config.repository}
    targetRevision: ${fleet.config.revision}
    path: agents/${agent}/rings/${ring}/${tier}
  destination:
    name: cluster
    namespace: ${agent}
`;

const factsText = (agent: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-facts
  namespace: ${agent}
`;

const projectsText = (fleet: Fleet, agents: readonly string[]): string =>
  [
    projectText('agents', [fleet.config.repository], ['default', ...agents], agentKinds, '    - {group: "", kind: Namespace}\n'),
    projectText('platform', platformRepositories(fleet), platformNamespaces(fleet), '    - {group: "*", kind: "*"}\n', platformClusterKinds),
  ].join('---\n');

const projectText = (name: string, repositories: readonly string[], namespaces: readonly string[], kinds: string, clusterKinds: string): string =>
  `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: ${name}
spec:
  sourceRepos:
${repositories.map((r) => `    - ${r}\n`).join('')}  destinations:
${namespaces.map((n) => `    - {name: cluster, namespace: ${n}}\n`).join('')}  clusterResourceWhitelist:
${clusterKinds}  namespaceResourceWhitelist:
${kinds}`;

const kindsText = (kinds: readonly (readonly [group: string, kinds: readonly string[]])[]): string =>
  kinds.flatMap(([group, names]) => names.map((kind) => `    - {group: ${group}, kind: ${kind}}\n`)).join('');

/** Cluster-wide kinds of our components and of the upstream trees that they pin; a component that brings another one says so here. */
const platformClusterKinds = kindsText([
  ['""', ['Namespace']],
  [
    'admissionregistration.k8s.io',
    ['MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
  ],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  ['apiregistration.k8s.io', ['APIService']],
  ['external-secrets.io', ['ClusterSecretStore']],
  ['gateway.networking.k8s.io', ['GatewayClass']],
  ['perses.dev', ['PersesGlobalDatasource']],
  ['rbac.authorization.k8s.io', ['ClusterRole', 'ClusterRoleBinding']],
]);

const agentKinds = kindsText([
  ['""', ['ConfigMap', 'Service', 'ServiceAccount']],
  ['apps', ['StatefulSet']],
  ['argoproj.io', ['AnalysisTemplate', 'Rollout']],
  ['autoscaling', ['HorizontalPodAutoscaler']],
  ['gateway.networking.k8s.io', ['HTTPRoute']],
  ['keda.sh', ['ScaledObject']],
  ['monitoring.coreos.com', ['PodMonitor']],
  ['networking.k8s.io', ['NetworkPolicy']],
  ['policy', ['PodDisruptionBudget']],
  ['security.istio.io', ['AuthorizationPolicy']],
]);

const platformRepositories = (fleet: Fleet): string[] => {
  const upstream = [...fleet.components.values()].flatMap((c) => (c.upstream === 'none' ? [] : [c.upstream.repository]));
  return [fleet.config.repository, ...new Set(upstream)].sort();
};

/** Upstream components place roles for metrics and leader election in two namespaces that every cluster has. */
const sharedNamespaces = ['default', 'kube-system'] as const;

const platformNamespaces = (fleet: Fleet): string[] => [...new Set([...sharedNamespaces, ...[...fleet.components.values()].map((c) => c.namespace)])].sort();
