import { setTimeout as wait } from 'node:timers/promises';
import { repositoryRoot } from '#adapters/git.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Sample } from '#model/observation.ts';
import { summaryOf } from '#observe/summary.ts';
import type { Environment } from './github-access.ts';
import { LogKeeper } from './log-keeper.ts';
import { type Observed, type ObserverOptions, openObserver } from './observer.ts';
import type { Output } from './output.ts';

export interface ObserveOptions extends ObserverOptions {
  readonly out?: string;
  readonly append?: boolean;
  readonly keep: string | number;
  readonly json?: boolean;
}

const usage = (message: string, hint: string): GateError => new GateError('GATE_USAGE', 'usage', message, { hint });

/** `ranfleet observe`: one look at the clusters, or one every so many seconds. Exits 3 where a cluster gave no whole answer. */
export const observeCommand = async (directory: string, options: ObserveOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  const repository = repositoryRoot(directory);
  if (options.out === undefined && options.json !== true) throw usage('no log was named', 'Name it: --out <file>, or print it: --json.');
  const seconds = options.watch === undefined ? undefined : positive(options.watch, '--watch');
  const keepMs = positive(options.keep, '--keep') * 3_600_000;
  const log = new LogKeeper(directory, { file: options.out, append: options.append === true, keepMs });
  const observer = await openObserver(repository, options, environment);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    for (;;) {
      const startedAt = Date.now();
      const observed = await observer.look(() => log.seen);
      log.add(observed, Date.now());
      tell(options, observed, output);
      if (seconds === undefined) return observed.problems.length === 0 ? exitCodes.allow : exitCodes.undecided;
      await wait(Math.max(0, seconds * 1000 - (Date.now() - startedAt)), undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return exitCodes.allow;
    }
  } finally {
    observer.close();
  }
};

const positive = (value: string | number, option: string): number => {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw usage(`${option} ${value} is no positive number`, `Write it like ${option} 60.`);
};

const tell = ({ json }: ObserveOptions, { samples, problems }: Observed, output: Output): void => {
  if (json === true) output.print(samples.map((sample: Sample) => `${JSON.stringify(sample)}\n`).join(''));
  else output.print(summaryOf(samples));
  for (const problem of problems) output.note(problem);
};
