import { expect, test } from 'vitest';
import type { MetricSpec } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { inline, metricOf, rolloutOf, routed, templateOf } from '../../test/support/rollouts.ts';
import { bindQuery } from './bind-query.ts';
import { type BoundMetric, runScenario, type Subject } from './run-scenario.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { estimate } from './statistics.ts';

const scenarioOf = (name: string) => scenarios.find((scenario) => scenario.name === name) as Scenario;
const query = 'sum(increase(ran_agent_decisions_total{rollouts_pod_template_hash="canaryhash",outcome="error"}[2m]))';

/** One measurement of the errors of two minutes at half of the work; more than `most` abort. */
const subjectOf = (most: number, decisionsPerSecond: number, change: Partial<MetricSpec> = {}, spec: Partial<RolloutSpec> = {}): Subject => {
  const metric = metricOf('errors', { successCondition: `result[0] <= ${most}`, failureCondition: `result[0] > ${most}`, inconclusiveLimit: 0, ...change });
  const bound: BoundMetric = { query: bindQuery(query), shape: 'vector' };
  return {
    spec: { ...rolloutOf({ ...routed, steps: [{ setWeight: 50 }, { pause: { duration: '300s' } }, inline('slo')] }), ...spec },
    templates: [templateOf('slo', [metric])],
    metrics: new Map([[metric, bound]]),
    division: { leaseShare: undefined, shadowStep: undefined },
    baseline: { errorRatio: 0.01, slowRatio: 0.02, divergenceRatio: 0.001 },
    decisionsPerSecond,
    scrapeSeconds: 15,
    untilSeconds: 7200,
    version: '1.10',
  };
};

const shareOf = (subject: Subject, scenario: string, outcome: string, replications = 4000) => {
  const { endings } = runScenario(subject, scenarioOf(scenario), replications, 'test');
  const hits = endings.reduce((sum, ending) => sum + (ending.outcome === outcome ? ending.visits : 0), 0);
  return estimate(hits, replications);
};

/** P(more than k events), by summing the terms. */
const poissonTail = (mean: number, k: number): number => {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let events = 0; events <= k; events++) {
    sum += term;
    term *= mean / (events + 1);
  }
  return 1 - sum;
};

test.each([
  ['healthy', 10, 12, 1],
  ['errors-2x', 10, 12, 2],
  ['errors-5x', 2, 8, 5],
  ['errors-20x', 2, 20, 20],
])('aborts as often as the Poisson distribution says: %s', (scenario, rate, most, factor) => {
  const expected = poissonTail(rate * 0.5 * 120 * 0.01 * factor, most);
  const { from, to } = shareOf(subjectOf(most, rate), scenario, 'aborted');
  expect(from).toBeLessThanOrEqual(expected);
  expect(to).toBeGreaterThanOrEqual(expected);
});

test('equal seeds give equal courses, others do not', () => {
  const of = (seed: string) => runScenario(subjectOf(6, 10), scenarioOf('healthy'), 500, seed).endings.map(({ outcome, visits }) => [outcome, visits]);
  expect(of('a')).toEqual(of('a'));
  expect(of('a')).not.toEqual(of('b'));
});

test('a canary without work gives no series before it is ready, and a count of zero is no evidence of failure', () => {
  expect(shareOf(subjectOf(0, 0), 'healthy', 'promoted', 10).share).toBe(1);
  // The Rollout waits for pods that never come, and its deadline aborts it.
  expect(shareOf(subjectOf(0, 10, {}, { progressDeadlineAbort: true }), 'crash', 'aborted', 10).share).toBe(1);
});

test('while Prometheus is silent every measurement is an Error', () => {
  const subject = subjectOf(1e9, 10, { consecutiveErrorLimit: 4 });
  expect(shareOf(subject, 'metric-outage', 'aborted', 10).share).toBe(1);
  // Fifteen minutes of errors each ten seconds are ninety; twenty minutes are not borne by a hundred.
  expect(shareOf(subjectOf(1e9, 10, { consecutiveErrorLimit: 1000 }), 'metric-outage', 'promoted', 10).share).toBe(1);
});

test('the canary of a lease has its share while it has a pod, and none in the shadow', () => {
  const spec = rolloutOf({ steps: [{ setWeight: 1 }, inline('shadow'), { setWeight: 50 }, { pause: { duration: '300s' } }, inline('slo')] });
  const base = subjectOf(1e9, 10);
  const shadow = metricOf('shadow', { count: 1, successCondition: 'true' });
  const subject: Subject = {
    ...base,
    spec,
    templates: [...base.templates, templateOf('shadow', [shadow])],
    metrics: new Map([...base.metrics, [shadow, { query: bindQuery(query), shape: 'vector' }]]),
    division: { leaseShare: 0.05, shadowStep: 1 },
  };
  const [ending] = runScenario(subject, scenarioOf('healthy'), 1, 'test').endings;
  const shares = [...new Set(ending?.work.map((seconds) => Math.round((seconds / 15) * 1000) / 1000))];
  expect(ending?.outcome).toBe('promoted');
  expect(ending?.work[0]).toBe(0);
  expect(shares).toContain(0.05);
  expect(Math.max(...shares)).toBe(0.05);
});
