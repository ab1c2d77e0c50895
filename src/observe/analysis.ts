import type { AgentSample } from '#model/observation.ts';
import type { Manifest } from '#model/ports.ts';
import { labelOf, textAt } from '#util/manifest.ts';

type Phase = NonNullable<AgentSample['analysis']>;

/** Worst first. */
const phases: readonly Phase[] = ['Failed', 'Error', 'Inconclusive', 'Running', 'Pending', 'Successful'];

/**
 * The worst analysis of the pods with one template hash; null where none ran. Of one step that was tried again only the last
 * counts: a retry after an outage is not failed for ever. A run that says nothing yet is Pending. Pure.
 */
export const worstAnalysis = (runs: readonly Manifest[], podHash: string): Phase | null => {
  const ofHash = runs.filter((run) => labelOf(run, 'rollouts-pod-template-hash') === podHash);
  const byPlace = Map.groupBy(ofHash, (run) => `${labelOf(run, 'rollout-type')} ${labelOf(run, 'step-index')}`);
  const found = new Set([...byPlace.values()].map((tries) => phaseOf(lastOf(tries))));
  return phases.find((phase) => found.has(phase)) ?? null;
};

const lastOf = (tries: readonly Manifest[]): Manifest | undefined => tries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).at(-1);

/** Runs of one second are told apart by their names, whose last part counts up. */
const keyOf = (run: Manifest): string => `${textAt(run, 'metadata', 'creationTimestamp')} ${textAt(run, 'metadata', 'name')}`;

const phaseOf = (run: Manifest | undefined): Phase => phases.find((phase) => phase === textAt(run, 'status', 'phase')) ?? 'Pending';
