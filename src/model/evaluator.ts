import type { PolicyInput, PolicyVerdict } from './policy.ts';

/** What the metadata of a rule says about it. */
export interface RuleInfo {
  readonly code: string;
  /** `SEC-07`: unique, never used again for another rule; empty where the metadata of an older revision has none. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `warn` is advice. Rules as src/policy/effect.ts gives them for one day warn as well until `effectiveOn`. */
  readonly severity: 'deny' | 'warn';
  /** First day on which the rule denies, `YYYY-MM-DD`; absent for a rule in force since its first day. */
  readonly effectiveOn?: string;
  /** Controls that the rule is evidence for, like `SOC2 CC8.1`. */
  readonly controls: readonly string[];
  readonly failureMessage: string;
  readonly solution: string;
}

/** Rules as compiled from one revision. */
export interface PolicyBundle {
  /** Hash of the sources: two bundles with one hash are one bundle. */
  readonly hash: string;
  readonly wasm: Uint8Array;
  readonly rules: readonly RuleInfo[];
}

/** Evaluates inputs against one bundle. Every failure is a GateError: nothing is decided by silence. */
export interface Evaluator {
  /** Starts what evaluating will need, where that takes time; a failure is told by the first evaluation. */
  prepare?(): void;
  evaluate(input: PolicyInput): Promise<PolicyVerdict>;
  close(): Promise<void>;
}
