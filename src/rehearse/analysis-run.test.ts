import { describe, expect, test } from 'vitest';
import type { MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import { metricOf, rolloutOf, routed, templateOf } from '../../test/support/rollouts.ts';
import { type AnalysisRun, dueMeasurements, isCompleted, newRun, nextLookAt, stepAnalysisRun } from './analysis-run.ts';
import { prepareRuns } from './prepare-run.ts';

const runOf = (metrics: readonly MetricSpec[], dryRun: readonly string[] = []): AnalysisRun => {
  const spec = rolloutOf({ ...routed, analysis: { templates: [{ templateName: 'slo' }] }, steps: [] });
  const [prepared] = prepareRuns(spec, [templateOf('slo', metrics, dryRun)]).values();
  if (prepared === undefined) throw new Error('nothing was prepared');
  return newRun(1, 'v2', undefined, prepared);
};

/** Looks at a run whenever it asks for it; each metric answers what its list says. Gives the run and the second at which it ended. */
const play = (
  run: AnalysisRun,
  answers: readonly (readonly MeasurementPhase[])[],
  terminateAt = Number.POSITIVE_INFINITY,
): { run: AnalysisRun; at: number; measured: number[] } => {
  const asked = answers.map(() => 0);
  let present = run;
  let at = 0;
  for (let look = 0; look < 200 && !isCompleted(present.phase); look++) {
    if (at >= terminateAt) present = { ...present, terminate: true };
    const samples = dueMeasurements(present, at).map((metric) => {
      const list = answers[metric] ?? [];
      const phase = list[Math.min(asked[metric] ?? 0, list.length - 1)] ?? 'Error';
      asked[metric] = (asked[metric] ?? 0) + 1;
      return { metric, phase, finishedAt: at };
    });
    present = stepAnalysisRun(present, samples, at);
    if (isCompleted(present.phase)) break;
    const next = Math.min(nextLookAt(present), present.terminate ? Number.POSITIVE_INFINITY : terminateAt);
    if (next === Number.POSITIVE_INFINITY) break;
    at = Math.max(at, next);
  }
  return { run: present, at, measured: asked };
};

describe('one metric', () => {
  const S = 'Successful';
  const F = 'Failed';
  const I = 'Inconclusive';
  const E = 'Error';
  const cases: readonly [string, Partial<MetricSpec>, readonly MeasurementPhase[], string | undefined, number][] = [
    ['without count and interval measures once', {}, [S], 'Successful', 0],
    ['waits its interval from one end to the next start', { count: 3, interval: 30 }, [S], 'Successful', 60],
    ['waits its first delay from the first look on', { initialDelay: 20, count: 2, interval: 5 }, [S], 'Successful', 25],
    ['fails beyond its limit, not at it', { count: 5, interval: 1, failureLimit: 1 }, [F, S, F], 'Failed', 2],
    ['passes with every sample bad when the limit is the count', { count: 2, interval: 1, failureLimit: 2 }, [F], 'Successful', 1],
    ['is inconclusive beyond its limit', { count: 3, interval: 1 }, [S, I], 'Inconclusive', 1],
    [
      'takes a failure and an inconclusive beyond both limits for inconclusive',
      { count: 9, interval: 1, failureLimit: 0, inconclusiveLimit: 0 },
      [I],
      'Inconclusive',
      0,
    ],
    ['errs at the fifth error in a row, ten seconds apart', { count: 3, interval: 60 }, [E], 'Error', 40],
    ['does not count an error as a measurement', { count: 2, interval: 3 }, [E, S, E, S], 'Successful', 23],
    ['ends with enough successes in a row', { count: 9, interval: 2, failureLimit: 5, consecutiveSuccessLimit: 3 }, [S, F, S], 'Successful', 8],
    [
      'is inconclusive when it never had enough in a row',
      { count: 4, interval: 1, failureLimit: 2, consecutiveSuccessLimit: 2 },
      [S, F, S, F],
      'Inconclusive',
      3,
    ],
    ['fails then when failures have no limit', { count: 4, interval: 1, failureLimit: -1, consecutiveSuccessLimit: 2 }, [S, F, S, F], 'Failed', 3],
  ];
  for (const [title, fields, answers, phase, at] of cases) {
    test(title, () => {
      const played = play(runOf([metricOf('m', fields)]), [answers]);
      expect([played.run.phase, played.at]).toEqual([phase, at]);
    });
  }
});

describe('a run', () => {
  test('ends with the first metric that is judged bad, and takes the others for passed', () => {
    const { run, at } = play(runOf([metricOf('slow', { count: 9, interval: 10 }), metricOf('bad', { count: 9, interval: 10 })]), [
      ['Successful'],
      ['Successful', 'Failed'],
    ]);
    expect([run.phase, at, run.metrics.map(({ phase }) => phase)]).toEqual(['Failed', 10, ['Successful', 'Failed']]);
    expect(run.message).toBe('Metric "bad" assessed Failed due to failed (1) > failureLimit (0)');
  });

  test('is only judged by what is not tried, but waits for what is', () => {
    const { run, at } = play(runOf([metricOf('real'), metricOf('trial', { count: 3, interval: 10 })], ['tri']), [['Successful'], ['Successful', 'Failed']]);
    expect([run.phase, at, run.metrics.map(({ phase }) => phase)]).toEqual(['Successful', 10, ['Successful', 'Failed']]);
  });

  test('disarms every metric in whose name a trial rule occurs', () => {
    const { run } = play(runOf([metricOf('error'), metricOf('error-rate-critical')], ['error']), [['Failed'], ['Failed']]);
    expect(run.phase).toBe('Successful');
  });

  test.each(['nothing', '*'])('is an Error when the trial rule %s matches nothing', (rule) => {
    const { run, measured } = play(runOf([metricOf('m')], [rule]), [['Successful']]);
    expect([run.phase, measured]).toEqual(['Error', [0]]);
  });

  test('that is told to end before its first measurement is a success: absence of evidence passes here', () => {
    const { run, measured } = play(runOf([metricOf('late', { interval: 10, initialDelay: 600 })]), [['Failed']], 50);
    expect([run.phase, measured, run.message]).toEqual(['Successful', [0], 'Run Terminated']);
  });
});
