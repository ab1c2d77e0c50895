import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, renameSync, truncateSync, writeSync } from 'node:fs';
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
 * Adds samples to a log, in one write; there is one writer at a time. Of what is there only the two ends are read, so that a look costs the
 * same on the last day of a log as on the first. A line that a writer which died left unfinished is taken away, and from the first simulated
 * sample on the whole log counts as simulated.
 * @throws GateError GATE_MALFORMED where the file is no observation log
 */
export const appendObservations = (file: string, append: LogAppend): void => {
  if (!existsSync(file)) {
    writeObservations(file, append);
    return;
  }
  const { head, size, end } = endsOf(file);
  const header = readHeader(file, head);
  const oldest = append.now - append.keepMs;
  const isFresh = instantIn(head.slice(head.indexOf('\n') + 1)) >= oldest - append.keepMs * slack;
  if (isFresh && (header.simulated || !append.simulated)) {
    if (end < size) truncateSync(file, end);
    writeThrough(file, 'a', linesOf(append.samples));
    return;
  }
  const kept = readFileSync(file)
    .subarray(0, end)
    .toString()
    .split('\n')
    .slice(1, -1)
    .filter((line) => instantIn(line) >= oldest);
  replace(file, headerLine(header.simulated || append.simulated) + kept.map((line) => `${line}\n`).join('') + linesOf(append.samples));
};

/** Enough for the header and the instant of the first sample. */
const headSize = 8192;
const chunk = 65_536;

/** The beginning of a file, its size, and where its last whole line ends. */
const endsOf = (file: string): { readonly head: string; readonly size: number; readonly end: number } => {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const read = (from: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(handle, bytes, 0, length, from));
    };
    let end = 0;
    for (let from = size; from > 0 && end === 0; ) {
      const length = Math.min(chunk, from);
      from -= length;
      end = from + read(from, length).lastIndexOf(10) + 1;
      if (end === from) end = 0;
    }
    return { head: read(0, Math.min(headSize, end)).toString(), size, end };
  } finally {
    closeSync(handle);
  }
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
