import type { BlastRadius, RootChange } from '#model/change.ts';
import { clustersOf, type Fleet, runsOn } from '#model/fleet.ts';
import { labelOf } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import type { RootReach } from './group-changes.ts';

/** Rings whose pin leads to each `apps/<component>/config/<n>/resources`. */
export type ComponentRings = ReadonlyMap<string, readonly string[]>;

/** Clusters and waves that one changed root reaches. Pure. */
export const reachOf = (fleet: Fleet, componentRings: ComponentRings, change: RootChange): RootReach => {
  const clusters = clustersReached(fleet, componentRings, change);
  const waves = change.root.kind === 'agent' ? [change.root.ring ?? ''] : clusters.map((name) => fleet.clusters.get(name)?.wave ?? '');
  return { clusters, waves: uniqueSorted(waves.filter((w) => w !== '')) };
};

const clustersReached = (fleet: Fleet, componentRings: ComponentRings, { root, objects }: RootChange): string[] => {
  switch (root.kind) {
    case 'agent': {
      const agent = fleet.agents.get(root.agent ?? '');
      return clustersOf(fleet, root.ring ?? '', root.tier)
        .filter((c) => agent === undefined || runsOn(agent, c))
        .map((c) => c.name);
    }
    case 'cluster':
    case 'facts':
      return [root.cluster ?? ''];
    case 'component': {
      const tiers = fleet.components.get(root.component ?? '')?.tiers ?? [];
      return (componentRings.get(root.path) ?? []).flatMap((ring) =>
        clustersOf(fleet, ring)
          .filter((c) => tiers.includes(c.tier))
          .map((c) => c.name),
      );
    }
    case 'bootstrap':
      return objects.map((o) => labelOf(o.after ?? o.before ?? {}, 'ranfleet.norvik.example/cluster')).filter((name) => name !== '');
  }
};

/** Everything that a set of changed roots reaches. Pure. */
export const blastRadiusOf = (fleet: Fleet, changes: readonly RootChange[], reach: (change: RootChange) => RootReach): BlastRadius => {
  const reached = changes.map(reach);
  const names = uniqueSorted(reached.flatMap((r) => r.clusters));
  const clusters = names.flatMap((name) => fleet.clusters.get(name) ?? []);
  const production = clusters.filter((c) => c.env === 'production');
  const cells = sum(production.map((c) => c.cells));
  const allCells = sum([...fleet.clusters.values()].filter((c) => c.env === 'production').map((c) => c.cells));
  return {
    clusters: names,
    waves: uniqueSorted(reached.flatMap((r) => r.waves)),
    environments: uniqueSorted(clusters.map((c) => c.env)),
    countries: uniqueSorted(clusters.map((c) => c.country)),
    vendors: uniqueSorted(clusters.flatMap((c) => c.vendors.map((v) => v.name))),
    agents: uniqueSorted(changes.flatMap((c) => c.root.agent ?? [])),
    components: uniqueSorted(changes.flatMap((c) => c.root.component ?? [])),
    cells: sum(clusters.map((c) => c.cells)),
    productionShare: allCells === 0 ? 0 : Math.round((1000 * cells) / allCells) / 10,
  };
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
