import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { GateError } from '#model/errors.ts';
import { type Observations, observationHeader, type Sample } from '#model/observation.ts';

const headerLine = (simulated: boolean): string => `${JSON.stringify({ kind: 'observations', version: 1, simulated })}\n`;
const linesOf = (samples: readonly Sample[]): string => samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

/** Writes a new log, whole or not at all, over one that was there. */
export const writeObservations = (file: string, { samples, simulated }: Observations): void => {
  const scratch = `${file}.${process.pid}.tmp`;
  writeThrough(scratch, 'w', headerLine(simulated) + linesOf(samples));
  renameSync(scratch, file);
};

/**
 * Adds samples to a log, in one write; there is one writer at a time. Of what is there only the two ends are read. A line that a writer which
 * died left unfinished is taken away.
 * @throws GateError GATE_MALFORMED where the file is no observation log
 */
export const appendObservations = (file: string, samples: readonly Sample[]): void => {
  const { head, size, end } = endsOf(file);
  assertHeader(file, head);
  if (end < size) truncateSync(file, end);
  writeThrough(file, 'a', linesOf(samples));
};

/** More than a header has. */
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

const assertHeader = (file: string, head: string): void => {
  try {
    observationHeader.parse(JSON.parse(head.slice(0, Math.max(0, head.indexOf('\n')))));
  } catch (cause) {
    throw new GateError('GATE_MALFORMED', 'usage', `${file}:1: is not the header of an observation log`, {
      hint: 'Name another file, or leave out --append.',
      cause,
    });
  }
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
