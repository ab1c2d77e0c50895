import path from 'node:path';
import { contextsOf, createClusterReader } from '#adapters/cluster-reader.ts';
import { commitSnapshot, resolveCommit } from '#adapters/git.ts';
import { createPinHistory } from '#adapters/pin-history.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { kubeconfigOf, layoutOf } from '#local/layout.ts';
import { readPlan } from '#local/plan.ts';
import type { ClusterReader } from '#model/cluster-reader.ts';
import { GateError } from '#model/errors.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Observations, Sample } from '#model/observation.ts';
import { renderKnownReleases } from '#observe/known-releases.ts';
import { seeNetwork, withNetwork } from '#observe/network.ts';
import { observeOnce, type PassInput, unitsSeen } from '#observe/pass.ts';
import { createRenderSetup } from './context.ts';
import { fleetMetrics, openSoakJudge, silentMetrics } from './fleet-metrics.ts';
import type { Environment } from './github-access.ts';

export interface ObserverOptions {
  readonly kubeconfig?: string;
  /** `<cluster>=<context>`, or the name of both. */
  readonly context?: string | readonly string[];
  /** `<hub>=<context>`: where its Argo CD is, if not on the cluster of that name. */
  readonly hub?: string | readonly string[];
  /** Prometheus with the metrics of all clusters: alarms, incidents, and what judges a soak. */
  readonly prometheus?: string;
  /** Scratch folder of a local control plane: takes the place of kubeconfig and contexts. */
  readonly plane?: string;
  readonly head?: string;
  /** Looks again and again, so that nothing waits for what is slow. */
  readonly watch?: string | number;
}

export interface Observed {
  readonly samples: readonly Sample[];
  readonly simulated: boolean;
  readonly problems: readonly string[];
}

export interface Observer {
  /** Looks once, at what Git has now, or had at a commit; what was seen before says what soaks. */
  look(before: () => Observations, at?: string): Promise<Observed>;
  close(): void;
}

interface Access {
  readonly kubeconfig: string;
  /** Context by cluster. */
  readonly contexts: ReadonlyMap<string, string>;
  /** Context of the Argo CD by hub. */
  readonly hubs: ReadonlyMap<string, string>;
}

/** Opens all clusters that can be asked. @throws GateError GATE_USAGE when there is none. */
export const openObserver = async (repository: string, options: ObserverOptions, environment: Environment): Promise<Observer> => {
  const metrics = fleetMetrics(options.prometheus, environment);
  const soaks = openSoakJudge(repository);
  const revision = options.head ?? 'HEAD';
  const access = accessOf(repository, revision, options);
  const names = new Set([...access.contexts.values(), ...access.hubs.values()]);
  const open = new Map([...names].map((context) => [context, createClusterReader(access.kubeconfig, context)]));
  const [readers, hubs] = [readersOf(open, access.contexts), readersOf(open, access.hubs)];
  let known: (GitFacts & { readonly commit: string }) | undefined;
  return {
    look: async (before, at) => {
      const commit = commitOf(repository, at ?? revision);
      if (known?.commit !== commit) known = { commit, ...(await readGit(repository, commit, readers.keys())) };
      const [pass, network] = await Promise.all([
        observeOnce({ ...known, readers, hubs, now: Date.now }),
        metrics === undefined ? undefined : seeNetwork(metrics, Date.now()),
      ]);
      const simulated = pass.simulated || network?.simulated === true || hasSimulatedProduction(known.fleet);
      if (metrics === undefined || network === undefined) return { ...pass, simulated };
      const samples = withNetwork(pass.samples, network);
      const { silence } = network;
      const request = { commit, metrics: silence === undefined ? metrics : silentMetrics(silence), seen: () => together(before(), { simulated, samples }) };
      const judged = options.watch === undefined ? await soaks.judge(request) : soaks.collect(request);
      return {
        samples: [...samples, ...judged],
        simulated,
        problems: [...pass.problems, ...(silence === undefined ? [] : [`alarms and incidents: ${silence.message}`])],
      };
    },
    close: () => {
      for (const reader of open.values()) reader.close();
    },
  };
};

