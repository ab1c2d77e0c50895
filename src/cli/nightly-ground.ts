import { commitSnapshot, repositoryRoot, resolveCommit } from '#adapters/git.ts';
import { assertWholeHistory } from '#adapters/whole-history.ts';
import { GateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { type EffectiveTimeOptions, effectiveDay } from './effective-day.ts';

export interface GroundOptions extends EffectiveTimeOptions {
  readonly head?: string;
}

/** One commit that a nightly look is about, on one day. */
export interface NightlyGround {
  readonly repository: string;
  readonly commit: string;
  readonly snapshot: Snapshot;
  readonly day: string;
  /** Instant: now, or the start of the day that was asked for. */
  readonly at: string;
}

/** @throws GateError GATE_SHALLOW when Git can not say when something was changed */
export const nightlyGround = (directory: string, { head = 'HEAD', ...time }: GroundOptions): NightlyGround => {
  const repository = repositoryRoot(directory);
  const commit = resolveCommit(repository, head);
  if (commit === undefined) throw new GateError('GATE_NO_REVISION', 'usage', `there is no revision ${head}`, { hint: 'Name a branch, tag or commit.' });
  assertWholeHistory(repository);
  const day = effectiveDay(time);
  const at = time.effectiveTime === undefined ? new Date().toISOString() : `${day}T00:00:00.000Z`;
  return { repository, commit, snapshot: commitSnapshot(repository, commit), day, at };
};
