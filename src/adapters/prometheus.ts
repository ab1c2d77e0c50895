import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import type { CounterSeries, CounterSource } from '#model/judge-question.ts';
import type { ClusterTable, FleetMetrics } from '#model/soak.ts';
import { boundedText } from './bounded-text.ts';

const timeoutMs = 10_000;
const largestAnswer = 64 * 2 ** 20;

const answerSchema = z.object({
  status: z.literal('success'),
  /** Parts of the answer are missing. */
  warnings: z.array(z.string()).optional(),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});
type Series = z.infer<typeof answerSchema>['data']['result'][number];

const refusalSchema = z.object({ status: z.literal('error'), error: z.string() });

const unread = (message: string, cause?: unknown): GateError =>
  new GateError('GATE_PROMETHEUS', 'undecided', `Prometheus: ${message}`, { hint: 'Look at Prometheus, and at what it scrapes; then ask again.', cause });

/** Sample values come as text: numbers, NaN, +Inf, -Inf. */
const numberOf = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text));

/**
 * Asks the HTTP interface of a Prometheus at `base`, like http://127.0.0.1:9090, with a bearer token where one is given. Anything but a
 * whole answer within ten seconds is a GateError GATE_PROMETHEUS of class undecided; a warning, too, since it says that parts are missing.
 */
export const createPrometheus = (base: URL, token?: string): CounterSource & FleetMetrics => {
  const url = new URL('api/v1/query_range', base.href.endsWith('/') ? base : `${base.href}/`);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const range = async (query: string, { start, end, step }: Parameters<CounterSource['range']>[1]): Promise<Series[]> =>
    resultOf(await ask(url, headers, new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) })));
  return {
    range: async (selector, times) => (await range(selector, times)).map(valuesOf),
    byCluster: async (query, times) => tableOf(await range(query, times), query),
  };
};

const ask = async (url: URL, headers: Record<string, string>, body: URLSearchParams): Promise<unknown> => {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    return JSON.parse(await boundedText(response, largestAnswer));
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw unread(`no answer (${cause === undefined ? messageOf(error) : messageOf(cause)})`, error);
  }
};

const resultOf = (answer: unknown): Series[] => {
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success) throw unread(refusal.data.error);
  const read = answerSchema.safeParse(answer);
  if (!read.success) throw unread('an answer that is none of its interface');
  if (read.data.warnings !== undefined && read.data.warnings.length > 0) throw unread(read.data.warnings.join('; '));
  return read.data.data.result;
};

const valuesOf = ({ values }: Series): CounterSeries => new Map(values.map(([time, text]) => [time, numberOf(text)]));

const tableOf = (result: readonly Series[], query: string): ClusterTable => {
  const table = new Map<string, CounterSeries>();
  for (const series of result) {
    const { cluster, ...others } = series.metric;
    if (cluster === undefined || Object.keys(others).length > 0 || table.has(cluster))
      throw unread(`its series are not told apart by the label cluster alone, as a Prometheus over several clusters must: ${query}`);
    table.set(cluster, valuesOf(series));
  }
  return table;
};
