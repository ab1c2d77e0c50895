import type { Cluster, Ring } from '#model/cluster.ts';
import { agentsOn, type Fleet } from '#model/fleet.ts';
import type { RingRecords, Standing } from '#model/observation.ts';
import type { Quarantine } from '#model/quarantine.ts';
import { newestVerified, standingOf } from './standing.ts';

/** How one agent starts on a cluster that never ran it. */
export interface Start {
  readonly agent: string;
  /** Release that the pin of the ring names. */
  readonly pinned: string;
  readonly standing: Standing;
  /** The pin names a release that the quarantine bars. */
  readonly isBarred: boolean;
  /** The release that the ring verified last, that stands in Git and is not barred; undefined where there is none. */
  readonly verified: string | undefined;
}

/** What starts are worked out from, beside the cluster. */
export interface BirthGround {
  readonly fleet: Fleet;
  readonly records: RingRecords;
  readonly releases: ReadonlyMap<string, readonly string[]>;
  readonly quarantines: ReadonlyMap<string, Quarantine>;
}

/** How each agent of a cluster starts there. Pure. */
export const startsOf = (cluster: Cluster, ground: BirthGround): Start[] =>
  agentsOn(ground.fleet, cluster).map((agent) => startIn(agent, cluster.wave, ground));

/** How an agent starts on a cluster that joins a ring. Pure. */
export const startIn = (agent: string, ring: Ring, { fleet, records, releases, quarantines }: BirthGround): Start => {
  const pinned = fleet.pins.get(agent)?.get(ring)?.release ?? '';
  const barred = new Set(quarantines.get(agent)?.releases.map(({ release }) => release));
  const facts = records.facts.filter((f) => f.agent === agent && f.ring === ring);
  return {
    agent,
    pinned,
    standing: standingOf(records, agent, ring, pinned),
    isBarred: barred.has(pinned),
    verified: newestVerified(facts, (release) => releases.get(agent)?.includes(release) === true && !barred.has(release)),
  };
};

/** Whether a start waits for nothing: the ring has verified it, or there is no record of the ring yet that could say so. */
export const isSafeStart = ({ standing, isBarred }: Start): boolean => !isBarred && (standing === 'verified' || standing === 'unrecorded');
