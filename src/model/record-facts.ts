import type { Standing } from './observation.ts';

/** An entry of a quarantine, of the base or of the head, that bars a release. */
export interface Barred {
  readonly file: string;
  /** The ring in which it failed. */
  readonly ring: string;
  readonly reason: string;
  readonly at: string;
}

/** A pin that a change moves or makes, and what the records say of the release that it gets. */
export interface MovedPin {
  readonly agent: string;
  readonly ring: string;
  /** Null for a new pin. */
  readonly from: string | null;
  readonly to: string;
  /** `back`: to a release of lower version that stood at the base already. */
  readonly direction: 'new' | 'forward' | 'back';
  /** The ring before this one that runs the agent; null for the first. */
  readonly previous: string | null;
  /** What the ring before says of the release; `unrecorded` only while no earlier ring of the agent has any record. Null for the first ring. */
  readonly inPrevious: Standing | null;
  /** What this ring itself says of it. */
  readonly here: Standing;
  /** The release that this ring verified last, that stands in Git and is not barred. */
  readonly lastVerified: string | null;
  readonly barred: Barred | null;
  /** SHA-256 of what the release renders: as a ring verified it, and as it is now. Null where no record names it as verified. */
  readonly render: { readonly verifiedIn: string; readonly verified: string; readonly now: string } | null;
}

/** An agent that a cluster is to run from nothing, or that follows the pin of its ring again. */
export interface Birth {
  readonly cluster: string;
  readonly agent: string;
  readonly ring: string;
  /** What the pin of the ring names. */
  readonly release: string;
  /** The cluster is new, was built anew, or its own facts bring it the agent; `joined`: its entry of `joining` goes. */
  readonly how: 'new' | 'rebuilt' | 'moved' | 'joined';
  readonly standing: Standing;
  readonly barred: Barred | null;
  /** It has an entry of `joining`, so that it does not take what the pin names. */
  readonly joins: boolean;
  /** At the base every cluster of the ring joins, so that nobody could verify anything. */
  readonly alone: boolean;
}

/** An entry of `joining` that a change brings. */
export interface JoiningEntry {
  readonly cluster: string;
  readonly agent: string;
  readonly ring: string;
  readonly release: string;
  readonly commit: string;
  /** The cluster runs the agent. */
  readonly runs: boolean;
  readonly standing: Standing;
  readonly barred: Barred | null;
  /** What stood at the commit: the release that the pin of the ring named, and the unit of the tier. Null where the commit is none of the base's history. */
  readonly past: { readonly release: string | null; readonly unit: boolean } | null;
}

/** An entry of a quarantine that the base has and the head has not, or has otherwise. */
export interface LostEntry {
  readonly agent: string;
  readonly file: string;
  readonly release: string;
  readonly how: 'gone' | 'changed';
}

/** What the signed records and the quarantines say of what a change moves. Records are those of the base. */
export interface RecordFacts {
  /** Why they say nothing, where they can not be read; null otherwise. */
  readonly unread: string | null;
  readonly pins: readonly MovedPin[];
  readonly births: readonly Birth[];
  readonly joining: readonly JoiningEntry[];
  readonly lost: readonly LostEntry[];
}
