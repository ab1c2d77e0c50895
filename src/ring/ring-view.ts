import type { Cluster, Ring } from '#model/cluster.ts';
import type { FleetSample } from '#model/observation.ts';
import type { Reason, RingState } from '#model/promotion.ts';
import { failureOf } from './health.ts';
import { budgetOf } from './policy.ts';
import { type Place, soakIn } from './ring-soak.ts';
import { isTooSilent, type Quorum } from './soak.ts';
import { instant, type RingWorld } from './world.ts';

/** One agent in one ring, as Git and the observations show it. */
export interface RingView {
  readonly agent: string;
  readonly ring: Ring;
  /** Release that the pin names. */
  readonly release: string;
  /** Clusters that follow its pin. */
  readonly clusters: readonly Cluster[];
  /** No cluster of the ring runs the agent, not even one that joins. */
  readonly isEmpty: boolean;
  readonly state: RingState;
  readonly reasons: readonly Reason[];
  /** The soak that is over just now, without a record yet. */
  readonly verified: { readonly release: string; readonly from: string; readonly until: string } | null;
  /** It failed on the release that a revert had brought back. */
  readonly failedTwice: boolean;
  /** It has a release that is barred and does not fail with it: it waits for a newer one. */
  readonly isBarred: boolean;
}

type Found = Pick<RingView, 'state' | 'reasons'> & Partial<Pick<RingView, 'verified' | 'failedTwice' | 'isBarred'>>;

/** Where a ring stands. Failure comes before all else, and what is not known is never taken for well. Pure. */
export const viewRing = (agent: string, ring: Ring, world: RingWorld): RingView => {
  const release = world.fleet.pins.get(agent)?.get(ring)?.release ?? '';
  const clusters = world.clustersOf(agent, ring);
  const isEmpty = world.membersOf(agent, ring).length === 0;
  const found = isEmpty ? empty : stateOf({ agent, ring, release, clusters }, world);
  return { agent, ring, release, clusters, isEmpty, verified: null, failedTwice: false, isBarred: false, ...found };
};

const empty: Found = { state: 'verified', reasons: [{ code: 'ring.empty', text: 'no cluster of this ring runs the agent' }] };

const stateOf = (place: Place, world: RingWorld): Found => {
  const { agent, ring, release, clusters } = place;
  const facts = world.factsOf(agent, ring);
  const isVerified = facts.findLast((f) => f.release === release)?.outcome === 'verified';
  const failing = failuresOf(place, isVerified, world);
  if (failing !== undefined) return isVerified ? failedVerified(failing, facts.at(-1)?.outcome === 'reverted') : failing;
  if (world.isQuarantined(agent, release))
    return { ...held({ code: 'release.quarantined', text: `${release} is barred, and this ring still has it` }), isBarred: true };
  if (isVerified) return { state: 'verified', reasons: [] };
  if (clusters.length === 0)
    return held({
      code: 'ring.joining',
      text: 'every cluster of this ring joins, so that nobody runs what its pin names: `ranfleet cluster joined` takes one in',
    });
  return soakingState(place, world);
};

const held = (...reasons: Reason[]): Found => ({ state: 'held', reasons });

/** A release that once went through its soak does not fail by itself: something else happened, and going back would not mend that. */
const failedVerified = ({ reasons }: Found, wasReverted: boolean): Found =>
  wasReverted
    ? {
        ...held({ code: 'revert.second_failure', text: 'the release that a revert brought back fails as well: a person decides' }, ...reasons),
        failedTwice: true,
      }
    : held({ code: 'failure.after_verification', text: 'a verified release fails: an incident, not a change' }, ...reasons);

const failuresOf = ({ agent, ring, release, clusters }: Place, isVerified: boolean, world: RingWorld): Found | undefined => {
  const pinned = world.pinnedAt.get(`${agent}/${ring}`);
  const pinnedAt = pinned === undefined ? undefined : Date.parse(pinned);
  const failures = clusters.flatMap(({ name }) => failureOf(world.index.agent(agent, name), { release, pinnedAt, isVerified }, world.clock) ?? []);
  const verdict = lastVerdict(world.index.fleet(agent, ring), release, pinned ?? '');
  if (verdict?.phase === 'Failed') return { state: 'failed', reasons: [{ code: 'verdict.failed', text: verdict.reason }, ...failures] };
  if (failures.length === 0) return undefined;
  const budget = budgetOf(ring, clusters.length);
  if (failures.length >= budget) return { state: 'failed', reasons: failures };
  return held(
    { code: 'failure.below_budget', text: `${failures.length} of ${clusters.length} clusters fail, ${budget} send the ring back: a person looks` },
    ...failures,
  );
};

const lastVerdict = (samples: readonly FleetSample[], release: string, from: string): FleetSample | undefined =>
  samples.findLast((s) => s.release === release && s.at >= from);

const soakingState = (place: Place, world: RingWorld): Found => {
  const { quorum, soak } = soakIn(place, world);
  if (soak === undefined) return notRunning(quorum, place.release);
  const [from, until] = [instant(soak.since), instant(soak.until)];
  if (world.clock < soak.until)
    return {
      state: 'soaking',
      reasons: [{ code: 'soak.running', text: `since ${from} on ${quorum.good} of ${quorum.clusters} clusters`, until }],
    };
  return judgedState(place, { release: place.release, from, until }, world);
};

const notRunning = (quorum: Quorum, release: string): Found => {
  const { clusters, seen, good } = quorum;
  if (isTooSilent(quorum)) return held({ code: 'observation.missing', text: `${clusters - seen} of ${clusters} clusters say nothing: unknown is not healthy` });
  return { state: 'syncing', reasons: [{ code: 'soak.not_running', text: `${good} of ${seen} clusters were seen to run ${release}` }] };
};

/** The soak is over: what the metrics say of all of it decides, and no answer is no yes. */
const judgedState = ({ agent, ring, release }: Place, soak: NonNullable<RingView['verified']>, world: RingWorld): Found => {
  const verdict = lastVerdict(world.index.fleet(agent, ring), release, soak.until);
  if (verdict === undefined) return held({ code: 'verdict.missing', text: 'nobody has judged the whole soak by the metrics of the fleet' });
  if (verdict.phase !== 'Successful') return held({ code: verdict.phase === 'Error' ? 'verdict.error' : 'verdict.inconclusive', text: verdict.reason });
  if (world.observations.simulated && world.ringFacts(ring)?.env === 'production')
    return held({ code: 'observation.simulated', text: 'what was seen is simulated: it verifies nothing in production' });
  return { state: 'verified', reasons: [], verified: soak };
};
