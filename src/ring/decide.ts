import type { Action, Decision, PromotionMove, Reason } from '#model/promotion.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { askGates, type GateAnswer } from './gates/all.ts';
import type { GateContext } from './gates/gate.ts';
import { lastVerified, noTarget } from './revert.ts';
import type { RingView } from './ring-view.ts';
import type { RingWorld } from './world.ts';

/** What is due for one ring, and the promotion that follows, if any. */
export interface Decided {
  readonly decision: Decision;
  readonly promotion?: PromotionMove;
}

/** These do not end by themselves: a person has to look. */
const needsPerson = /^(?:network\.(?:unknown|unreachable)|caps\.|window\.none|order\.previous_ill|order\.record_missing)/;

/**
 * The decision about a ring that is not to be promoted: it failed, it is on its way, or nothing is newer. Undefined where a candidate
 * waits for the gates.
 */
export const decideWithoutGates = (view: RingView, before: readonly RingView[], world: RingWorld): Decision | Candidate => {
  if (view.state === 'failed') {
    const to = lastVerified(view.agent, view.ring, view.release, world) ?? null;
    return to === null ? decision(view, 'hold', [noTarget(view), ...view.reasons]) : decision(view, 'revert', view.reasons, to);
  }
  if (view.state !== 'verified' && !view.isBarred) return decision(view, view.state === 'held' ? 'hold' : 'wait', view.reasons);
  const candidate = candidateOf(view, before, world);
  if ('view' in candidate) return candidate;
  return decision(view, view.isBarred || needsPerson.test(candidate.code) ? 'hold' : 'wait', [...view.reasons, candidate]);
};

/** The decision about a candidate. @param stopped why nothing moves, if so */
export const decideCandidate = (candidate: Candidate, context: GateContext, stopped: Reason | null): Decided => {
  const { view, release, verifiedIn } = candidate;
  const answer = askGates(candidate, context);
  const reasons = [...(stopped === null ? [] : [stopped]), ...answer.reasons];
  const isReady = reasons.length === 0;
  const until = reasons.every((reason) => reason.until !== undefined);
  const action = isReady ? 'promote' : stopped !== null || reasons.some(({ code }) => needsPerson.test(code)) ? 'hold' : 'wait';
  const told = isReady ? [openReason(candidate), ...answer.broken] : [...reasons, ...answer.broken];
  const decided = decision(view, action, told, isReady ? release : null);
  if (!until) return { decision: decided };
  const { agent, ring } = view;
  const move = { kind: 'promotion', agent, ring, from: view.release, to: release, verifiedIn, ready: isReady, reasons: told } as const;
  return { decision: decided, promotion: { ...move, approvals: approvalsOf(candidate, answer, context.world), breakGlass: answer.broken.length > 0 } };
};

const openReason = ({ release, verifiedIn }: Candidate): Reason => ({
  code: 'gates.open',
  text: verifiedIn === null ? `${release} is new, and this is the first ring` : `${verifiedIn} has verified ${release}, and every gate is open`,
});

/** Rule 3 and rule 41: nobody for the laboratory, one for production, two where an agent writes, three where cells are protected. */
const approvalsOf = ({ view }: Candidate, { broken }: GateAnswer, world: RingWorld): number => {
  if (world.ringFacts(view.ring)?.env !== 'production' && broken.length === 0) return 0;
  const isWriter = world.agent(view.agent).tier === 'W';
  const needed = isWriter ? (view.clusters.some((c) => c.protectedShare > 0) ? 3 : 2) : 1;
  return Math.max(needed, broken.length > 0 ? 2 : 0);
};

const decision = ({ agent, ring, state, release, verified }: RingView, action: Action, reasons: readonly Reason[], to: string | null = null): Decision => ({
  agent,
  ring,
  action,
  state,
  from: release,
  to,
  reasons,
  verified,
});
