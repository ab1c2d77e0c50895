import { isDeepStrictEqual } from 'node:util';
import { type Cluster, type Joining, joiningOf } from '#model/cluster.ts';
import { agentsOn, membersOf } from '#model/fleet.ts';
import type { Birth, JoiningEntry } from '#model/record-facts.ts';
import { standingOf } from '../standing.ts';
import { barredBy, type RecordGround } from './ground.ts';

/** Agents that a change of the facts of clusters brings up from nothing, or lets follow a pin again. Pure. */
export const birthsOf = (ground: RecordGround): Birth[] => {
  const { base, head } = ground;
  if (base === undefined) return [];
  return changedClusters(ground).flatMap(([cluster, was]) => {
    const stays = new Set(was === undefined ? [] : agentsOn(head.fleet, was));
    return agentsOn(head.fleet, cluster).flatMap((agent): Birth[] => {
      const how = howOf(agent, cluster, was, stays);
      return how === undefined ? [] : [birth(agent, cluster, how, ground)];
    });
  });
};

/** @param stays agents that the cluster runs by its facts of the base */
const howOf = (agent: string, cluster: Cluster, was: Cluster | undefined, stays: ReadonlySet<string>): Birth['how'] | undefined => {
  if (was === undefined) return 'new';
  if (isRebuilt(cluster, was)) return 'rebuilt';
  if (!stays.has(agent)) return 'moved';
  return joiningOf(was, agent) !== undefined && joiningOf(cluster, agent) === undefined ? 'joined' : undefined;
};

const birth = (agent: string, cluster: Cluster, how: Birth['how'], ground: RecordGround): Birth => {
  const { wave: ring, name } = cluster;
  const release = ground.head.fleet.pins.get(agent)?.get(ring)?.release ?? '';
  const members = ground.base === undefined ? [] : membersOf(ground.base.fleet, agent, ring);
  return {
    cluster: name,
    agent,
    ring,
    release,
    how,
    standing: standingOf(ground.records, agent, ring, release),
    barred: barredBy(ground, agent, release),
    joins: joiningOf(cluster, agent) !== undefined,
    alone: members.length > 0 && members.every((c) => joiningOf(c, agent) !== undefined),
  };
};

/** Clusters whose facts differ, with those of the base. */
const changedClusters = ({ base, head }: RecordGround): [Cluster, Cluster | undefined][] =>
  [...head.fleet.clusters.values()].flatMap((cluster): [Cluster, Cluster | undefined][] => {
    const was = base?.fleet.clusters.get(cluster.name);
    return isDeepStrictEqual(was, cluster) ? [] : [[cluster, was]];
  });

const isRebuilt = (cluster: Cluster, was: Cluster): boolean => cluster.rebuilt !== was.rebuilt;

/** What stood at the commit of an entry. */
export type PastAt = (cluster: Cluster, entry: Joining) => JoiningEntry['past'];

/** Entries of `joining` that a change brings, or under which the cluster changes its ring or is built anew; all of them where there is no base. Pure. */
export const joiningEntries = (ground: RecordGround, pastAt: PastAt): JoiningEntry[] =>
  changedClusters(ground).flatMap(([cluster, was]) => {
    const stood = was === undefined || was.wave !== cluster.wave || isRebuilt(cluster, was) ? [] : (was.joining ?? []);
    const entries = (cluster.joining ?? []).filter((entry) => !stood.some((s) => isDeepStrictEqual(s, entry)));
    return entries.map((entry): JoiningEntry => {
      const { agent, release } = entry;
      return {
        ...entry,
        cluster: cluster.name,
        ring: cluster.wave,
        runs: agentsOn(ground.head.fleet, cluster).includes(agent),
        standing: standingOf(ground.records, agent, cluster.wave, release),
        barred: barredBy(ground, agent, release),
        past: pastAt(cluster, entry),
      };
    });
  });
