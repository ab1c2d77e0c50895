import { type Cluster, joiningOf } from '#model/cluster.ts';
import { agentsOn, type Fleet, runsOn } from '#model/fleet.ts';
import { vendorFolder } from './generate-rings.ts';
import { generatedNote, kustomizationText } from './kustomization-text.ts';
import { agentsOf } from './units.ts';

/** Overlays of all clusters, of the hubs that own them, and the root that bootstraps the hubs. */
export const clusterFiles = (fleet: Fleet): Map<string, string> => {
  const files = new Map<string, string>();
  const clusters = [...fleet.clusters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const cluster of clusters) for (const [name, content] of overlayFiles(fleet, cluster)) files.set(`clusters/${cluster.name}/${name}`, content);
  const hubs = clusters.filter((c) => c.tier === 'hub');
  for (const hub of hubs) {
    const owned = clusters.filter((c) => c.hub === hub.name);
    files.set(`clusters/_hubs/${hub.name}/kustomization.yaml`, hubText(hub));
    files.set(`clusters/_hubs/${hub.name}/applications.yaml`, owned.map((c) => rootApplicationText(fleet, c)).join('---\n'));
    files.set(`clusters/_hubs/${hub.name}/project.yaml`, bootstrapProjectText(fleet, hub));
  }
  const comment = `${generatedNote} Bootstraps the hubs: \`kustomize build . | kubectl apply -l ranfleet.norvik.example/hub=<hub> -f -\``;
  files.set('kustomization.yaml', kustomizationText({ comment, resources: hubs.map((h) => `clusters/_hubs/${h.name}`) }));
  return files;
};

const overlayFiles = (fleet: Fleet, cluster: Cluster): Map<string, string> => {
  const ring = `../_rings/${cluster.wave}/${cluster.tier}`;
  const vendors = adapterVendors(fleet, cluster).map((v) => `${ring}/${vendorFolder(v)}`);
  const optional = [...cluster.components].sort().map((c) => `../../apps/${c}/rings/${cluster.wave}`);
  const version = fleet.rings.get(cluster.wave)?.traits.cluster ?? 'v1';
  const overlay = kustomizationText({
    comment: generatedNote,
    namespace: 'argocd',
    nameSuffix: `.${cluster.name}`,
    resources: ['cluster.yaml', 'facts/cluster-facts.yaml', ring, ...vendors, ...optional],
    components: [`../_traits/cluster/${version}`],
    extra: joiningPatches(fleet, cluster),
  });
  const facts = kustomizationText({
    comment: generatedNote,
    resources: ['cluster-facts.yaml', `../../_rings/${cluster.wave}/${cluster.tier}/facts`],
    extra: factsReplacement,
  });
  return new Map([
    ['kustomization.yaml', overlay],
    ['facts/kustomization.yaml', facts],
    ['facts/cluster-facts.yaml', clusterFactsText(cluster)],
  ]);
};

/** Applications that stay at a commit whose pin names what their ring has verified; quoted, since a commit may look like a number. */
const joiningPatches = (fleet: Fleet, cluster: Cluster): string[] => {
  const entries = agentsOn(fleet, cluster).flatMap((agent) => joiningOf(cluster, agent) ?? []);
  const patches = entries.flatMap(({ agent, commit }) => [
    `  - target: {group: argoproj.io, kind: Application, labelSelector: ranfleet.norvik.example/agent=${agent}}`,
    '    patch: |-',
    `      - {op: replace, path: /spec/source/targetRevision, value: "${commit}"}`,
  ]);
  return patches.length === 0 ? [] : ['patches:', ...patches];
};

const factsReplacement = [
  'replacements:',
  '  - source: {kind: ConfigMap, name: cluster-facts, namespace: default, fieldPath: data}',
  '    targets:',
  '      - select: {kind: ConfigMap, name: cluster-facts}',
  '        fieldPaths: [data]',
  '        options: {create: true}',
];

/** Vendors of the cluster for which its ring and tier have an adapter. */
const adapterVendors = (fleet: Fleet, cluster: Cluster) => {
  const adapters = agentsOf(fleet, cluster.wave, cluster.tier).map((a) => fleet.agents.get(a));
  return cluster.vendors
    .map((v) => v.name)
    .filter((name) => adapters.some((a) => a?.vendor === name && runsOn(a, cluster)))
    .sort();
};

/** What agents read at run time about the cluster they stand in, as flat strings. */
const clusterFactsText = (c: Cluster): string => {
  const facts: Record<string, string> = {
    name: c.name,
    env: c.env,
    tier: c.tier,
    wave: c.wave,
    hub: c.hub,
    country: c.country,
    residency: c.residency,
    vendors: c.vendors.map((v) => `${v.name}:${v.share}`).join(' '),
    'simulated-vendors': c.vendors
      .filter((v) => v.simulated)
      .map((v) => v.name)
      .join(' '),
    cells: String(c.cells),
    'protected-share': String(c.protectedShare),
    'time-zone': c.timeZone,
    'maintenance-window': `${c.maintenanceWindow.start}-${c.maintenanceWindow.end}`,
    'tracking-areas': c.trackingAreas.join(' '),
    'memory-peers': c.memoryPeers.join(' '),
  };
  const data = Object.entries(facts).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `# ${generatedNote}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cluster-facts\n  namespace: default\ndata:\n${data.join('')}`;
};

const hubText = (hub: Cluster): string =>
  kustomizationText({
    comment: generatedNote,
    namespace: 'argocd',
    resources: ['applications.yaml', 'project.yaml'],
    extra: ['labels:', `  - pairs: {ranfleet.norvik.example/hub: ${hub.name}}`],
  });

const rootApplicationText = (fleet: Fleet, cluster: Cluster): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${cluster.name}
  labels:
    ranfleet.norvik.example/cluster: ${cluster.name}
    ranfleet.norvik.example/wave: ${cluster.wave}
spec:
  project: bootstrap-${cluster.hub}
  source:
    repoURL: ${fleet.config.repository}
    targetRevision: ${fleet.config.revision}
    path: clusters/${cluster.name}
  destination:
    name: in-cluster
    namespace: argocd
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=false
      - ServerSideApply=true
`;

const bootstrapProjectText = (fleet: Fleet, hub: Cluster): string => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: bootstrap-${hub.name}
spec:
  sourceRepos:
    - ${fleet.config.repository}
  destinations:
    - {name: in-cluster, namespace: argocd}
  clusterResourceWhitelist: []
  namespaceResourceWhitelist:
    - {group: argoproj.io, kind: Application}
    - {group: argoproj.io, kind: AppProject}
    - {group: "", kind: ConfigMap}
`;
