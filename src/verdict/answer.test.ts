import { expect, test } from 'vitest';
import { GateError } from '#model/errors.ts';
import { type CounterSeries, type CounterSource, judgeQuestionSchema } from '#model/judge-question.ts';
import { answerQuestion } from './answer.ts';

const step = 30;
const now = 1_800_000_017;
/** Seconds of the last interval's end: five are left to Prometheus, and the rest falls on a multiple of the step. */
const end = 1_800_000_000;

type Counted = (at: number) => number | undefined;

/** Counters in memory: what a selector counts is a function of the time before the end, in intervals (0 is the last). */
class MemoryCounters implements CounterSource {
  readonly ranges: { readonly start: number; readonly end: number; readonly step: number }[] = [];
  readonly #counted: (selector: string) => readonly Counted[];
  constructor(counted: (selector: string) => readonly Counted[]) {
    this.#counted = counted;
  }
  async range(selector: string, times: { readonly start: number; readonly end: number; readonly step: number }): Promise<readonly CounterSeries[]> {
    this.ranges.push(times);
    return this.#counted(selector).map((value) => {
      const points = Array.from({ length: (times.end - times.start) / times.step + 1 }, (_, n) => times.start + n * times.step);
      return new Map(
        points.flatMap((time) => {
          const found = value((time - end) / step);
          return found === undefined ? [] : [[time, found] as const];
        }),
      );
    });
  }
}

const decisions = { metric: 'ran_agent_decisions_total' };
const metric = { name: 'errors', total: decisions, bad: { ...decisions, labels: { outcome: 'error' } } };
const ask = (body: object, source: CounterSource) =>
  answerQuestion(judgeQuestionSchema.parse({ namespace: 'ran', canary: 'c1', stable: 's1', window: 600, history: 1200, step, ...body }), source, now);

const isCanary = (selector: string): boolean => selector.includes('"c1"');
const isBad = (selector: string): boolean => selector.includes('outcome="error"');
/** A counter that grows by so much in each interval, known from so many intervals before the end. */
const growing =
  (by: number, from = -1000): Counted =>
  (at) =>
    at < from ? undefined : by * (at + 1000);

test('cuts time at multiples of the step, so that later questions cut it in the same places', async () => {
  const source = new MemoryCounters(() => []);
  await ask({ metrics: [metric] }, source);
  expect(new Set(source.ranges.map((range) => JSON.stringify(range)))).toEqual(new Set([JSON.stringify({ start: end - 1800, end, step })]));
});

test('the canary counts from its start, and what the control did before tells how its errors vary', async () => {
  const burst: Counted = (at) => 100 * (at + 1000) + (Math.floor((at + 1000) / 2) % 2) * 90;
  const source = new MemoryCounters((selector) => {
    if (isCanary(selector)) return [growing(isBad(selector) ? 2 : 400, -10)];
    return [isBad(selector) ? burst : growing(8000)];
  });
  const { evidence } = await ask({ metrics: [metric] }, source);
  expect(evidence.metrics[0]).toMatchObject({ canary: { bad: 20, total: 4000 }, intervals: 10, blind: 10 });
  // Errors jump between 190, 100 and 10 in an interval; equal ones would be 1, and no record would be 3.
  expect(evidence.metrics[0]?.dispersion).toBeGreaterThan(10);
  const { evidence: without } = await ask({ metrics: [metric], history: 0, window: 300 }, source);
  expect(without.metrics[0]?.dispersion).toBe(3);
});

test('good events are the other side of bad ones, as buckets of a histogram have it', async () => {
  const slow = { name: 'slow', total: { metric: 'd_count' }, good: { metric: 'd_bucket', labels: { le: '0.1' } } };
  const source = new MemoryCounters((selector) => [growing(selector.startsWith('d_bucket') ? 390 : 400)]);
  const { evidence } = await ask({ metrics: [slow], window: 300 }, source);
  expect(evidence.metrics[0]).toMatchObject({ canary: { bad: 100, total: 4000 }, control: { bad: 100, total: 4000 } });
});

test('more bad events than events are no evidence', async () => {
  const source = new MemoryCounters((selector) => [growing(isBad(selector) ? 500 : 400)]);
  expect(await ask({ metrics: [metric] }, source)).toMatchObject({ phase: 'Inconclusive', evidence: { metrics: [{ intervals: 0, blind: 20 }] } });
});

test('a guardrail that fell silent guards nothing; what it had seen before stays seen', async () => {
  const guardrail = { name: 'unsafe', counter: { metric: 'ran_agent_unsafe_actions_total' } };
  const guarded = (value: Counted) => ask({ guardrails: [guardrail] }, new MemoryCounters((selector) => (isCanary(selector) ? [value] : [])));
  expect((await guarded(() => 3)).phase).toBe('Successful');
  expect((await guarded((at) => (at < -4 ? 3 : 4))).phase).toBe('Failed');
  expect((await guarded((at) => (at < -2 ? 3 : undefined))).phase).toBe('Inconclusive');
  expect((await guarded((at) => (at < -4 ? 3 : at < -2 ? 4 : undefined))).phase).toBe('Failed');
  expect((await guarded(() => undefined)).phase).toBe('Inconclusive');
});

test('label values can not leave their quotes', async () => {
  const asked: string[] = [];
  const source = new MemoryCounters((selector) => {
    asked.push(selector);
    return [];
  });
  await ask({ guardrails: [{ name: 'odd', counter: { metric: 'm', labels: { a: '"} or up{b="\\\n' } } }] }, source);
  expect(asked).toEqual(['m{a="\\"} or up{b=\\"\\\\\\n",namespace="ran",rollouts_pod_template_hash="c1"}']);
});

test('a source that can not be read makes the answer inconclusive; a fault of ours stays one', async () => {
  const broken = (error: Error): CounterSource => ({ range: () => Promise.reject(error) });
  const down = new GateError('GATE_PROMETHEUS', 'undecided', 'Prometheus: no answer', { hint: '' });
  expect(await ask({ metrics: [metric] }, broken(down))).toMatchObject({ phase: 'Inconclusive', reasons: ['Prometheus: no answer'] });
  await expect(ask({ metrics: [metric] }, broken(new TypeError('ours')))).rejects.toThrow('ours');
});
