import type { Cluster } from '#model/cluster.ts';
import { policy } from '../policy.ts';
import { instant } from '../world.ts';
import { type Gate, isMoving } from './gate.ts';

interface Placed {
  readonly cluster: Cluster;
  readonly ring: string;
  readonly isOwn: boolean;
}

/** Rules 10 and 14: clusters that share a tracking area, and two that stand in for each other, never change at the same time. */
export const areaGate: Gate = ({ view }, { views }) => {
  const moving = views.filter((v) => v.agent === view.agent && v.ring !== view.ring && isMoving(v));
  const placed = [
    ...view.clusters.map((cluster): Placed => ({ cluster, ring: view.ring, isOwn: true })),
    ...moving.flatMap(({ clusters, ring }) => clusters.map((cluster): Placed => ({ cluster, ring, isOwn: false }))),
  ];
  const names = new Set(placed.map(({ cluster }) => cluster.name));
  const areas = placed.flatMap((one) => one.cluster.trackingAreas.map((area) => [`tracking area ${area}`, one] as const));
  const pairs = placed.flatMap((one) =>
    one.cluster.memoryPeers.filter((peer) => names.has(peer)).map((peer) => [[one.cluster.name, peer].sort().join(' and '), one] as const),
  );
  return [...shared(areas, 'share'), ...shared(pairs, 'stand in for each other as')];
};

/** What two clusters have in common, of which one is to change now. */
const shared = (marks: readonly (readonly [string, Placed])[], verb: string) =>
  [...Map.groupBy(marks, ([mark]) => mark)]
    .filter(([, holders]) => holders.length > 1 && holders.some(([, { isOwn }]) => isOwn))
    .map(([mark, holders]) => ({
      code: 'area.shared',
      text: `${holders.map(([, { cluster, ring }]) => `${cluster.name} (${ring})`).join(', ')} ${verb} ${mark}`,
    }));

/** Rule 13: hubs alone, one a day, never together with regions or edges of the same agent. */
export const hubGate: Gate = ({ view, release }, { world, views }) => {
  if (!view.clusters.some(isHub)) return [];
  const own = views.filter((v) => v.agent === view.agent && v.ring !== view.ring && v.clusters.some((c) => c.env === 'production'));
  const moving = own.filter(isMoving).map(({ ring }) => ({ code: 'hub.alone', text: `${ring} is moving, and a hub changes alone` }));
  const lately = own
    .filter(({ clusters }) => clusters.some(isHub))
    .flatMap(({ ring }) => world.factsOf(view.agent, ring).filter((f) => f.release === release && f.outcome === 'verified'))
    .map(({ ring, at }) => ({ ring, until: Date.parse(at) + policy.hubs }))
    .filter(({ until }) => until > world.clock)
    .map(({ ring, until }) => ({ code: 'hub.day', text: `the hub of ${ring} has had it for less than a day`, until: instant(until) }));
  return [...moving, ...lately];
};

const isHub = ({ tier, env }: Cluster): boolean => tier === 'hub' && env === 'production';
