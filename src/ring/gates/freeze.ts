import type { Cluster } from '#model/cluster.ts';
import type { Freeze } from '#model/freeze.ts';
import { instantOf } from '#util/local-time.ts';
import { instant, type RingWorld } from '../world.ts';
import type { Gate } from './gate.ts';

/** Rule 19: nothing starts in a cluster that the calendar freezes. Ways back never ask. */
export const freezeGate: Gate = ({ view: { clusters } }, { world }) =>
  frozenAt(clusters, world.clock, world).map(({ name, reason, until, timeZone }) => ({
    code: 'freeze.active',
    text: `${name}: ${reason}`,
    until: instant(instantOf(until, timeZone)),
  }));

/** Freezes that hold some of the clusters at a moment. */
export const frozenAt = (clusters: readonly Cluster[], at: number, { fleet }: RingWorld): Freeze[] =>
  [...fleet.freezes.values()]
    .filter(
      (freeze) =>
        clusters.some((cluster) => reaches(freeze, cluster)) && instantOf(freeze.from, freeze.timeZone) <= at && at < instantOf(freeze.until, freeze.timeZone),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const reaches = ({ scope }: Freeze, cluster: Cluster): boolean =>
  (scope.countries ?? []).includes(cluster.country) || (scope.rings ?? []).includes(cluster.wave) || (scope.clusters ?? []).includes(cluster.name);
