import type { Stream, Streams } from './streams.ts';

export interface Comparison {
  /** What does not agree, in words; empty where the sequences are equal and every time is within the tolerance. */
  readonly differences: readonly string[];
  /** Largest distance, in seconds, of one waiting time between the two. */
  readonly worstSeconds: number;
  readonly compared: number;
}

/**
 * Compares what was recorded of a course with what was simulated: each stream must have the same values in the same order. A time is the
 * wait since the last value of the Rollout's status before it, so that one late second is not counted again for all that follows.
 * @param tolerance seconds by which a wait may differ
 */
export const compareStreams = (recorded: Streams, simulated: Streams, tolerance: number): Comparison => {
  const differences: string[] = [];
  let worstSeconds = 0;
  let compared = 0;
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(simulated)])) {
    const [real, model] = [lasting(name, recorded[name] ?? []), lasting(name, simulated[name] ?? [])];
    const different = firstDifference(real, model);
    if (different !== undefined) differences.push(`${name}, value ${different + 1}: recorded ${shown(real, different)}, simulated ${shown(model, different)}`);
    const common = different ?? real.length;
    compared += common;
    for (let at = 1; at < common; at++) {
      const since = anchorOf(name, at, model, simulated['status'] ?? []);
      const [wait, expected] = [waitSince(since, real[at], recorded['status'] ?? []), waitSince(since, model[at], simulated['status'] ?? [])];
      worstSeconds = Math.max(worstSeconds, Math.abs(wait - expected));
      if (Math.abs(wait - expected) > tolerance)
        differences.push(`${name}, wait before value ${at + 1} (${real[at]?.[1]}): recorded ${wait.toFixed(2)} s, simulated ${expected.toFixed(2)} s`);
    }
  }
  return { differences, worstSeconds, compared };
};

/** Index of the value of the status from which a wait is counted: the one before, or the last before the value of another stream. */
const anchorOf = (name: string, at: number, model: Stream, status: Stream): number =>
  name === 'status'
    ? at - 1
    : Math.max(
        0,
        status.findLastIndex(([second]) => second <= (model[at]?.[0] ?? 0) - anchorSeconds),
      );

/** A value that comes with one of the status may be seen before or after it: the one before that is what it waited for. */
const anchorSeconds = 0.6;

const waitSince = (anchor: number, entry: Stream[number] | undefined, status: Stream): number => (entry?.[0] ?? 0) - (status[anchor]?.[0] ?? 0);

/** Shorter than any wait of a scenario, longer than one reconcile takes. */
const flapSeconds = 0.5;

/**
 * In every reconcile of an aborted canary that still has pods the controller points the canary's service at them and back (argo-rollouts
 * #4973). The simulator keeps what a reconcile leaves behind: so changes that follow each other within a moment are one, which comes with
 * the first of them and leaves what the last one left.
 */
const lasting = (name: string, stream: Stream): Stream => {
  if (name !== 'selector') return stream;
  const bursts: [number, string][] = [];
  for (const [index, [at, value]] of stream.entries()) {
    const last = bursts.at(-1);
    const isFlap = at - (stream[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY) < flapSeconds;
    if (last !== undefined && isFlap) last[1] = value;
    else bursts.push([at, value]);
  }
  return bursts.filter(([, value], index) => value !== bursts[index - 1]?.[1]);
};

const firstDifference = (real: Stream, model: Stream): number | undefined => {
  for (let at = 0; at < Math.max(real.length, model.length); at++) if (real[at]?.[1] !== model[at]?.[1]) return at;
  return undefined;
};

const shown = (stream: Stream, at: number): string => {
  const entry = stream[at];
  return entry === undefined ? `nothing after "${stream.at(-1)?.[1] ?? ''}"` : `"${entry[1]}" at ${entry[0].toFixed(2)} s`;
};
