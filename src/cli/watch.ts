import { setTimeout as wait } from 'node:timers/promises';
import { repositoryRoot } from '#adapters/git.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import { type ApplyOptions, openApplier, openPulls, outcomeLine } from './apply.ts';
import type { Environment } from './github-access.ts';
import { LogKeeper } from './log-keeper.ts';
import { type Observer, type ObserverOptions, openObserver } from './observer.ts';
import type { Output } from './output.ts';
import type { PlanGround } from './plan-for.ts';

export interface WatchOptions extends ApplyOptions, Omit<ObserverOptions, 'head'> {
  readonly watch: string | number;
}

/** Samples that no soak reaches back to any more, milliseconds. */
const keepMs = 7 * 24 * 3_600_000;

/**
 * `ranfleet promote --apply --watch`: looks, plans and carries out, again and again, in one process: a release that fails goes back
 * within seconds. What goes wrong in one round is told, and the next one tries again; state is only in Git and in the log.
 */
export const watchCommand = async (directory: string, options: WatchOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  const seconds = Number(options.watch);
  if (!(seconds > 0)) throw new GateError('GATE_USAGE', 'usage', `--watch ${options.watch} is no number of seconds`, { hint: 'Write it like --watch 10.' });
  const { observations: log, ...unseen } = options;
  const applier = openApplier(directory, unseen, openPulls(options, environment, output)); // what is seen comes from here, not from the log

  const keeper = new LogKeeper(directory, { file: log, append: true, keepMs });
  const observer = await openObserver(repositoryRoot(directory), options, environment);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    for (;;) {
      const startedAt = Date.now();
      try {
        const ground = await applier.ground(new Date(startedAt).toISOString());
        await look(observer, ground, keeper, output);
        const { outcomes } = await applier.apply({ ...ground, at: new Date().toISOString(), observations: keeper.seen });
        for (const outcome of outcomes)
          if (outcome.outcome !== 'nothing' && outcome.outcome !== 'waits') output.print(`${new Date().toISOString()} ${outcomeLine(outcome, output)}`);
      } catch (error) {
        output.note(`${new Date().toISOString()} this round ended early: ${messageOf(error)}`);
      }
      await wait(Math.max(0, seconds * 1000 - (Date.now() - startedAt)), undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return exitCodes.allow;
    }
  } finally {
    observer.close();
  }
};

const look = async (observer: Observer, { revision }: PlanGround, keeper: LogKeeper, output: Output): Promise<void> => {
  const observed = await observer.look(() => keeper.seen, revision);
  for (const problem of observed.problems) output.note(problem);
  keeper.add(observed, Date.now());
};
