import { type Cluster, joiningOf } from '#model/cluster.ts';
import type { ClusterReader, PinHistory } from '#model/cluster-reader.ts';
import { isGateError } from '#model/errors.ts';
import { type Fleet, runsOn } from '#model/fleet.ts';
import type { AgentSample, ClusterSample } from '#model/observation.ts';
import type { Manifest } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { runPool } from '#util/pool.ts';
import { type Unit, unitPath } from './known-releases.ts';
import { unknownNetwork } from './network.ts';
import { agentSampleOf, type NamespaceObjects } from './sample.ts';
import type { KnownReleases } from './signature.ts';

/** What one pass over the fleet needs. */
export interface PassInput {
  readonly fleet: Fleet;
  /** By path of the unit. */
  readonly known: ReadonlyMap<string, KnownReleases>;
  /** By cluster; a cluster without one is not observed, and stays silent in the log. */
  readonly readers: ReadonlyMap<string, ClusterReader>;
  /** By hub: where its Applications are. */
  readonly hubs: ReadonlyMap<string, ClusterReader>;
  readonly pins: PinHistory;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Pass {
  readonly samples: readonly (AgentSample | ClusterSample)[];
  /** Some of the nodes are simulated. */
  readonly simulated: boolean;
  /** API servers that gave no whole answer, and why. */
  readonly problems: readonly string[];
}

/** How many clusters are asked at the same time. */
const width = 8;

/** Units of the clusters that can be asked. */
export const unitsSeen = (fleet: Fleet, clusters: Iterable<string>): Unit[] => {
  const units = new Map<string, Unit>();
  for (const name of clusters) {
    const cluster = fleet.clusters.get(name);
    for (const unit of cluster === undefined ? [] : unitsOfCluster(fleet, cluster)) units.set(unitPath(unit), unit);
  }
  return [...units.values()].sort((a, b) => (unitPath(a) < unitPath(b) ? -1 : 1));
};

const unitsOfCluster = (fleet: Fleet, cluster: Cluster): Unit[] =>
  [...fleet.agents.values()].flatMap((agent) => {
    const pin = fleet.pins.get(agent.name)?.get(cluster.wave);
    return pin?.tiers.includes(cluster.tier) && runsOn(agent, cluster) ? [{ agent: agent.name, ring: cluster.wave, tier: cluster.tier }] : [];
  });

/** Looks once at all clusters that can be asked; hubs first, so that no Application is younger than the pods beside it. */
export const observeOnce = async (input: PassInput): Promise<Pass> => {
  const problems: string[] = [];
  const tryOn = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!isGateError(error) || error.code !== 'GATE_CLUSTER') throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const clusters = [...input.fleet.clusters.values()].filter(({ name }) => input.readers.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const at = input.now();
  const hubs = [...new Set(clusters.map(({ hub }) => hub))].filter((hub) => input.hubs.has(hub));
  const applications = new Map(await runPool(hubs, width, async (hub) => [hub, await tryOn(applicationsOf(input, hub))] as const));
  const seen = await runPool(clusters, width, async (cluster) => {
    const objects = await tryOn(objectsOf(input.readers.get(cluster.name)));
    return { samples: samplesOf(input, cluster, at, applications.get(cluster.hub), objects), simulated: objects?.simulated === true };
  });
  return { samples: seen.flatMap(({ samples }) => samples), simulated: seen.some(({ simulated }) => simulated), problems };
};

/** Applications of a hub by name. */
const applicationsOf = async ({ hubs }: PassInput, hub: string): Promise<Map<string, Manifest>> => {
  const found = (await hubs.get(hub)?.list('argoproj.io/v1alpha1', 'Application', 'argocd')) ?? [];
  return new Map(found.map((application) => [textAt(application, 'metadata', 'name'), application]));
};

/** All that one cluster shows, by namespace. */
interface ClusterObjects {
  readonly inNamespace: (namespace: string) => NamespaceObjects;
  readonly simulated: boolean;
}

/** All or nothing: with one list missing nothing is known of the cluster. */
const objectsOf = async (reader: ClusterReader | undefined): Promise<ClusterObjects | undefined> => {
  if (reader === undefined) return undefined;
  // The pods come last: what a controller says of them is never younger than they are.
  const [rollouts, sets, runs, nodes] = await Promise.all([
    reader.list('argoproj.io/v1alpha1', 'Rollout'),
    reader.list('apps/v1', 'StatefulSet'),
    reader.list('argoproj.io/v1alpha1', 'AnalysisRun'),
    reader.list('v1', 'Node'),
  ]);
  const pods = byNamespace(await reader.list('v1', 'Pod'));
  const [workloads, analysisRuns] = [byNamespace([...rollouts, ...sets]), byNamespace(runs)];
  return {
    inNamespace: (name) => ({ workloads: workloads.get(name) ?? [], pods: pods.get(name) ?? [], analysisRuns: analysisRuns.get(name) ?? [] }),
    simulated: nodes.some((node) => valueAt(node, 'metadata', 'annotations', 'kwok.x-k8s.io/node') !== undefined),
  };
};

const byNamespace = (objects: readonly Manifest[]): Map<string, Manifest[]> => Map.groupBy(objects, (object) => textAt(object, 'metadata', 'namespace'));

const samplesOf = (
  { fleet, known, pins }: PassInput,
  cluster: Cluster,
  at: number,
  applications: ReadonlyMap<string, Manifest> | undefined,
  objects: ClusterObjects | undefined,
): (AgentSample | ClusterSample)[] => {
  const agents = unitsOfCluster(fleet, cluster).map((unit) => {
    const { agent, ring } = unit;
    const joining = joiningOf(cluster, agent);
    return agentSampleOf({
      at,
      cluster: cluster.name,
      agent,
      pinned: joining?.release ?? fleet.pins.get(agent)?.get(cluster.wave)?.release ?? '',
      expected: { repoURL: fleet.config.repository, targetRevision: joining?.commit ?? fleet.config.revision, path: unitPath(unit) },
      application: applications === undefined ? undefined : (applications.get(`${agent}.${cluster.name}`) ?? 'absent'),
      objects: objects?.inNamespace(agent),
      known: known.get(unitPath(unit)) ?? new Map(),
      holdsPin: (revision) => pins.holds(agent, ring, revision),
    });
  });
  const { name } = cluster;
  return [{ kind: 'cluster', at: new Date(at).toISOString(), cluster: name, reachable: objects !== undefined, ...unknownNetwork }, ...agents];
};
