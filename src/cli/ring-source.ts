import { createHash } from 'node:crypto';
import { policyHash } from '#adapters/policy-bundle.ts';
import { toolsKey } from '#adapters/tools.ts';
import type { RingSource } from '#apply/records.ts';
import { canonicalJson } from '#evidence/canonical.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { createRenderSetup, engineRoot } from './context.ts';
import type { PlanGround } from './plan-for.ts';

/** Questions of one ring that a record keeps: the newest. */
const mostObservations = 20;

/**
 * What records say of rings, from the ground of a plan. A release is rendered as the pins of all rings take it, before the sizes of a tier
 * are put in: equal bytes in every ring, or it is not the same release.
 */
export const ringSourceOf = ({ snapshot, observations, fleet }: PlanGround): RingSource => {
  const digests = new Map<string, Promise<string>>();
  const graph = new ClosureGraph(snapshot);
  const digestOf = async (path: string): Promise<string> => {
    const { tools, scratch } = createRenderSetup({ cache: true });
    try {
      const [rendered] = await renderRoots({ snapshot, graph, roots: [{ path, kind: 'agent' }] }, tools);
      return createHash('sha256')
        .update(canonicalJson(rendered?.objects ?? []))
        .digest('hex');
    } finally {
      scratch.clear();
    }
  };
  return {
    renderSha256: (agent, _ring, release) => {
      const path = `agents/${agent}/releases/${release}`;
      const found = digests.get(path) ?? digestOf(path);
      digests.set(path, found);
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
