import type { Tier } from '#model/agent.ts';
import type { Ring } from '#model/cluster.ts';
import { clustersOf, type Fleet, runsOn } from '#model/fleet.ts';

/** Tiers on which a ring runs an agent: those of the pinned release that some cluster of the ring can serve. */
export const unitsOf = (fleet: Fleet, agentName: string, ring: Ring): Tier[] => {
  const agent = fleet.agents.get(agentName);
  const pinned = fleet.pins.get(agentName)?.get(ring);
  if (!agent || !pinned) return [];
  return pinned.tiers.filter((tier) => clustersOf(fleet, ring, tier).some((cluster) => runsOn(agent, cluster)));
};

/** Agents that one ring runs on one tier, sorted. */
export const agentsOf = (fleet: Fleet, ring: Ring, tier: Tier): string[] =>
  [...fleet.agents.keys()].filter((agent) => unitsOf(fleet, agent, ring).includes(tier)).sort();

/** Platform components that one ring runs on one tier by default, sorted. */
export const componentsOf = (fleet: Fleet, tier: Tier): string[] =>
  [...fleet.components.values()]
    .filter((c) => !c.optIn && c.tiers.includes(tier))
    .map((c) => c.name)
    .sort();
