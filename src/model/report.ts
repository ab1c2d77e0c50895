import type { CertificateCounts } from './certificate.ts';
import type { BlastRadius, ChangeGroup } from './change.ts';
import type { ExitCode } from './errors.ts';
import type { Finding, Outcome } from './finding.ts';
import type { RehearsalReport } from './forecast.ts';
import type { ChangedFile } from './policy.ts';

export interface StageTimes {
  readonly [stage: string]: number;
}

/** What a change adds to the requests of all agents, and what that costs. */
export interface MonthlyCost {
  /** Cores. */
  readonly cpu: number;
  readonly memoryGi: number;
  /** Devices that caps promise. */
  readonly gpu: number;
  readonly currency: string;
  /** Money in one month; negative where the change saves it. */
  readonly delta: number;
  /** Whether the prices are assumed or agreed. */
  readonly basis: 'assumption' | 'contract';
}

/** The whole result of one gate run; `--json` writes exactly this. Schema: docs/schemas/gate-report.schema.json. */
export interface GateReport {
  readonly schemaVersion: 1;
  readonly base: string | null;
  readonly head: string;
  /** Day, UTC, on which the rules were taken, `YYYY-MM-DD`. */
  readonly effectiveDay: string;
  /** `change`: what differs from base. `fleet`: every root as it stands. */
  readonly mode: 'change' | 'fleet';
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  readonly reasons: readonly string[];
  readonly files: readonly ChangedFile[];
  readonly blastRadius: BlastRadius;
  readonly changes: readonly ChangeGroup[];
  readonly findings: readonly Finding[];
  /** Hazards of taking the change back; absent where nothing that runs changes. */
  readonly certificate?: CertificateCounts;
  /** Absent where requests stay as they were, or nothing is known of prices or of the base. */
  readonly monthlyCost?: MonthlyCost;
  /** What the rollouts that change would do; absent where none changes. */
  readonly rehearsals?: readonly RehearsalReport[];
  readonly evidence: {
    /** Roots whose sources the change reaches. */
    readonly roots: number;
    readonly rendered: number;
    readonly fromCache: number;
    readonly judged: number;
    /** Objects of which the schema was known and every field was looked at. */
    readonly validated: number;
    readonly rules: readonly string[];
    /** Hashes of the policy bundles that judged: the base's and, when it differs, the head's own. */
    readonly policyBundles: readonly string[];
    readonly renderer: string;
    /** Hash of the list of schema sources. */
    readonly schemas: string;
    /** Commit of the engine that judged, or `working tree`. */
    readonly engine: string;
    /** Findings about an object that were traced to a source line, and how many were not because there were too many. */
    readonly blame?: { readonly traced: number; readonly skipped: number };
  };
  /** Milliseconds by stage. */
  readonly times: StageTimes;
}
