import { describe, expect, test } from 'vitest';
import type { MetricContract } from '#model/metric-contract.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { lintRules } from './lint/rules.ts';
import { lintRollouts } from './lint.ts';

type Fields = Record<string, unknown>;

const contract: MetricContract = {
  apiVersion: 'ranfleet.norvik.example/v1alpha1',
  kind: 'MetricContract',
  fleet: [],
  scrapeInterval: 15,
  targetLabels: ['namespace', 'rollouts_pod_template_hash'],
  agent: [{ name: 'decisions_total', type: 'counter', labels: ['outcome'], help: 'decisions' }],
  platform: [],
};

const query = 'sum(rate(decisions_total{rollouts_pod_template_hash="{{args.hash}}"}[2m]))';
const single = 'len(result) == 1 && !isNaN(result[0]) && ';
const goodMetric = {
  name: 'errors',
  interval: '60s',
  count: 5,
  inconclusiveLimit: 3,
  consecutiveErrorLimit: 90,
  successCondition: `${single}result[0] <= 0.01`,
  failureCondition: `${single}result[0] > 0.02`,
};

interface Case {
  readonly metric?: Fields;
  readonly query?: string;
  readonly canary?: Fields;
  readonly spec?: Fields;
  readonly image?: string;
  readonly more?: readonly Manifest[];
}

const goodSteps = [{ setWeight: 5 }, { pause: { duration: '2m' } }, { setWeight: 50 }, { pause: { duration: '2m' } }];
const analysis = (template = 'slo') => ({
  analysis: { templates: [{ templateName: template }], args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }] },
});

const rootOf = ({ metric = {}, query: text = query, canary = {}, spec = {}, image = 'a:1', more = [] }: Case = {}): RenderedRoot => ({
  root: { path: 'agents/a/rings/w0/hub', kind: 'agent' },
  objects: [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'slo', namespace: 'a' },
      spec: { args: [{ name: 'hash' }], metrics: [{ ...goodMetric, provider: { prometheus: { address: 'http://p', query: text } }, ...metric }] },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'agent', namespace: 'a' },
      spec: {
        replicas: 10,
        template: { spec: { containers: [{ name: 'agent', image }] } },
        strategy: { canary: { steps: [...goodSteps, analysis()], ...canary } },
        ...spec,
      },
    },
    ...more,
  ],
});

const lint = (one: Case, base?: Case): string[] =>
  lintRollouts(rootOf(one), base && rootOf(base), { contract, known: new Map() }).map((f) => `${f.effect} ${f.code}: ${f.message}`);

const routed = { trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': {} } } };
const hpa = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h' },
  spec: { scaleTargetRef: { kind: 'Rollout', name: 'agent' } },
};
const steps = (...list: Fields[]): Fields => ({ steps: list });

test('a careful Rollout has nothing to be told', () => {
  expect(lint({}, {})).toEqual([]);
});

