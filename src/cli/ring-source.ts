import { policyHash } from '#adapters/policy-bundle.ts';
import { toolsKey } from '#adapters/tools.ts';
import type { RingSource } from '#apply/records.ts';
import { releaseDigest } from '#gate/release-digest.ts';
import { ClosureGraph } from '#render/closure.ts';
import { createRenderSetup, engineRoot } from './context.ts';
import type { PlanGround } from './plan-for.ts';

/** Questions of one ring that a record keeps: the newest. */
const mostObservations = 20;

/** What records say of rings, from the ground of a plan. */
export const ringSourceOf = ({ snapshot, observations, fleet }: PlanGround): RingSource => {
  const digests = new Map<string, Promise<string>>();
  const graph = new ClosureGraph(snapshot);
  const digestOf = async (agent: string, release: string): Promise<string> => {
    const { tools, scratch } = createRenderSetup({ cache: true });
    try {
      return await releaseDigest(agent, release, { snapshot, graph }, tools);
    } finally {
      scratch.clear();
    }
  };
  return {
    renderSha256: (agent, _ring, release) => {
      const found = digests.get(`${agent} ${release}`) ?? digestOf(agent, release);
      digests.set(`${agent} ${release}`, found);
      return found;
    },
    policySha256: policyHash(snapshot, toolsKey(engineRoot, 'gate')),
    observationsOf: (agent, ring, release) =>
      observations.samples
        .flatMap((s) => (s.kind === 'fleet' && s.agent === agent && s.ring === ring && s.release === release ? [s] : []))
        .slice(-mostObservations)
        .map(({ query, phase, reason, samples }) => ({ query: query.slice(0, 2000), result: `${phase}: ${reason}`.slice(0, 2000), samples })),
    clustersOf: (ring) => [...fleet.clusters.values()].filter(({ wave }) => wave === ring).map(({ name }) => name),
  };
};
