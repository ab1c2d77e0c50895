import type { Blame } from './blame.ts';
import type { JsonPath } from './policy.ts';

/** Where a finding comes from: a policy, the lint of rollouts, their rehearsal, the schema of a kind, the pre-scan of the kustomization files, the guard of what judges, or a waiver itself. */
type FindingSource = 'policy' | 'analysis' | 'rehearsal' | 'certificate' | 'schema' | 'source' | 'guard' | 'waiver';

/** `warn` never blocks: the rule is advice, or denies from a later day on. */
type Effect = 'deny' | 'warn' | 'undecided';

/** A waiver that is honoured for one finding. */
export interface Waived {
  readonly id: string;
  readonly owner: string;
  readonly ticket: string;
  /** Last day, `YYYY-MM-DD`, UTC. */
  readonly until: string;
  readonly daysLeft: number;
}

/** One violation, or one reason why no verdict could be reached. */
export interface Finding {
  /** `<area>.<rule>`; never reused for another meaning. */
  readonly code: string;
  readonly source: FindingSource;
  readonly effect: Effect;
  readonly title: string;
  readonly message: string;
  readonly solution: string;
  /** Rendered object, repository path, cluster or agent that the finding is about. */
  readonly subject: string;
  /** Path inside the object, empty when the finding is about the whole. */
  readonly path: JsonPath;
  /** Place in a source file, where one is known. */
  readonly file?: string;
  readonly line?: number;
  /** The source line that set the value, where one could be proven. */
  readonly blame?: Blame;
  /** The same finding stands at the base: told apart, and does not block. Absent for what this change brings. */
  readonly standing?: 'debt';
  /** The waiver under which the finding does not block. */
  readonly waiver?: Waived;
  /** Day from which a warning denies, `YYYY-MM-DD`. */
  readonly effectiveOn?: string;
  /** Roots in which the finding stands, sorted. */
  readonly roots: readonly string[];
  /** Stable across runs and line moves. */
  readonly fingerprint: string;
}

/** Whether a finding keeps the change from merging. Undecided blocks whatever else is known about it. */
export const isBlocking = ({ effect, standing, waiver }: Finding): boolean =>
  effect === 'undecided' || (effect === 'deny' && standing !== 'debt' && waiver === undefined);

export type Outcome = 'allow' | 'deny' | 'undecided';

export interface Decision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** One sentence for each reason, most serious first. */
  readonly reasons: readonly string[];
}
