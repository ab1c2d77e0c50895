import type { Ring } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import { generatedNote, kustomizationText } from './kustomization-text.ts';
import { unitsOf } from './units.ts';

/** The sync units `agents/<agent>/rings/<ring>/<tier>`: the ring's pin plus the tier's component. */
export const agentFiles = (fleet: Fleet, ringsOf: (agent: string) => readonly Ring[]): Map<string, string> => {
  const files = new Map<string, string>();
  for (const agent of fleet.agents.keys()) {
    for (const ring of ringsOf(agent)) {
      for (const tier of unitsOf(fleet, agent, ring)) {
        const version = fleet.rings.get(ring)?.traits.tier ?? 'v1';
        files.set(
          `agents/${agent}/rings/${ring}/${tier}/kustomization.yaml`,
          kustomizationText({ comment: generatedNote, resources: ['../pin'], components: [`../../../../_traits/tier-${tier}/${version}`] }),
        );
      }
    }
  }
  return files;
};
