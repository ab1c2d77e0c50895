import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import type { CounterSeries, CounterSource } from '#model/judge-question.ts';
import { boundedText } from './bounded-text.ts';

const timeoutMs = 10_000;
const largestAnswer = 64 * 2 ** 20;

const answerSchema = z.object({
  status: z.literal('success'),
  /** Parts of the answer are missing. */
  warnings: z.array(z.string()).optional(),
  data: z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

const refusalSchema = z.object({ status: z.literal('error'), error: z.string() });

const unread = (message: string, cause?: unknown): GateError =>
  new GateError('GATE_PROMETHEUS', 'undecided', `Prometheus: ${message}`, { hint: 'Look at Prometheus, and at what it scrapes; then ask again.', cause });

/** Sample values come as text: numbers, NaN, +Inf, -Inf. */
const numberOf = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text));

/**
 * Asks the HTTP interface of a Prometheus at `base`, like http://127.0.0.1:9090. Anything but a whole answer within ten seconds is a
 * GateError GATE_PROMETHEUS of class undecided; a warning, too, since it says that parts are missing.
 */
export const createPrometheus = (base: URL): CounterSource => ({
  range: async (selector, { start, end, step }) => {
    const url = new URL('api/v1/query_range', base.href.endsWith('/') ? base : `${base.href}/`);
    const body = new URLSearchParams({ query: selector, start: String(start), end: String(end), step: String(step) });
    return seriesOf(await ask(url, body));
  },
});

const ask = async (url: URL, body: URLSearchParams): Promise<unknown> => {
  try {
    const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    return JSON.parse(await boundedText(response, largestAnswer));
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw unread(`no answer (${cause === undefined ? messageOf(error) : messageOf(cause)})`, error);
  }
};

const seriesOf = (answer: unknown): CounterSeries[] => {
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success) throw unread(refusal.data.error);
  const read = answerSchema.safeParse(answer);
  if (!read.success) throw unread('an answer that is none of its interface');
  if (read.data.warnings !== undefined && read.data.warnings.length > 0) throw unread(read.data.warnings.join('; '));
  return read.data.data.result.map(({ values }) => new Map(values.map(([time, text]) => [time, numberOf(text)])));
};
