import type { Ring } from './cluster.ts';

/** What the engine would do now about one agent in one ring. */
export type Action = 'promote' | 'wait' | 'hold' | 'revert';

/** Where a ring stands with the release that its pin names. */
export type RingState = 'syncing' | 'soaking' | 'verified' | 'failed' | 'held';

export interface Reason {
  /** Stable name, like `soak.running`; all of them are in docs/promotion.md. */
  readonly code: string;
  readonly text: string;
  /** Instant at which this reason ends by itself, if nothing else happens. */
  readonly until?: string;
}

/** The decision about one agent in one ring. */
export interface Decision {
  readonly agent: string;
  readonly ring: Ring;
  readonly action: Action;
  readonly state: RingState;
  /** Release that the pin names. */
  readonly from: string;
  /** Release that the pin gets: of a promotion or a revert; null otherwise. */
  readonly to: string | null;
  readonly reasons: readonly Reason[];
  /** The release that has just gone through its whole soak here, so that a record is due; null otherwise. */
  readonly verified: { readonly release: string; readonly from: string; readonly until: string } | null;
}

/** One pin that moves: only from the release that stands there, else nothing happens (compare and set). */
export interface PinMove {
  readonly agent: string;
  readonly ring: Ring;
  readonly from: string;
  readonly to: string;
}

/** One promotion, to become one pull request as soon as the ring before has verified its release: one (release, ring), one line in one file. */
export interface PromotionMove extends PinMove {
  readonly kind: 'promotion';
  /** The ring whose verification it rests on; null for the first ring. */
  readonly verifiedIn: Ring | null;
  /** All gates are open now. Otherwise its pull request may stand and count down, and must not merge. */
  readonly ready: boolean;
  readonly reasons: readonly Reason[];
  /** How many people other than the author must approve. */
  readonly approvals: number;
  readonly breakGlass: boolean;
}

/** One way back, to become one commit: the pins of the failing ring and of those after it that name the bad release, and its quarantine. */
export interface RevertMove {
  readonly kind: 'revert';
  readonly agent: string;
  readonly release: string;
  /** The ring in which it failed. */
  readonly ring: Ring;
  readonly moves: readonly PinMove[];
  readonly reasons: readonly Reason[];
  /** Order among reverts of one plan: writers are frozen before manifests go back, parameters come last; then by pace. */
  readonly step: number;
  /** Not before this instant: undoing is paced. */
  readonly notBefore: string;
}

/** A cluster that may follow the pin of its ring from now on: the ring has verified what the pin names. */
export interface JoinMove {
  readonly cluster: string;
  readonly agent: string;
  readonly ring: Ring;
  /** Release of the entry that goes. */
  readonly from: string;
  /** Release that the pin names. */
  readonly to: string;
}

/** What the fleet should do next; the same inputs give the same plan, byte for byte. */
export interface Plan {
  /** The clock of the plan. */
  readonly at: string;
  readonly revision: string;
  readonly simulated: boolean;
  readonly decisions: readonly Decision[];
  readonly promotions: readonly PromotionMove[];
  readonly reverts: readonly RevertMove[];
  /** Entries of `joining` that have done their duty, by cluster and agent. */
  readonly joins: readonly JoinMove[];
  /** Set: nothing moves but reverts, until a person takes it away. */
  readonly stopped: Reason | null;
}