/** For each trap: a case that falls into it, what is told, and one beside it that does not. */
const traps: readonly (readonly [trap: string, bad: Case, told: string, good: Case])[] = [
  [
    'V2',
    { metric: { inconclusiveLimit: 5 } },
    'deny rollout.inconclusive_limit: errors is Successful after 5 measurements that are all Inconclusive: 5 do not exceed the limit of 5',
    { metric: { inconclusiveLimit: 5, consecutiveSuccessLimit: 2 } },
  ],
  [
    'V3, no data',
    { metric: { successCondition: 'all(result, # <= 0.01)', failureCondition: 'any(result, # > 0.02)' } },
    'deny rollout.vacuous_success: with no data ([]) errors is Successful: [] Successful, [NaN] Inconclusive, [+Inf] Failed, [-Inf] Successful',
    {},
  ],
  [
    'V3, NaN',
    { metric: { successCondition: undefined, failureCondition: 'result[0] > 0.02' } },
    'deny rollout.vacuous_success: with [NaN] errors is Successful: [] Error, [NaN] Successful, [+Inf] Failed, [-Inf] Successful',
    { metric: { successCondition: 'result[0] <= 0.01', failureCondition: undefined } },
  ],
  [
    'V3, a scalar',
    { query: `scalar(${query})`, metric: { successCondition: '!(result > 0.01)', failureCondition: undefined } },
    'deny rollout.vacuous_success: with NaN errors is Successful: NaN Successful, +Inf Failed, -Inf Successful',
    { query: `scalar(${query})`, metric: { successCondition: 'result <= 0.01', failureCondition: 'result > 0.01' } },
  ],
  [
    'V3, two series',
    { query: query.replace('sum(', 'sum by (outcome) ('), metric: { successCondition: 'result[0] <= 0.01', failureCondition: 'result[0] > 0.02' } },
    'warn rollout.series_ignored: the query of errors may give several series: with [0, 0.05] it is Successful, although [0.05] is Failed',
    { metric: { successCondition: 'result[0] <= 0.01', failureCondition: 'result[0] > 0.02' } },
  ],
  [
    'V7',
    { query: 'sum(rate(decisions_total[2m]))' },
    'warn rollout.judges_stable: errors asks neither for the hash, nor for the Service, nor for a label of the canary: the stable pods answer',
    { query: 'sum(rate(decisions_total{namespace="agent-canary"}[2m]))' },
  ],
  [
    'V8, dilution',
    { query: query.replace('2m', '5m') },
    'warn rollout.diluted_window: errors looks back 300 s when the weight was set 120 s ago: the rest is the weight before',
    { query: query.replace('2m', '5m'), metric: { initialDelay: '3m' } },
  ],
  ['V8, scrapes', { query: query.replace('2m', '30s') }, 'warn rollout.diluted_window: errors looks back 30 s, which is 2 scrapes of 15 s', {}],
  [
    'V10, a condition',
    { metric: { successCondition: 'result <= 0.01' } },
    'deny rollout.condition: successCondition does not compile, column 8: <= does not go with []float64 and float64; each measurement is an Error',
    {},
  ],
  [
    'V10, a condition that is not supported',
    { metric: { successCondition: 'string(result) == ""' } },
    'undecided rollout.condition: successCondition can not be rehearsed, column 1: string()',
    {},
  ],
  [
    'V10, a query',
    { query: 'rate(decisions_total{outcome~"5.*"}[2m])' },
    'deny rollout.query: PromQL does not parse at "~\\"5.*\\"}[2m])", line 1, column 29',
    {},
  ],
  [
    'V10, an argument',
    { query: query.replace('args.hash', 'args.hsh') },
    'deny rollout.query: {{args.hsh}} is no argument of the template: each measurement is an Error',
    {},
  ],
  [
    'the contract, a metric',
    { query: query.replace('decisions', 'decision') },
    'deny rollout.metric_contract: nothing exposes decision_total: errors never finds anything',
    {},
  ],
  [
    'the contract, a label',
    { query: query.replace('hash=', 'hash!="x",verdict=') },
    'deny rollout.metric_contract: decisions_total has no label verdict: errors never finds anything',
    {},
  ],
  [
    'V11',
    { canary: routed, spec: { rollbackWindow: { revisions: 2 } } },
    'warn rollout.rollback_window: after a rollback one pod may get the load of 5: 50 percent of 10 replicas',
    { spec: { rollbackWindow: { revisions: 2 } } },
  ],
  [
    'V15',
    { canary: { dynamicStableScale: true, replicaProgressThreshold: { type: 'Percent', value: 90 } }, more: [hpa] },
    'warn rollout.dynamic_scale: gives up stable pods as the weight rises while HorizontalPodAutoscaler h scales all of them',
    { more: [hpa] },
  ],
  [
    'V16',
    { canary: { ...routed, ...steps({ setMirrorRoute: { name: 'm' } }) } },
    'warn rollout.mirror_ignored: mirrors nothing: the Gateway API plugin ignores setMirrorRoute',
    { canary: { trafficRouting: { istio: {} }, ...steps({ setMirrorRoute: { name: 'm' } }) } },
  ],
  [
    'V17',
    { spec: { rollbackWindow: { revisions: 3 }, revisionHistoryLimit: 3 } },
    'deny rollout.history_too_short: keeps 3 old revisions; going back 3 needs 4',
    { spec: { rollbackWindow: { revisions: 3 }, revisionHistoryLimit: 4 } },
  ],
  [
    'V19',
    { metric: { consecutiveErrorLimit: undefined } },
    'warn rollout.error_limit: errors aborts the rollout after 40 s without an answer of Prometheus',
    {},
  ],
  [
    'V20',
    { canary: { ...routed, ...steps({ setCanaryScale: { replicas: 1 } }, { setWeight: 5 }, { setWeight: 50 }) } },
    'warn rollout.fixed_canary: 50 percent go to 1 pods, the load of 5: setCanaryScale is still in force',
    {
      canary: {
        ...routed,
        ...steps({ setCanaryScale: { replicas: 1 } }, { setWeight: 5 }, { setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 50 }),
      },
    },
  ],
  [
    'V21',
    { canary: { pingPong: { pingService: 'a', pongService: 'b' } } },
    'warn rollout.stuck_weight: keeps its weight after an abort until every stable pod is available: ping-pong Services without replicaProgressThreshold',
    { canary: { pingPong: { pingService: 'a', pongService: 'b' }, replicaProgressThreshold: { type: 'Percent', value: 90 } } },
  ],
  ['what can not be read', { metric: { interval: '{{args.interval}}' } }, 'undecided rollout.unreadable_template: "{{args.interval}}" is no duration', {}],
];

describe.each(traps)('trap %s', (_, bad, told, good) => {
  test('is told, with what follows from it', () => {
    expect(lint(bad)).toContain(told);
  });

  test('is not seen where there is none', () => {
    const code = told.split(' ')[1];
    expect(lint(good).filter((line) => line.split(' ')[1] === code)).toEqual([]);
  });
});

describe('a change', () => {
  test('of the steps alone is told, V14; a new Rollout is not a change', () => {
    const slower = { canary: steps({ setWeight: 10 }, { pause: { duration: '3m' } }, analysis()) };
    expect(lint(slower, {})).toEqual([
      'warn rollout.steps_only: changes its steps and not its pods: where this Rollout was aborted, the aborted revision starts again',
    ]);
    expect(lint(slower)).toEqual([]);
    expect(lint({ image: 'a:2', ...slower }, {})).toEqual([]);
  });
});

test('every rule has a trap above, and an id of its own', () => {
  const tested = new Set([...traps.map(([, , told]) => told), 'x rollout.steps_only:'].map((told) => told.split(/[ :]+/)[1]));
  expect(tested).toEqual(new Set(Object.values(lintRules).map(({ code }) => code)));
  expect(new Set(Object.values(lintRules).map(({ id }) => id)).size).toBe(Object.keys(lintRules).length);
});
