import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { GateError } from '#model/errors.ts';
import { observationHeader, type Sample } from '#model/observation.ts';

export interface LogAppend {
  readonly samples: readonly Sample[];
  readonly simulated: boolean;
  /** Older samples may go, milliseconds. */
  readonly keepMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A log is written anew only when so large a part of what it should keep has become too old. */
const slack = 0.1;

const headerLine = (simulated: boolean): string => `${JSON.stringify({ kind: 'observations', version: 1, simulated })}\n`;
const linesOf = (samples: readonly Sample[]): string => samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

/** Writes a new log, whole or not at all, over one that was there. */
export const writeObservations = (file: string, { samples, simulated }: Pick<LogAppend, 'samples' | 'simulated'>): void =>
  replace(file, headerLine(simulated) + linesOf(samples));

/**
 * Adds samples to a log, in one write; there is one writer at a time. A line that a writer which died left unfinished is taken away, and
 * from the first simulated sample on the whole log counts as simulated.
 * @throws GateError GATE_MALFORMED where the file is no observation log
 */
export const appendObservations = (file: string, append: LogAppend): void => {
  if (!existsSync(file)) {
    writeObservations(file, append);
    return;
  }
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const header = readHeader(file, whole);
  const oldest = append.now - append.keepMs;
  const isFresh = instantIn(whole.slice(whole.indexOf('\n') + 1)) >= oldest - append.keepMs * slack;
  if (isFresh && (header.simulated || !append.simulated)) {
    appendWhole(file, text, whole, linesOf(append.samples));
    return;
  }
  const kept = whole
    .split('\n')
    .slice(1, -1)
    .filter((line) => instantIn(line) >= oldest);
  replace(file, headerLine(header.simulated || append.simulated) + kept.map((line) => `${line}\n`).join('') + linesOf(append.samples));
};

const readHeader = (file: string, text: string): { readonly simulated: boolean } => {
  try {
    return observationHeader.parse(JSON.parse(text.slice(0, Math.max(0, text.indexOf('\n')))));
  } catch (cause) {
    throw new GateError('GATE_MALFORMED', 'usage', `${file}:1: is not the header of an observation log`, {
      hint: 'Name another file, or leave out --append.',
      cause,
    });
  }
};

/** Instant of the first sample in a text; of no sample, the end of time. */
const instantIn = (text: string): number => {
  const [, at] = /"at":"([^"]+)"/.exec(text.slice(0, 4096)) ?? [];
  return at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
};

const appendWhole = (file: string, text: string, whole: string, lines: string): void => {
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  writeThrough(file, 'a', lines);
};

const replace = (file: string, text: string): void => {
  const scratch = `${file}.${process.pid}.tmp`;
  writeThrough(scratch, 'w', text);
  renameSync(scratch, file);
};

const writeThrough = (file: string, flags: 'a' | 'w', text: string): void => {
  const handle = openSync(file, flags, 0o644);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
