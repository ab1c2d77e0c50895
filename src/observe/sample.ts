import type { AgentSample } from '#model/observation.ts';
import type { Manifest } from '#model/ports.ts';
import { valueAt } from '#util/manifest.ts';
import { worstAnalysis } from './analysis.ts';
import { type ApplicationView, type ExpectedSource, type Health, noApplication, unseenApplication, viewApplication } from './application.ts';
import { type KnownReleases, releasesShown, workloadId } from './signature.ts';
import { podsOf, viewWorkload, type WorkloadView } from './workload.ts';

/** What the cluster shows of one namespace; undefined where the API server gave no whole answer. */
export interface NamespaceObjects {
  /** Rollouts and StatefulSets. */
  readonly workloads: readonly Manifest[];
  readonly pods: readonly Manifest[];
  readonly analysisRuns: readonly Manifest[];
}

/** All that is needed to say how one agent stands on one cluster. */
export interface UnitSight {
  /** Epoch milliseconds from before the first question. */
  readonly at: number;
  readonly cluster: string;
  readonly agent: string;
  /** Release that the pin names in Git now. */
  readonly pinned: string;
  readonly expected: ExpectedSource;
  /** `absent`: the hub has none of that name; undefined: the hub could not be asked. */
  readonly application: Manifest | 'absent' | undefined;
  readonly objects: NamespaceObjects | undefined;
  readonly known: KnownReleases;
  /** Does this commit hold the pin that Git has now? */
  readonly holdsPin: (revision: string) => boolean;
}

/**
 * One sample of one agent on one cluster. Whatever is missing, mixed or out of date stays Unknown or null: only what was seen whole
 * is Synced, Healthy and of a release. Pure.
 */
export const agentSampleOf = (sight: UnitSight): AgentSample => {
  const application = applicationOf(sight);
  const hasPin = application.revision !== null && application.isExpectedSource && sight.holdsPin(application.revision);
  const prefersPin = hasPin && application.sync === 'Synced';
  const cluster = viewCluster(sight, prefersPin);
  const notes = [...application.notes, ...cluster.notes];
  return {
    kind: 'agent',
    at: new Date(sight.at).toISOString(),
    cluster: sight.cluster,
    agent: sight.agent,
    revision: application.revision,
    hasPin,
    sync: application.sync,
    health: worstHealth([application.health, cluster.health]),
    release: cluster.release,
    aborted: cluster.aborted,
    analysis: cluster.analysis,
    ...(notes.length === 0 ? {} : { message: [...new Set(notes)].join('; ').slice(0, 2000) }),
  };
};

const applicationOf = ({ application, expected, at }: UnitSight): ApplicationView => {
  if (application === undefined) return unseenApplication('the hub could not be asked');
  return application === 'absent' ? noApplication : viewApplication(application, expected, at);
};

type ClusterView = Pick<AgentSample, 'health' | 'release' | 'aborted' | 'analysis'> & { readonly notes: readonly string[] };

const unseenCluster = (health: Health, note: string): ClusterView => ({ health, release: null, aborted: null, analysis: null, notes: [note] });

const viewCluster = (sight: UnitSight, prefersPin: boolean): ClusterView => {
  const { objects, known } = sight;
  if (objects === undefined) return unseenCluster('Unknown', 'the cluster could not be asked');
  const names = new Set([...known.values()].flatMap((release) => [...release.keys()]));
  const workloads = objects.workloads.filter((object) => names.has(workloadId(object)));
  if (names.size === 0) return unseenCluster('Unknown', 'no release of the agent could be rendered');
  if (workloads.length === 0) return unseenCluster('Missing', 'the cluster has no workload of the agent');
  const seen = workloads.map((object) => ({ object, view: viewWorkload(object), shown: templateReleases(known, object) }));
  const pick = (candidates: ReadonlySet<string> | undefined): string | null => oneOf(candidates, prefersPin ? sight.pinned : undefined);
  const running = runningReleases(known, workloads, objects.pods);
  return {
    health: worstHealth(seen.map(({ view }) => view.health)),
    release: isWholeRelease(pick(running), known, workloads),
    aborted: pick(unionOf(seen.filter(({ view }) => view.isAborted).map(({ shown }) => shown))),
    analysis: analysisOf(seen, objects.analysisRuns, sight.pinned),
    notes: [...seen.flatMap(({ view }) => view.notes), ...(running.size === 0 ? ['the pods do not all run one known release'] : [])],
  };
};

const templateReleases = (known: KnownReleases, object: Manifest): ReadonlySet<string> =>
  releasesShown(known, workloadId(object), valueAt(object, 'spec', 'template', 'spec'));

/** Releases that every pod of every workload may be of: none where a workload has no pod, or they are mixed. */
const runningReleases = (known: KnownReleases, workloads: readonly Manifest[], pods: readonly Manifest[]): ReadonlySet<string> => {
  const ofEach = workloads.flatMap((object) => {
    const own = podsOf(object, pods) ?? [];
    return own.length === 0 ? [new Set<string>()] : own.map((pod) => releasesShown(known, workloadId(object), pod['spec']));
  });
  return new Set([...known.keys()].filter((release) => ofEach.length > 0 && ofEach.every((one) => one.has(release))));
};

/** A release runs only where each of its workloads is there. */
const isWholeRelease = (release: string | null, known: KnownReleases, workloads: readonly Manifest[]): string | null => {
  const wanted = [...(known.get(release ?? '')?.keys() ?? [])];
  return wanted.length > 0 && wanted.every((id) => workloads.some((object) => workloadId(object) === id)) ? release : null;
};

const unionOf = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

/** The one candidate; of several that look alike the preferred one, else none. */
const oneOf = (candidates: ReadonlySet<string> | undefined, preferred: string | undefined): string | null => {
  const [first, ...others] = candidates ?? [];
  if (others.length === 0) return first ?? null;
  return preferred !== undefined && candidates?.has(preferred) ? preferred : null;
};

interface Seen {
  readonly view: WorkloadView;
  readonly shown: ReadonlySet<string>;
}

/** Only the analyses of pods whose template is that of the release that Git asks for. */
const analysisOf = (seen: readonly Seen[], runs: readonly Manifest[], pinned: string): AgentSample['analysis'] => {
  const judged = seen.flatMap(({ view, shown }) => (view.podHash !== undefined && shown.has(pinned) ? [worstAnalysis(runs, view.podHash)] : []));
  return judged.find((phase) => phase !== null) ?? null;
};

/** Worst first: known harm counts more than what is not known, and that more than what is on its way. */
const healthOrder: readonly Health[] = ['Degraded', 'Unknown', 'Missing', 'Progressing', 'Suspended', 'Healthy'];

const worstHealth = (all: readonly Health[]): Health => healthOrder.find((health) => all.includes(health)) ?? 'Unknown';
