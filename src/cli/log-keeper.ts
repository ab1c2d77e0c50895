import path from 'node:path';
import { appendObservations, writeObservations } from '#adapters/observation-log.ts';
import type { Observations, Sample } from '#model/observation.ts';
import { RunRecorder } from '#observe/run-recorder.ts';
import { readLog } from './plan-for.ts';

export interface LogKeeperOptions {
  /** Log to keep; without it what is seen is only remembered. */
  readonly file: string | undefined;
  /** Goes on with the log that is there. */
  readonly append: boolean;
  /** What ended longer ago may go, milliseconds. */
  readonly keepMs: number;
}

/** Keeps what an observer sees, in memory and in a log; it is the only writer of that log. */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #recorder: RunRecorder;
  #simulated: boolean;
  /** The log on the disk is not there yet, or says less than it must. */
  #isStale: boolean;

  /** @throws GateError GATE_MALFORMED where the log that is there is none */
  constructor(directory: string, options: LogKeeperOptions) {
    const file = options.file === undefined ? undefined : path.resolve(directory, options.file);
    const before = file === undefined || !options.append ? undefined : readLog(directory, file, { mayMiss: true });
    this.#options = { ...options, file };
    this.#recorder = new RunRecorder(before?.samples);
    this.#simulated = before?.simulated === true;
    this.#isStale = before === undefined;
  }

  /** All that was seen; from the first simulated sample on all of it counts as simulated. */
  get seen(): Observations {
    return { simulated: this.#simulated, samples: this.#recorder.samples };
  }

  /** @param now epoch milliseconds */
  add({ samples, simulated }: Observations, now: number): void {
    const lines = this.#recorder.add(samples);
    this.#isStale ||= simulated && !this.#simulated;
    this.#simulated ||= simulated;
    if (this.#recorder.isBloated) {
      this.#recorder.compact(new Date(now - this.#options.keepMs).toISOString());
      this.#isStale = true;
    }
    this.#write(lines);
  }

  #write(lines: readonly Sample[]): void {
    const { file } = this.#options;
    if (file === undefined) return;
    if (this.#isStale) writeObservations(file, this.seen);
    else if (lines.length > 0) appendObservations(file, lines);
    this.#isStale = false;
  }
}
