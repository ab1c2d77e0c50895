import type { FreezeDays } from '#model/change-facts.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Freeze } from '#model/freeze.ts';
import { dayOf } from '#util/day.ts';
import { instantOf } from '#util/local-time.ts';

/** The freeze calendar of one revision with zones resolved. Pure. */
export const freezeDays = (fleet: Fleet): FreezeDays[] =>
  [...fleet.freezes.values()].map((freeze) => ({
    name: freeze.name,
    reason: freeze.reason,
    owner: freeze.owner,
    firstDay: dayOf(new Date(instantOf(freeze.from, freeze.timeZone))),
    lastDay: dayOf(new Date(instantOf(freeze.until, freeze.timeZone) - 1)),
    clusters: [...fleet.clusters.values()]
      .filter((c) => isFrozen(freeze, c))
      .map((c) => c.name)
      .sort(),
  }));

const isFrozen = ({ scope }: Freeze, cluster: Cluster): boolean =>
  (scope.countries ?? []).includes(cluster.country) || (scope.rings ?? []).includes(cluster.wave) || (scope.clusters ?? []).includes(cluster.name);
