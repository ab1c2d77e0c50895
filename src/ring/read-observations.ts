import { GateError } from '#model/errors.ts';
import { type Observations, observationHeader, type Sample, sampleSchema } from '#model/observation.ts';

export interface ReadLog {
  readonly observations: Observations;
  /** The last line has no end: whoever wrote it died. It was left out. */
  readonly isCut: boolean;
}

/** No log: nothing is known of anything. */
export const noObservations: Observations = { simulated: false, samples: [] };

/**
 * An observation log: NDJSON, a header and then one sample in each line.
 * @throws GateError GATE_MALFORMED with file and line
 */
export const readObservations = (file: string, text: string): ReadLog => {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const header = observationHeader.safeParse(jsonIn(lines[0] ?? ''));
  if (!header.success) throw malformed(file, 1, 'is no header of an observation log: {"kind":"observations","version":1,"simulated":false}');
  const samples = lines.slice(1).map((line, i) => sampleIn(file, line, i + 2));
  return { observations: { simulated: header.data.simulated, samples }, isCut: rest !== '' };
};

const sampleIn = (file: string, line: string, number: number): Sample => {
  const parsed = sampleSchema.safeParse(jsonIn(line));
  if (parsed.success) {
    if (!('since' in parsed.data) || parsed.data.since === undefined || parsed.data.since <= parsed.data.at) return parsed.data;
    throw malformed(file, number, 'since: is later than at');
  }
  const [issue] = parsed.error.issues;
  throw malformed(file, number, `${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
};

const jsonIn = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const malformed = (file: string, line: number, message: string): GateError =>
  new GateError('GATE_MALFORMED', 'usage', `${file}:${line}: ${message}`, { hint: 'docs/promotion.md has the form of a log; `ranfleet observe` writes one.' });
