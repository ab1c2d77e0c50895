import type { Cluster } from '#model/cluster.ts';
import { type Fleet, runsOn } from '#model/fleet.ts';
import type { CapacityInput } from '#model/policy.ts';

/** Share of each node that the system and the platform components keep for themselves. */
const reserved = 0.25;
const mebibytesPerGibibyte = 1024;

/**
 * What the pinned agents of each cluster request, against what its nodes can give: all nodes but the reserved share, and in production
 * without one node, so that a drain leaves no pod waiting. Autoscaled agents count with their least number. Pure.
 * @param base Undefined when there is nothing to compare with.
 */
export const capacityOf = (base: Fleet | undefined, head: Fleet): CapacityInput => ({
  clusters: Object.fromEntries(
    [...head.clusters.values()].map((cluster) => {
      const was = base?.clusters.get(cluster.name);
      const before = base && was ? totalsOf(base, was) : undefined;
      const now = totalsOf(head, cluster);
      const gpu = accelerators(base && was && devicesOf(base, was), devicesOf(head, cluster));
      return [cluster.name, { cpu: against(before?.cpu, now.cpu), memory: against(before?.memory, now.memory), gpu }];
    }),
  ),
});

/** CPU in cores, memory in GiB. */
interface Total {
  readonly requested: number;
  readonly budget: number;
}

const totalsOf = (fleet: Fleet, cluster: Cluster): { readonly cpu: Total; readonly memory: Total } => {
  let [cpu, memory] = [0, 0];
  for (const { placed } of placedOn(fleet, cluster)) {
    cpu += placed.replicas * Number.parseInt(placed.cpu, 10);
    memory += placed.replicas * Number.parseInt(placed.memory, 10);
  }
  const { cpu: cores, memoryGi } = cluster.nodes;
  const nodes = usableNodes(cluster) * (1 - reserved);
  return { cpu: { requested: cpu / 1000, budget: nodes * cores }, memory: { requested: memory / mebibytesPerGibibyte, budget: nodes * memoryGi } };
};

const against = (before: Total | undefined, { requested, budget }: Total): CapacityInput['clusters'][string]['cpu'] => ({
  requested: rounded(requested),
  budget: rounded(budget),
  percent: percentOf({ requested, budget }),
  before: before === undefined ? null : percentOf(before),
  delta: before === undefined ? null : rounded(requested - before.requested),
});

const percentOf = ({ requested, budget }: Total): number => rounded((100 * requested) / budget);

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Agents that run in a cluster, with what their pinned configuration says. */
const placedOn = (fleet: Fleet, cluster: Cluster) =>
  [...fleet.agents.values()].flatMap((agent) => {
    const placed = runsOn(agent, cluster) ? fleet.pins.get(agent.name)?.get(cluster.wave)?.placed[cluster.tier] : undefined;
    return placed === undefined ? [] : [{ agent: agent.name, placed }];
  });

const usableNodes = ({ env, nodes: { count } }: Cluster): number => (env === 'production' && count > 1 ? count - 1 : count);

/** Whole devices: promised by the caps of the agents that run there, and held by the nodes. */
const devicesOf = (fleet: Fleet, cluster: Cluster): { readonly promised: number | null; readonly budget: number } => {
  const { allowances } = fleet.config;
  const capOf = (agent: string): number => allowances?.exceptions?.[agent]?.cap?.gpu ?? allowances?.cap.gpu ?? 0;
  const promised = placedOn(fleet, cluster).reduce((sum, { agent }) => sum + capOf(agent), 0);
  return { promised: allowances === undefined ? null : promised, budget: usableNodes(cluster) * (cluster.nodes.gpu ?? 0) };
};

type Devices = ReturnType<typeof devicesOf>;

const accelerators = (before: Devices | undefined, now: Devices): CapacityInput['clusters'][string]['gpu'] => ({
  ...now,
  before: before?.promised == null ? null : before.promised - before.budget,
});
