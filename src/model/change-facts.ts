import type { Agent } from './agent.ts';

/** The frozen copy of an agent's facts in one of its configurations: `config/<n>/runtime.yaml`. */
export interface FrozenConfig {
  readonly config: string;
  /** Not in the base. */
  readonly isNew: boolean;
  readonly isNewest: boolean;
  /** The envelope as frozen; null when the file has none. */
  readonly writes: readonly unknown[] | null;
}

/** Facts of one agent on both sides of a change; null where it does not exist. */
export interface AgentOnBothSides {
  readonly base: Agent | null;
  readonly head: Agent | null;
  readonly configs: readonly FrozenConfig[];
}

/** What judges a release while it is a canary: the part of its frozen configuration that people read. */
export interface JudgedBy {
  readonly release: string;
  readonly kpis: readonly string[];
  readonly slos: readonly { readonly name: string; readonly objective: number; readonly direction: string }[];
}

/** A pin that differs between base and head. */
export interface PinMove {
  readonly agent: string;
  readonly ring: string;
  readonly from: JudgedBy | null;
  readonly to: JudgedBy | null;
  /** `back` is a revert: to a release of lower version that stood at the base already. */
  readonly direction: 'new' | 'forward' | 'back' | 'gone';
}

/** What changed in the rendered unit of an agent, as far as canaries are concerned. */
export interface CanaryChange {
  readonly agent: string;
  readonly ring: string;
  readonly root: string;
  /** A container runs another image. */
  readonly image: boolean;
  /** Objects whose canary steps or analysis changed or went away. */
  readonly judgement: readonly string[];
}

/** Releases that the rings of one agent pin, by ring. */
export type PinnedReleases = Readonly<Record<string, string>>;

/** One entry of the freeze calendar as text days of UTC, and the clusters that it holds still. */
export interface FreezeDays {
  readonly name: string;
  readonly reason: string;
  readonly owner: string;
  /** First and last UTC day that the freeze touches, `YYYY-MM-DD`. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly clusters: readonly string[];
}

/** What a change does to the facts. Derived from both revisions and the rendered difference, and from nothing else. */
export interface ChangeFacts {
  /** Agents of which the change touches a file or a rendered unit; all agents when there is no base. */
  readonly agents: Readonly<Record<string, AgentOnBothSides>>;
  /** Pins of all agents. */
  readonly pins: Readonly<Record<string, { readonly base: PinnedReleases; readonly head: PinnedReleases }>>;
  readonly moves: readonly PinMove[];
  readonly canaries: readonly CanaryChange[];
  /** The calendars of both revisions: a change that lifts a freeze does not profit from it. */
  readonly freezes: readonly FreezeDays[];
}
