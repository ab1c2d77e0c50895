import type { Cluster, Ring } from '#model/cluster.ts';
import { uniqueSorted } from '#util/order.ts';
import { goodSpells, seenSpells } from './health.ts';
import { type Quorum, quorumAt, soakEnd } from './soak.ts';
import type { RingWorld } from './world.ts';

/** One agent in one ring, with the release that its pin names and the clusters that follow it. */
export interface Place {
  readonly agent: string;
  readonly ring: Ring;
  readonly release: string;
  readonly clusters: readonly Cluster[];
}

/** How a ring stands with its release; `soak` only where enough clusters run it, milliseconds since 1970. */
export interface RingSoak {
  readonly quorum: Quorum;
  readonly soak: { readonly since: number; readonly until: number } | undefined;
}

export const soakIn = (place: Place, world: RingWorld): RingSoak => {
  const spells = place.clusters.map(({ name }) => {
    const samples = world.index.agent(place.agent, name);
    return { seen: seenSpells(samples), good: goodSpells(samples, place.release) };
  });
  const quorum = quorumAt(place.ring, spells, world.clock);
  const { since } = quorum;
  return { quorum, soak: since === undefined ? undefined : { since, until: soakEnd(since, demandOf(place, world)) } };
};

/** Tier W in production must have seen a busy hour of each time zone of the ring. */
const demandOf = ({ agent, ring, clusters }: Place, world: RingWorld) => {
  const { tier } = world.agent(agent);
  const facts = world.ringFacts(ring);
  const busy = tier === 'W' && facts?.env === 'production';
  return { hours: facts?.bakeHours[tier] ?? 0, busyZones: busy ? uniqueSorted(clusters.map((c) => c.timeZone)) : [] };
};
