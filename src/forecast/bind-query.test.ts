import { describe, expect, test } from 'vitest';
import { bindQuery, type Look, Unbound } from './bind-query.ts';
import type { Source } from './event.ts';

/** 3 failed, 97 succeeded, 10 slow, 90 fast and no other events of the canary in any window; stable has ten times as many. */
const counted: Readonly<Record<string, number>> = { failed: 3, succeeded: 97, slow: 10, fast: 90, unsafe: 0, restart: 2 };
const look: Look = {
  count: (sources: readonly Source[]) =>
    sources.length === 0 ? undefined : sources.reduce((sum, { revision, event }) => sum + (counted[event] ?? 0) * (revision === 'canary' ? 1 : 10), 0),
};
const resultOf = (text: string): number | undefined => bindQuery(text).value(look);
const canary = 'rollouts_pod_template_hash="canaryhash"';
const all = `sum(increase(ran_agent_decisions_total{${canary}}[2m]))`;
const failed = `sum(increase(ran_agent_decisions_total{${canary},outcome="error"}[2m]))`;

test.each([
  [all, 100],
  [failed, 3],
  [`sum(rate(ran_agent_decisions_total{${canary}}[100s]))`, 1],
  ['sum(increase(ran_agent_decisions_total[2m]))', 1100],
  ['sum(increase(ran_agent_decisions_total{outcome!="error"}[2m]))', 1067],
  [`sum(increase(ran_agent_decisions_total{${canary},outcome=~"err.*"}[2m]))`, 3],
  [`1 - sum(rate(ran_agent_decision_seconds_bucket{${canary},le="0.1"}[2m])) / sum(rate(ran_agent_decision_seconds_count{${canary}}[2m]))`, 0.1],
  [`sum(increase(kube_pod_container_status_restarts_total{namespace="x",pod=~"agent-canaryhash-.*"}[5m]))`, 2],
  [`${failed} / ${all} and on() (${all} > 99)`, 0.03],
  [`${failed} / ${all} and on() (${all} > 100)`, undefined],
  [`${failed} / ${all} unless on() (${all} > 100)`, 0.03],
  [`(${all} > 100) or vector(7)`, 7],
  [`5 < ${failed}`, undefined],
  [`2 < ${failed}`, 3],
  [`${failed} > bool 5`, 0],
  [`-${failed} * 2 + 1`, -5],
  [`scalar(${all} > 100)`, Number.NaN],
  [`absent(${all} > 100)`, 1],
  ['sum(increase(ran_agent_decisions_total{outcome="none"}[2m]))', undefined],
])('%s', (text, value) => {
  const found = resultOf(text);
  if (value === undefined || Number.isNaN(value)) expect(found).toEqual(value);
  else expect(found).toBeCloseTo(value, 12);
});

test('an empty division is NaN, as Prometheus has it', () => {
  const none = `sum(rate(ran_agent_unsafe_actions_total{${canary}}[2m]))`;
  expect(resultOf(`${none} / ${none}`)).toBeNaN();
});

test('a query names all that it depends on', () => {
  expect(bindQuery(`${failed} / ${all}`).sources.map(({ event }) => event)).toEqual(['failed', 'failed', 'succeeded']);
});

describe('what is not modelled is refused by name', () => {
  test.each([
    ['histogram_quantile(0.95, sum by (le) (rate(ran_agent_decision_seconds_bucket[2m])))', /function histogram_quantile is not modelled/],
    [`sum by (pod) (rate(ran_agent_decisions_total{${canary}}[2m]))`, /only sum without grouping/],
    [`avg(rate(ran_agent_decisions_total[2m]))`, /only sum without grouping/],
    ['sum(rate(ran_agent_cycle_completions_total[2m]))', /ran_agent_cycle_completions_total counts is not modelled/],
    ['sum(rate(ran_agent_decisions_total{node="a"}[2m]))', /label node .* is not modelled/],
    ['sum(rate(ran_agent_decision_seconds_bucket{le="0.25"}[2m]))', /only the bounds 0.1/],
    [`rate(ran_agent_decisions_total{${canary}}[2m])`, /function rate is not modelled|can not be forecast/],
    [`clamp_min(${all}, 1)`, /not modelled/],
    ['sum(max_over_time(ran_agent_decisions_total[2m]))', /only those of rate and increase/],
    [`${all} ^ 2`, /operator/],
  ])('%s', (text, message) => {
    expect(() => bindQuery(text)).toThrow(Unbound);
    expect(() => bindQuery(text)).toThrow(message);
  });
});
