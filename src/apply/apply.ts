import { messageOf } from '#model/errors.ts';
import type { Forge, PullState } from '#model/forge.ts';
import type { Plan } from '#model/promotion.ts';
import { writeDueRecords } from './due-records.ts';
import { applyPromotion } from './promotions.ts';
import type { Happening } from './records.ts';
import { applyReverts } from './reverts.ts';
import { closeStale, mergedHappenings, takeBackBarred } from './settle-pulls.ts';
import type { ApplySetup, Outcome, Run } from './setup.ts';

/** So far back merged pull requests are looked at for records that are missing, days. */
const lookBackDays = 7;

/**
 * Carries a plan out: reverts, then records, then promotions. Whatever it does is a compare and set on what stands there in that moment, so
 * any number of runs may go on at once, each may die at any point, and the next one goes on where they ended.
 * @param now the clock, an instant
 */
export const applyPlan = async (plan: Plan, setup: ApplySetup, now: string): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  const run: Run = { ...setup, plan, now, reviewed: new Map(), tell: (outcome) => void outcomes.push(outcome) };
  await applyReverts(run);
  if (run.forge === undefined) {
    await writeDueRecords(run, []);
    for (const move of plan.stopped === null ? plan.promotions : []) await applyPromotion(run, move, [], []);
    return outcomes;
  }
  const { forge } = run;
  await guarded(run, 'pull requests', async () => promoteByPulls(run, forge));
  return outcomes;
};

const promoteByPulls = async (run: Run, forge: Forge): Promise<void> => {
  const since = new Date(Date.parse(run.now) - lookBackDays * 86_400_000).toISOString();
  const before = await forge.closedPulls(run.branch, since);
  await settle(run, forge, before);
  const open = await forge.openPulls(run.branch);
  await closeStale(run, forge, open);
  if (run.plan.stopped === null) for (const move of run.plan.promotions) await applyPromotion(run, move, open, before);
  const isMerged = (pull: PullState): boolean => pull.mergedAs !== null && !before.some((b) => b.number === pull.number);
  if (open.length > 0) await settle(run, forge, (await forge.closedPulls(run.branch, run.plan.at)).filter(isMerged));
};

/** What was merged is recorded, and taken back where it should not have been. */
const settle = async (run: Run, forge: Forge, closed: readonly PullState[]): Promise<void> => {
  await guarded(run, 'merged pull requests', () => takeBackBarred(run, closed));
  let merged: readonly Happening[] = [];
  await guarded(run, 'merged pull requests', async () => {
    merged = await mergedHappenings(run, forge, closed);
  });
  await writeDueRecords(run, merged);
};

const guarded = async (run: Run, subject: string, act: () => Promise<void>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    run.tell({ what: 'pull request', subject, outcome: 'failed', reason: messageOf(error) });
  }
};