const together = (before: Observations, now: Observations): Observations => ({
  simulated: before.simulated || now.simulated,
  samples: [...before.samples, ...now.samples],
});

const readersOf = (open: ReadonlyMap<string, ClusterReader>, contexts: ReadonlyMap<string, string>): Map<string, ClusterReader> =>
  new Map(
    [...contexts].flatMap(([name, context]) => {
      const reader = open.get(context);
      return reader === undefined ? [] : [[name, reader] as const];
    }),
  );

type GitFacts = Pick<PassInput, 'fleet' | 'pins' | 'known'>;

const commitOf = (repository: string, revision: string): string => {
  const commit = resolveCommit(repository, revision);
  if (commit !== undefined) return commit;
  throw new GateError('GATE_NO_REVISION', 'usage', `there is no revision ${revision}`, { hint: 'Name a branch, tag or commit that this clone has.' });
};

/** What Git says at one commit: read again only when it has moved. */
const readGit = async (repository: string, commit: string, clusters: Iterable<string>): Promise<GitFacts> => {
  const snapshot = commitSnapshot(repository, commit);
  const fleet = readFleet(snapshot);
  const { tools, scratch } = createRenderSetup({ cache: true });
  try {
    return { fleet, pins: createPinHistory(repository, commit), known: await renderKnownReleases(snapshot, unitsSeen(fleet, clusters), tools) };
  } finally {
    scratch.clear();
  }
};

/** The gate refuses it; a fleet that got there all the same is not to be promoted on what it shows. */
const hasSimulatedProduction = ({ clusters }: Fleet): boolean =>
  [...clusters.values()].some(({ env, vendors }) => env === 'production' && vendors.some(({ simulated }) => simulated));

const accessOf = (repository: string, revision: string, options: ObserverOptions): Access => {
  const { clusters } = readFleet(commitSnapshot(repository, commitOf(repository, revision)));
  const access = options.plane === undefined ? namedAccess(clusters, options) : planeAccess(clusters, options.plane);
  const unknown = [...access.contexts.keys()].filter((name) => !clusters.has(name));
  if (unknown.length > 0) throw noCluster(`there is no cluster ${unknown.join(', ')}`);
  if (access.contexts.size === 0) throw noCluster('no context has the name of a cluster');
  return access;
};

const noCluster = (message: string): GateError =>
  new GateError('GATE_USAGE', 'usage', message, { hint: 'Say which context is which cluster: --context <cluster>=<context>.' });

const namedAccess = (clusters: Fleet['clusters'], { kubeconfig = process.env['KUBECONFIG'], context, hub }: ObserverOptions): Access => {
  if (kubeconfig === undefined) throw new GateError('GATE_USAGE', 'usage', 'no kubeconfig was named', { hint: 'Name it: --kubeconfig <file>.' });
  const given = pairsOf(context);
  const contexts = given.size > 0 ? given : new Map(contextsOf(kubeconfig).flatMap((name) => (clusters.has(name) ? [[name, name]] : [])));
  return { kubeconfig, contexts, hubs: new Map([...contexts, ...pairsOf(hub)]) };
};

const pairsOf = (words: ObserverOptions['context']): Map<string, string> =>
  new Map(
    [words ?? []].flat().map((word) => {
      const [name = '', context = name] = word.split('=', 2);
      return [name, context];
    }),
  );

/** On the local control plane one API server is both the cluster and the place of its hub's Argo CD. */
const planeAccess = (clusters: Fleet['clusters'], plane: string): Access => {
  const layout = layoutOf(path.resolve(plane));
  const { cluster } = readPlan(layout.plan);
  const hub = clusters.get(cluster)?.hub ?? cluster;
  return { kubeconfig: kubeconfigOf(layout, 'admin'), contexts: new Map([[cluster, 'local']]), hubs: new Map([[hub, 'local']]) };
};
