import type { Agent } from '#model/agent.ts';
import type { Cluster } from '#model/cluster.ts';
import { clustersOf, type Fleet, type RehearsalFacts, runsOn } from '#model/fleet.ts';
import type { Root } from '#model/policy.ts';
import type { Load } from './subject.ts';

/** The work that a rehearsal counts with, and where it comes from. */
export interface ClusterLoad extends Load {
  /** The cluster with the fewest cells that the root reaches: where evidence comes slowest. */
  readonly cluster: string;
  readonly cells: number;
  readonly errorBudget: number;
}

/** What the agent of a root does in the smallest cluster that the root reaches; undefined where the facts do not say. */
export const loadOf = (fleet: Fleet, agent: Agent, root: Root): ClusterLoad | undefined => {
  const facts = factsOf(fleet, agent);
  if (facts === undefined || fleet.metrics === undefined || root.ring === undefined) return undefined;
  const served = clustersOf(fleet, root.ring, root.tier)
    .filter((cluster) => runsOn(agent, cluster))
    .map((cluster) => ({ cluster: cluster.name, cells: cellsOf(fleet, cluster) }))
    .filter(({ cells }) => cells > 0)
    .sort((a, b) => a.cells - b.cells);
  const [smallest] = served;
  if (smallest === undefined) return undefined;
  const { errorRatio, slowRatio, divergenceRatio, errorBudget } = facts;
  return {
    ...smallest,
    errorBudget,
    baseline: { errorRatio, slowRatio, divergenceRatio },
    decisionsPerSecond: (facts.decisionsPerCellHour * smallest.cells) / 3600,
    scrapeSeconds: fleet.metrics.scrapeInterval,
    untilSeconds: 7200,
  };
};

const factsOf = ({ config: { rehearsal } }: Fleet, { rehearsal: own = {} }: Agent): RehearsalFacts | undefined =>
  rehearsal && {
    ...rehearsal,
    decisionsPerCellHour: own.decisionsPerCellHour ?? rehearsal.decisionsPerCellHour,
    errorRatio: own.errorRatio ?? rehearsal.errorRatio,
    slowRatio: own.slowRatio ?? rehearsal.slowRatio,
  };

/** Cells of a cluster; a hub serves those of all its clusters. */
const cellsOf = (fleet: Fleet, cluster: Cluster): number =>
  cluster.tier === 'hub' ? [...fleet.clusters.values()].filter(({ hub }) => hub === cluster.name).reduce((sum, { cells }) => sum + cells, 0) : cluster.cells;
