import { expect, test } from 'vitest';
import { verdictCodes } from '#model/verdict.ts';
import { inline, metricOf, rolloutOf, routed, templateOf } from '../../test/support/rollouts.ts';
import { bindJudge } from './bind-judge.ts';
import { runScenario, type Subject } from './run-scenario.ts';
import { type Scenario, scenarios } from './scenario.ts';

const question = {
  namespace: 'ran',
  canary: 'canaryhash',
  stable: 'stablehash',
  metrics: [
    {
      name: 'errors',
      total: { metric: 'ran_agent_decisions_total' },
      bad: { metric: 'ran_agent_decisions_total', labels: { outcome: 'error' } },
      dispersion: 1,
    },
  ],
};

/** One stage of an hour at half of the work, judged each minute from the second on. */
const subjectOf = (decisionsPerSecond: number): Subject => {
  const metric = metricOf('harm', {
    successCondition: 'result == 1',
    failureCondition: 'result == -1',
    interval: 60,
    count: 60,
    inconclusiveLimit: 59,
    consecutiveSuccessLimit: 3,
  });
  return {
    spec: rolloutOf({ ...routed, steps: [{ setWeight: 50 }, { pause: { duration: '120s' } }, inline('judge')] }),
    templates: [templateOf('judge', [metric])],
    metrics: new Map([[metric, { judge: bindJudge(question, { scrapeSeconds: 15, untilSeconds: 7200 }) }]]),
    division: { leaseShare: undefined, shadowStep: undefined },
    baseline: { errorRatio: 0.01, slowRatio: 0.02, divergenceRatio: 0.001 },
    decisionsPerSecond,
    scrapeSeconds: 15,
    untilSeconds: 7200,
    version: '1.10',
  };
};

const sharesOf = (name: string, decisionsPerSecond: number) => {
  const { endings, replications } = runScenario(subjectOf(decisionsPerSecond), scenarios.find((one) => one.name === name) as Scenario, 400, 'judge');
  const share = (outcome: string) => endings.reduce((sum, ending) => sum + (ending.outcome === outcome ? ending.visits : 0), 0) / replications;
  return { aborted: share('aborted'), promoted: share('promoted'), paused: share('paused') };
};

test('at much work the judge aborts twice the errors, and promotes a healthy revision', () => {
  expect(sharesOf('errors-2x', 50).aborted).toBeGreaterThan(0.98);
  expect(sharesOf('errors-20x', 50).aborted).toBe(1);
  const healthy = sharesOf('healthy', 50);
  // alpha is 0.01; 400 rollouts may show a few more.
  expect(healthy.aborted).toBeLessThan(0.03);
  expect(healthy.promoted).toBeGreaterThan(0.95);
});

test('at little work it waits for a person rather than to guess', () => {
  expect(sharesOf('healthy', 0.05)).toMatchObject({ aborted: 0, paused: expect.closeTo(1, 1) });
});

test('the judge has a number for each phase', () => {
  expect(verdictCodes).toEqual({ Successful: 1, Inconclusive: 0, Failed: -1 });
});

test.each([
  [{ ...question, canary: 'other' }, /not asked to compare/],
  [{ ...question, mode: 'smoke' }, /smoke test/],
  [{ ...question, step: 20 }, /no multiple of the 15 s/],
  [{ ...question, window: 3600 }, /looks back 3600 s/],
  [{ ...question, metrics: [{ ...question.metrics[0], total: { metric: 'http_requests_total' } }] }, /http_requests_total counts is not modelled/],
  [{ metrics: [] }, /the question to the judge/],
])('refuses what it can not rehearse', (body, message) => {
  expect(() => bindJudge(body, { scrapeSeconds: 15, untilSeconds: 7200 })).toThrow(message);
});
