import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startJudgeServer } from '#adapters/judge-server.ts';
import { createPrometheus } from '#adapters/prometheus.ts';
import { GateError } from '#model/errors.ts';
import { judgeQuestionSchema } from '#model/judge-question.ts';
import type { Verdict } from '#model/verdict.ts';
import { answerQuestion } from '#verdict/answer.ts';

const now = 1_800_000_005;
const step = 30;

/** Answers range queries of counters that grow by so much in each interval; what is asked for is kept. */
class CounterDouble {
  readonly asked: string[] = [];
  growth: (selector: string) => number | undefined = () => undefined;
  reply: (() => { status: number; body: string }) | undefined;
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
  });

  async open(): Promise<URL> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = new URLSearchParams(text);
    const selector = asked.get('query') ?? '';
    this.asked.push(selector);
    if (this.reply) return this.reply();
    const by = this.growth(selector);
    const [start, end] = [Number(asked.get('start')), Number(asked.get('end'))];
    const values: [number, string][] = [];
    for (let at = start; at <= end; at += step) values.push([at, String(1000 + (by ?? 0) * ((at - start) / step))]);
    return {
      status: 200,
      body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: by === undefined ? [] : [{ metric: {}, values }] } }),
    };
  }
}

const double = new CounterDouble();
let address: URL;
let server: Awaited<ReturnType<typeof startJudgeServer>>;

beforeAll(async () => {
  address = await double.open();
  const source = createPrometheus(address);
  const answer = (body: unknown): Promise<Verdict> => {
    const parsed = judgeQuestionSchema.safeParse(body);
    if (!parsed.success) throw new GateError('GATE_JUDGE', 'usage', 'no question', { hint: '' });
    return answerQuestion(parsed.data, source, now);
  };
  server = await startJudgeServer({ host: '127.0.0.1', port: 0, answer });
});
beforeEach(() => {
  double.asked.length = 0;
  double.reply = undefined;
});
afterAll(async () => {
  await server.close();
  double.close();
});

const question = {
  namespace: 'mro-optimizer',
  canary: 'c4n4ry',
  stable: '5t4b1e',
  window: 3600,
  history: 0,
  metrics: [
    {
      name: 'errors',
      total: { metric: 'ran_agent_decisions_total' },
      bad: { metric: 'ran_agent_decisions_total', labels: { outcome: 'error' } },
      dispersion: 1,
    },
  ],
};

const ask = async (body: unknown): Promise<{ status: number; answer: Verdict & { error?: string } }> => {
  const response = await fetch(`http://127.0.0.1:${server.port}/v1/verdict`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Verdict & { error?: string } };
};

/** Events of canary and stable in each interval. */
const grow = (canary: readonly [bad: number, total: number], stable: readonly [bad: number, total: number]) => {
  double.growth = (selector) => (selector.includes('c4n4ry') ? canary : stable)[selector.includes('outcome="error"') ? 0 : 1];
};

test('reads both arms by namespace and revision, and fails a canary with five times the errors', async () => {
  grow([5, 1000], [19, 19_000]);
  const { status, answer } = await ask(question);
  expect([status, answer.phase]).toEqual([200, 'Failed']);
  expect(double.asked.toSorted()).toEqual([
    'ran_agent_decisions_total{namespace="mro-optimizer",rollouts_pod_template_hash="5t4b1e"}',
    'ran_agent_decisions_total{namespace="mro-optimizer",rollouts_pod_template_hash="c4n4ry"}',
    'ran_agent_decisions_total{outcome="error",namespace="mro-optimizer",rollouts_pod_template_hash="5t4b1e"}',
    'ran_agent_decisions_total{outcome="error",namespace="mro-optimizer",rollouts_pod_template_hash="c4n4ry"}',
  ]);
  expect(answer.evidence.metrics[0]).toMatchObject({ canary: { bad: 600, total: 120_000 }, control: { bad: 2280, total: 2_280_000 }, intervals: 120 });
});

test('passes an equal canary once there is enough of it, and is not sure before', async () => {
  grow([1, 1000], [19, 19_000]);
  expect((await ask(question)).answer.phase).toBe('Successful');
  expect((await ask({ ...question, window: 120 })).answer).toMatchObject({ phase: 'Inconclusive', reasons: [expect.stringContaining('too little evidence')] });
});

test('says why it can not say anything', async () => {
  double.growth = () => undefined;
  expect((await ask(question)).answer).toMatchObject({ phase: 'Inconclusive', reasons: [expect.stringContaining('no interval has events in both arms')] });
  for (const [reply, reason] of [
    [{ status: 503, body: 'down' }, 'no answer'],
    [{ status: 422, body: JSON.stringify({ status: 'error', error: 'too many samples' }) }, 'too many samples'],
    [
      { status: 200, body: JSON.stringify({ status: 'success', warnings: ['one shard is missing'], data: { resultType: 'matrix', result: [] } }) },
      'one shard is missing',
    ],
    [{ status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '2'] } }) }, 'none of its interface'],
  ] as const) {
    double.reply = () => reply;
    const { status, answer } = await ask(question);
    expect([status, answer.phase]).toEqual([200, 'Inconclusive']);
    expect(answer.reasons[0]).toContain(reason);
  }
});

test('a NaN of Prometheus is not known, and no zero', async () => {
  double.reply = () => ({
    status: 200,
    body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[now - 5, 'NaN']] }] } }),
  });
  expect(
    (await ask({ ...question, metrics: [], guardrails: [{ name: 'unsafe', counter: { metric: 'ran_agent_unsafe_actions_total' } }] })).answer,
  ).toMatchObject({
    phase: 'Inconclusive',
    reasons: ['unsafe could not be read'],
  });
});

test('a question that is none is refused, and nothing is asked', async () => {
  for (const body of ['no json', { ...question, canary: 'same', stable: 'same' }, { ...question, metrics: [] }, { ...question, step: 1 }]) {
    const { status } = await ask(body);
    expect(status).toBe(400);
  }
  expect((await ask('x'.repeat(2 ** 20 + 1))).status).toBe(413);
  expect((await fetch(`http://127.0.0.1:${server.port}/v1/verdict`)).status).toBe(405);
  expect((await fetch(`http://127.0.0.1:${server.port}/other`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  expect(double.asked).toEqual([]);
});
