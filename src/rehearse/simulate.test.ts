import { expect, test } from 'vitest';
import { inline, metricOf, options, release, rolloutOf, routed, templateOf, worldOf } from '../../test/support/rollouts.ts';
import { simulate, simulateOutcome, type Trace } from './simulate.ts';

/** Times to a tenth of a second at which a value changed, with the value. */
const changes = (trace: Trace, of: (event: Trace['events'][number]) => unknown): [number, unknown][] => {
  const seen: [number, unknown][] = [];
  for (const event of trace.events) {
    const value = of(event);
    if (JSON.stringify(seen.at(-1)?.[1]) !== JSON.stringify(value)) seen.push([Math.round(event.at * 10) / 10, value]);
  }
  return seen;
};

const judged = templateOf('slo', [metricOf('errors', { count: 3, interval: 30 })]);
const steps = [{ setWeight: 10 }, { pause: { duration: '60s' } }, inline('slo'), { setWeight: 50 }, { pause: { duration: '60s' } }];

test('takes the reference course in 3 R + 180 s + 3 q: readiness R 20 s, query latency q 2 s', () => {
  const trace = simulate(rolloutOf({ ...routed, steps }), [judged], worldOf({}, { latency: 2 }), options);
  // The weight of a step waits for its pods, those of the last step for all pods.
  expect(changes(trace, ({ weight }) => weight?.route)).toEqual([
    [0, 0],
    [20, 10],
    [166, 50],
    [246, 100],
    [246, 0],
  ]);
  expect(changes(trace, ({ step }) => step)).toEqual([
    [0, 5],
    [0, 0],
    [20, 1],
    [80, 2],
    [146, 3],
    [166, 4],
    [226, 5],
  ]);
  expect(changes(trace, ({ runs }) => runs.map(({ phase }) => phase))).toEqual([
    [0, []],
    [80, [undefined]],
    [82, ['Running']],
    [146, ['Successful']],
    [146, []],
  ]);
  expect([trace.outcome, trace.abortedAt]).toEqual(['promoted', undefined]);
});

test('aborts at the fifth Error in a row, 40 s after the first, whatever the interval says', () => {
  const template = templateOf('slo', [metricOf('errors', { count: 100, interval: 5 })]);
  const trace = simulate(rolloutOf({ ...routed, steps: [{ setWeight: 50 }, inline('slo')] }), [template], worldOf({ errors: ['Error'] }), options);
  expect(trace.outcome).toBe('aborted');
  expect(trace.abortedAt).toBeCloseTo(60, 0);
  expect(trace.events.at(-1)?.message).toBe(
    'RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4)',
  );
});

test('after an abort the selector goes back at once, the weight only when stable has its pods again', () => {
  const world = worldOf(
    {},
    {
      events: [release, { at: 30, kind: 'podsUnready', template: 'v1', count: 1 }, { at: 40, kind: 'abort' }, { at: 70, kind: 'podsReady', template: 'v1' }],
    },
  );
  const trace = simulate(rolloutOf({ ...routed, steps: [{ setWeight: 50 }, { pause: {} }] }, { replicas: 2 }), [], world, options);
  expect(changes(trace, ({ canarySelector }) => canarySelector)).toEqual([
    [0, 'v1'],
    [20, 'v2'],
    [40, 'v1'],
  ]);
  expect(changes(trace, ({ weight }) => weight?.route).slice(-2)).toEqual([
    [20, 50],
    [70, 0],
  ]);
});

test('starts an aborted revision again when nothing but its steps changes', () => {
  const edited = rolloutOf({ steps: [{ setWeight: 60 }, { pause: {} }] }).steps;
  const world = worldOf({}, { events: [release, { at: 40, kind: 'abort' }, { at: 100, kind: 'steps', steps: edited }] });
  const trace = simulate(rolloutOf({ steps: [{ setWeight: 50 }, { pause: {} }], maxSurge: 1, maxUnavailable: 0 }, { replicas: 2 }), [], world, options);
  expect(trace.outcome).toBe('paused');
  expect(trace.events.at(-1)).toMatchObject({ aborted: false, current: 'v2', sets: [{ template: 'v1' }, { template: 'v2', available: 2 }] });
});

test('going back to the stable template after an abort moves no pod', () => {
  const world = worldOf({}, { events: [release, { at: 40, kind: 'abort' }, { at: 100, kind: 'release', template: 'v1' }] });
  const trace = simulate(rolloutOf({ steps: [{ setWeight: 50 }, { pause: {} }], maxSurge: 1, maxUnavailable: 0 }, { replicas: 2 }), [], world, options);
  const after = trace.events.filter(({ at }) => at >= 99.9);
  expect(new Set(after.map(({ sets }) => JSON.stringify(sets))).size).toBe(1);
  expect([trace.outcome, after.at(-1)?.phase]).toEqual(['restored', 'Healthy']);
});

test('a Rollout that is new on its cluster takes the release at once, without a step', () => {
  const trace = simulate(rolloutOf({ ...routed, steps }), [judged], { ...worldOf(), initial: undefined }, options);
  expect([trace.outcome, trace.events.flatMap(({ runs }) => runs)]).toEqual(['promoted', []]);
  expect(trace.endedAt).toBeLessThan(21);
});

test('an analysis in the background that is still running does not keep a release from promotion', () => {
  const template = templateOf('guard', [metricOf('unsafe', { interval: 30, initialDelay: 600 })]);
  const canary = { ...routed, analysis: { templates: [{ templateName: 'guard' }] }, steps: [{ setWeight: 50 }, { pause: { duration: 60 } }] };
  expect(simulateOutcome(rolloutOf(canary), [template], worldOf({ unsafe: ['Failed'] }), options).outcome).toBe('promoted');
});

test('tells each stretch of exposed work', () => {
  const shares: [number, number, number][] = [];
  const world = worldOf({ errors: ['Failed'] });
  const summary = simulateOutcome(rolloutOf({ ...routed, steps }), [judged], world, { ...options, stop: 'outcome' }, (share, from, to) =>
    shares.push([share, Math.round(from), Math.round(to)]),
  );
  expect(summary.outcome).toBe('aborted');
  expect(shares).toEqual([
    [0, 0, 20],
    [0.1, 20, 80],
  ]);
});

test('refuses to rehearse an analysis whose template is not there', () => {
  expect(() => simulate(rolloutOf({ ...routed, steps }), [], worldOf(), options)).toThrow(/AnalysisTemplate slo, which is not there/);
});
