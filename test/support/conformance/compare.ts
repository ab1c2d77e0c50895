import type { Stream, Streams } from './streams.ts';

export interface Comparison {
  /** What does not agree, in words; empty where the sequences are equal and every time is within the tolerance. */
  readonly differences: readonly string[];
  /** Largest distance, in seconds, of one waiting time between the two. */
  readonly worstSeconds: number;
  readonly compared: number;
}

/**
 * Compares what was recorded of a course with what was simulated: each stream must have the same values in the same order. A time is
 * the wait since the value before, so that one late second is not counted again for all that follows.
 * @param tolerance seconds by which a wait may differ
 */
export const compareStreams = (recorded: Streams, simulated: Streams, tolerance: number): Comparison => {
  const differences: string[] = [];
  let worstSeconds = 0;
  let compared = 0;
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(simulated)])) {
    const [real, model] = [lasting(name, recorded[name] ?? []), lasting(name, simulated[name] ?? [])];
    const at = firstDifference(real, model);
    if (at !== undefined) differences.push(`${name}, value ${at + 1}: recorded ${shown(real, at)}, simulated ${shown(model, at)}`);
    const common = at ?? real.length;
    compared += common;
    for (let index = 1; index < common; index++) {
      const distance = Math.abs(waitBefore(real, index) - waitBefore(model, index));
      worstSeconds = Math.max(worstSeconds, distance);
      if (distance > tolerance)
        differences.push(`${name}, wait before value ${index + 1} (${real[index]?.[1]}): recorded ${waitBefore(real, index).toFixed(2)} s, simulated ${waitBefore(model, index).toFixed(2)} s`);
    }
  }
  return { differences, worstSeconds, compared };
};

/** Shorter than any wait of a scenario, longer than one reconcile takes. */
const flapSeconds = 0.5;

/**
 * In every reconcile of an aborted canary that still has pods the controller points the canary's service at them and back (argo-rollouts
 * #4973). The simulator keeps what a reconcile leaves behind, so what stays for less than a moment is left out of this one stream.
 */
const lasting = (name: string, stream: Stream): Stream => {
  if (name !== 'selector') return stream;
  const kept = stream.filter(([at], index) => (stream[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) - at >= flapSeconds);
  return kept.filter(([, value], index) => value !== kept[index - 1]?.[1]);
};

const firstDifference = (real: Stream, model: Stream): number | undefined => {
  for (let at = 0; at < Math.max(real.length, model.length); at++) if (real[at]?.[1] !== model[at]?.[1]) return at;
  return undefined;
};

const shown = (stream: Stream, at: number): string => {
  const entry = stream[at];
  return entry === undefined ? `nothing after "${stream.at(-1)?.[1] ?? ''}"` : `"${entry[1]}" at ${entry[0].toFixed(2)} s`;
};

const waitBefore = (stream: Stream, at: number): number => (stream[at]?.[0] ?? 0) - (stream[at - 1]?.[0] ?? 0);
