import type { JsonPath } from './policy.ts';

/** Where a finding comes from: a policy, the schema of a kind, or the pre-scan of the kustomization files. */
type FindingSource = 'policy' | 'schema' | 'source';

/** One violation, or one reason why no verdict could be reached. */
export interface Finding {
  /** `<area>.<rule>`; never reused for another meaning. */
  readonly code: string;
  readonly source: FindingSource;
  readonly effect: 'deny' | 'undecided';
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
  /** Roots in which the finding stands, sorted. */
  readonly roots: readonly string[];
  /** Stable across runs and line moves. */
  readonly fingerprint: string;
}

export type Outcome = 'allow' | 'deny' | 'undecided';

export interface Decision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** One sentence for each reason, most serious first. */
  readonly reasons: readonly string[];
}
