import { type Cluster, type Ring, rings } from '#model/cluster.ts';
import type { Soak, SoakCluster } from '#model/soak.ts';
import { quorumOf } from './policy.ts';
import { type Place, soakIn } from './ring-soak.ts';
import type { RingWorld } from './world.ts';

/** Every release that runs in a ring which has not verified it, with those that it can be compared with. Pure. */
export const soaksOf = (world: RingWorld): Soak[] =>
  [...world.fleet.pins.keys()].sort().flatMap((agent) => {
    const places = rings.flatMap((ring) => placeOf(agent, ring, world) ?? []);
    return places.flatMap((place) => soakOf(place, places, world) ?? []);
  });

const placeOf = (agent: string, ring: Ring, world: RingWorld): Place | undefined => {
  const release = world.fleet.pins.get(agent)?.get(ring)?.release;
  const clusters = release === undefined ? [] : world.clustersOf(agent, ring);
  return release === undefined || clusters.length === 0 ? undefined : { agent, ring, release, clusters };
};

const soakOf = (place: Place, places: readonly Place[], world: RingWorld): Soak | undefined => {
  const { agent, ring, release, clusters } = place;
  if (isVerified(place, world) || world.isQuarantined(agent, release)) return undefined;
  const { soak } = soakIn(place, world);
  if (soak === undefined) return undefined;
  const control = controlOf(place, places, soak.since, world);
  const pinned = world.pinnedAt.get(`${agent}/${ring}`);
  const pinnedAt = pinned === undefined ? undefined : Date.parse(pinned);
  return { agent, ring, release, ...soak, pinnedAt, pilot: clusters.map(soakCluster), control, quorum: quorumOf(ring), kpis: world.agent(agent).canary.kpis };
};

const isVerified = ({ agent, ring, release }: Place, world: RingWorld): boolean =>
  world.factsOf(agent, ring).findLast((fact) => fact.release === release)?.outcome === 'verified';

/**
 * Whom a ring is compared with: the rings after it, which have another release; for a ring that is the last to have it those before,
 * which have verified it. Of either only rings whose pin has stood since the soak began, and of the same environment where there are any:
 * a laboratory has no load of a network.
 */
const controlOf = (place: Place, places: readonly Place[], since: number, world: RingWorld): SoakCluster[] => {
  const at = rings.indexOf(place.ring);
  const steady = places.filter((other) => hasStood(other, since, world));
  const after = steady.filter((other) => rings.indexOf(other.ring) > at && other.release !== place.release);
  const before = steady.filter((other) => rings.indexOf(other.ring) < at && other.release === place.release && isVerified(other, world));
  const found = after.length > 0 ? after : before;
  const env = world.ringFacts(place.ring)?.env;
  const alike = found.filter(({ ring }) => world.ringFacts(ring)?.env === env);
  return (alike.length > 0 ? alike : found).flatMap(({ clusters }) => clusters.map(soakCluster));
};

/** A pin of which nobody knows since when it stands may have moved just now. */
const hasStood = ({ agent, ring }: Place, since: number, { pinnedAt }: RingWorld): boolean => {
  const at = pinnedAt.get(`${agent}/${ring}`);
  return at !== undefined && Date.parse(at) <= since;
};

const soakCluster = ({ name, vendors }: Cluster): SoakCluster => {
  const [most] = [...vendors].sort((a, b) => b.share - a.share);
  return { name, vendor: most?.name ?? 'none' };
};
