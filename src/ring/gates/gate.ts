import type { Reason } from '#model/promotion.ts';
import type { skippable } from '#model/stop.ts';
import type { Candidate } from '../candidate.ts';
import type { RingView } from '../ring-view.ts';
import type { RingWorld } from '../world.ts';

/** What one gate looks at. */
export interface GateContext {
  readonly world: RingWorld;
  /** All rings of all agents, after what the plan has decided so far. */
  readonly views: readonly RingView[];
}

/** Reasons to wait; none lets the candidate through. A reason with `until` ends by itself. */
export type Gate = (candidate: Candidate, context: GateContext) => readonly Reason[];

/** A gate with the name under which a break-glass opens it; without one nothing does. */
export interface NamedGate {
  readonly name?: (typeof skippable)[number];
  readonly check: Gate;
}

/** A ring that is on its way to a release: somebody must be able to tell what caused what is seen there. */
export const isMoving = ({ state, clusters }: RingView): boolean => clusters.length > 0 && state !== 'verified';
