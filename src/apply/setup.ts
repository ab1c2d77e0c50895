import type { AppendSetup } from '#evidence/append.ts';
import { rings } from '#model/cluster.ts';
import type { FileBytes, Forge, GitRemote, PullState, PullText, RequiredCheck, Review } from '#model/forge.ts';
import type { Plan, PromotionMove } from '#model/promotion.ts';
import type { RingSource } from './records.ts';

/** Signs records: with the keys that stand on the base. @throws GateError when there are none */
export type OpenRecords = (evidence: FileBytes) => AppendSetup;

export interface ApplySetup {
  readonly remote: GitRemote;
  /** The branch that the clusters follow. */
  readonly branch: string;
  /** Absent: promotions that need nobody's approval become commits, the others wait. */
  readonly forge?: Forge | undefined;
  /** Absent: only reverts are carried out, since going back must not wait for a key. */
  readonly records?: OpenRecords | undefined;
  readonly source: RingSource;
  /** Title and body of the pull request whose head this commit is or will be. */
  describe(move: PromotionMove, head: string): Promise<PullText>;
  readonly requiredChecks: readonly RequiredCheck[];
  /** False: what is left waits for the next run, because this one has asked the forge often enough. */
  mayGoOn(): boolean;
}

/** What became of one thing that the plan holds. */
export interface Outcome {
  readonly what: 'revert' | 'promotion' | 'pull request' | 'records';
  /** Agent, ring and release, or what else it is about. */
  readonly subject: string;
  readonly outcome: 'done' | 'nothing' | 'waits' | 'refused' | 'failed';
  readonly reason: string;
  /** The commit or the number of the pull request. */
  readonly at?: string | number;
}

/** One run of the applier. */
export interface Run extends ApplySetup {
  readonly plan: Plan;
  /** The clock, instant. */
  readonly now: string;
  /** Reviews of the pull requests that this run merged, as they were looked at just before: their records need no other look. */
  readonly reviewed: Map<number, readonly Review[]>;
  tell(outcome: Outcome): void;
}

/** The one branch of a promotion: whoever plans it again finds it. What goes round its gates can be told by its name for ever. */
export const branchOf = ({ agent, ring, to, breakGlass }: Pick<PromotionMove, 'agent' | 'ring' | 'to' | 'breakGlass'>): string =>
  `${breakGlass ? 'break-glass' : 'promote'}/${agent}/${ring}/${to}`;

export type ParsedBranch = Pick<PromotionMove, 'agent' | 'ring' | 'to' | 'breakGlass'>;

/** What a promotion's branch is about; undefined for any other. */
export const parseBranch = ({ branch }: Pick<PullState, 'branch'>): ParsedBranch | undefined => {
  const [, kind, agent, name, to] = /^(promote|break-glass)\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(branch ?? '') ?? [];
  const ring = rings.find((r) => r === name);
  return agent === undefined || ring === undefined || to === undefined ? undefined : { agent, ring, to, breakGlass: kind === 'break-glass' };
};
