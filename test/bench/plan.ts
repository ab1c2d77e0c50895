import type { Cluster, Ring } from '#model/cluster.ts';
import type { Sample } from '#model/observation.ts';
import { planOf } from '#ring/plan.ts';
import { at, cluster, fact, judged, later, look, network, stage } from '../support/stage.ts';
import { figure, heading, repeat } from './figures.ts';

/** Clusters of each of six rings: 1,000 in all. */
const sizes: readonly (readonly [Ring, number])[] = [['w0', 2], ['w1', 10], ['w2', 50], ['w3', 150], ['w4', 300], ['w5', 488]]; // biome-ignore format: one table
const agentCount = 54;
/** Looks at each agent on each cluster: half an hour in steps of five minutes. */
const looksEach = 7;
const now = at('12:00');

const fleetOf = (): { clusters: Cluster[]; agents: { name: string }[] } => ({
  clusters: sizes.flatMap(([wave, count]) =>
    Array.from({ length: count }, (_, i) =>
      cluster(`${wave}-${i}`, { wave, env: wave === 'w0' ? 'dev' : wave === 'w1' ? 'staging' : 'production', trackingAreas: [1000 * sizes.length + i] }),
    ),
  ),
  agents: Array.from({ length: agentCount }, (_, i) => ({ name: `agent-${String(i).padStart(2, '0')}` })),
});

/** A third of the agents fails in w3, a third is on its way, a third has verified all that it runs. */
const samplesOf = ({ clusters, agents }: ReturnType<typeof fleetOf>): Sample[] => {
  const release = '1.1.0';
  const samples: Sample[] = clusters.map(({ name }) => network(name, now));
  for (const [i, { name: agent }] of agents.entries())
    for (const { name, wave } of clusters)
      for (let n = 0; n < looksEach; n++)
        samples.push(look(agent, name, later(now, -5 * n), i % 3 === 0 && wave === 'w3' ? { release, aborted: release } : { release }));
  for (const { name } of agents) samples.push(judged(name, 'w4', now, { release }));
  return samples;
};

/** Time and memory of one plan for a fleet of 54 agents in 6 rings of 1,000 clusters. */
export const benchPlan = async (): Promise<void> => {
  const fleet = fleetOf();
  const samples = samplesOf(fleet);
  heading(`Plan: ${agentCount} agents, ${sizes.length} rings, ${fleet.clusters.length} clusters, ${samples.length} samples`);
  const facts = fleet.agents.flatMap(({ name }, i) =>
    sizes.flatMap(([ring]) => [
      fact(name, ring, '1.0.0', at('00:00', '2027-01-01')),
      ...(i % 3 === 2 ? [fact(name, ring, '1.1.0', at('00:00', '2027-02-01'))] : []),
    ]),
  );
  const input = stage({ at: now, ...fleet, samples, facts, pins: Object.fromEntries(fleet.agents.map(({ name }) => [name, '1.1.0'])) });
  const times = await repeat(5, () => {
    const start = performance.now();
    const plan = planOf(input);
    if (plan.decisions.length !== agentCount * sizes.length || plan.reverts.length !== agentCount / 3)
      throw new Error('the plan is not the one that was to be measured');
    return (performance.now() - start) / 1000;
  });
  figure('one plan', times, 's', 2);
  figure('resident memory of the whole process, samples included', [process.memoryUsage().rss / 2 ** 20], 'MiB', 1024);
};
