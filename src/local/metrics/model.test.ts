import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketBounds, bucketsOf, shareAbove } from './latency.ts';
import { advance, baseline, type Counters, type ModelOptions, type Regression, regressionOf, regressionSchema, zeroCounters } from './model.ts';

const options: ModelOptions = { seed: 7, decisionsPerSecond: 5, timeScale: 10, baseline };
const pod = { uid: '0b51c0de-0000-4000-8000-000000000001', ready: true };

/** Advances one pod through the times and gives the counters after each. */
const follow = (times: readonly number[], regression?: Regression, changes: Partial<ModelOptions> = {}, of = pod): Counters[] => {
  const all: Counters[] = [zeroCounters];
  times.slice(1).forEach((to, at) => {
    all.push(advance(all.at(-1) ?? zeroCounters, of, { from: times[at] ?? 0, to }, { ...options, ...changes }, regression));
  });
  return all;
};

/** The end of ten minutes in steps of 15 s: about 30 000 decisions. */
const tenMinutes = (regression?: Regression, changes: Partial<ModelOptions> = {}): Counters =>
  follow(
    Array.from({ length: 41 }, (_, at) => at * 15),
    regression,
    changes,
  ).at(-1) ?? zeroCounters;

const decisionsOf = (counters: Counters): number => counters.ok + counters.errors;
const slowShare = ({ buckets }: Counters): number =>
  buckets.reduce((sum, count, at) => sum + ((bucketBounds[at] ?? 0) > 0.1 ? count : 0), 0) / buckets.reduce((sum, count) => sum + count, 0);

const image = 'sha256:abc';
const every = (counters: Counters): number[] => {
  const { buckets, kpis, ...single } = counters;
  return [...Object.values(single), ...buckets, ...kpis];
};

describe('draws', () => {
  test('the same seed, pod and times give the same counters', () => {
    expect(follow([0, 15, 31, 44.5])).toEqual(follow([0, 15, 31, 44.5]));
  });

  test('another seed or another pod gives other counters', () => {
    const counters = follow([0, 60]).at(-1);
    expect(follow([0, 60], undefined, { seed: 8 }).at(-1)).not.toEqual(counters);
    expect(follow([0, 60], undefined, {}, { ...pod, uid: 'another' }).at(-1)).not.toEqual(counters);
  });

  test('the expected number of decisions is rate times seconds times scale', () => {
    expect(Math.abs(decisionsOf(tenMinutes()) / 30_000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(decisionsOf(tenMinutes(undefined, { timeScale: 1 })) / 3_000 - 1)).toBeLessThan(0.08);
  });

  test('steps that expect less than one decision add up too', () => {
    const ends = follow(
      Array.from({ length: 5_001 }, (_, at) => at * 0.1),
      undefined,
      { timeScale: 1 },
    ).at(-1);
    expect(Math.abs(decisionsOf(ends ?? zeroCounters) / 2_500 - 1)).toBeLessThan(0.08);
  });

  test('counters are whole numbers that never fall, and all parts agree with the number of decisions', () => {
    const steps = fc.array(fc.double({ min: 0, max: 3_600, noNaN: true }), { maxLength: 12 });
    const regressions = fc.option(
      fc.record({ image: fc.constant(image), errors: fc.double({ min: 0, max: 500, noNaN: true }), latency: fc.double({ min: 0.01, max: 100, noNaN: true }) }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.integer(), fc.string(), steps, regressions, (seed, uid, spans, regression) => {
        const times = [0];
        for (const span of spans) times.push((times.at(-1) ?? 0) + span);
        const all = follow(times, regression, { seed }, { uid, ready: true });
        for (const [at, counters] of all.entries()) {
          const before = every(all[at - 1] ?? zeroCounters);
          expect(every(counters).every((value, field) => Number.isSafeInteger(value) && value >= (before[field] ?? 0))).toBe(true);
          const decisions = decisionsOf(counters);
          expect(counters.buckets.reduce((sum, count) => sum + count, 0)).toBe(decisions);
          expect(counters.same + counters.different).toBe(decisions);
        }
      }),
    );
  });

  test('a clock that stands still or goes back moves nothing', () => {
    for (const to of [100, 50]) expect(follow([100, to]).at(-1)).toEqual({ ...zeroCounters, step: 1 });
  });

  test('a pod that is not ready decides nothing', () => {
    expect(follow([0, 600], undefined, {}, { ...pod, ready: false }).at(-1)).toEqual({ ...zeroCounters, step: 1 });
  });
});

describe('a healthy agent', () => {
  test('the baseline has 1 to 2 % of its decisions above 100 ms, and 60 % more latency lifts that above 10 %', () => {
    const regressed = { ...baseline.latency, medianSeconds: baseline.latency.medianSeconds * 1.6 };
    expect(shareAbove(baseline.latency, 0.1)).toBeCloseTo(0.0179, 4);
    expect(shareAbove(regressed, 0.1)).toBeCloseTo(0.1231, 4);
  });

  test('the drawn shares keep to the same sides of the limits', () => {
    expect(slowShare(tenMinutes())).toBeLessThan(0.05);
    expect(slowShare(tenMinutes({ image, latency: 1.6 }))).toBeGreaterThan(0.1);
  });

  test('its errors and its divergence are within what the templates call good', () => {
    const counters = tenMinutes();
    expect(counters.errors / decisionsOf(counters)).toBeLessThan(0.01);
    expect(counters.different / decisionsOf(counters)).toBeLessThan(0.005);
    expect([counters.unsafe, counters.emergencyFailures]).toEqual([0, 0]);
  });

  test('its mean latency is that of the distribution', () => {
    const { medianSeconds, sigma } = baseline.latency;
    const counters = tenMinutes();
    expect(counters.latencyMicroseconds / 1e6 / decisionsOf(counters)).toBeCloseTo(medianSeconds * Math.exp(sigma ** 2 / 2), 3);
  });

  test.each([0.0001, 0.01, 1, 1.6, 50, 1e5])('the buckets of %f times the latency sum to one, and their means lie within their bounds', (factor) => {
    const buckets = bucketsOf({ medianSeconds: baseline.latency.medianSeconds * factor, sigma: baseline.latency.sigma });
    expect(buckets.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const [at, { meanSeconds }] of buckets.entries()) {
      expect(meanSeconds).toBeGreaterThanOrEqual(bucketBounds[at - 1] ?? 0);
      expect(meanSeconds).toBeLessThanOrEqual(bucketBounds[at] ?? 0);
      expect(meanSeconds).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });
});

describe('a regression', () => {
  test('of errors multiplies the ratio, so that five times as many fail', () => {
    const counters = tenMinutes({ image, errors: 5 });
    expect(counters.errors / decisionsOf(counters)).toBeGreaterThan(0.02);
  });

  test('of errors without measure turns every decision into an error, and no more', () => {
    const counters = tenMinutes({ image, errors: 1000 });
    expect([counters.ok, counters.errors > 0]).toEqual([0, true]);
  });

  test('of safety counts unsafe actions per thousand decisions', () => {
    const counters = tenMinutes({ image, unsafe: 10 });
    expect(Math.abs(counters.unsafe / decisionsOf(counters) / 0.01 - 1)).toBeLessThan(0.25);
  });

  test('of divergence multiplies the share of different shadow decisions', () => {
    const counters = tenMinutes({ image, divergence: 50 });
    expect(counters.different / decisionsOf(counters)).toBeGreaterThan(0.02);
  });

  test('that silences a pod keeps its counters where they are', () => {
    const [, healthy = zeroCounters] = follow([0, 60]);
    expect(advance(healthy, pod, { from: 60, to: 600 }, options, { image, silent: true })).toEqual({ ...healthy, step: 2 });
  });

  test.each([{ missing: true }, { nan: true }])('of what is shown (%o) does not change what is counted', (shown) => {
    expect(tenMinutes({ image, ...shown })).toEqual(tenMinutes());
  });

  test('meets the pods with its image only; of several the last one counts, field by field', () => {
    const regressions = [
      { image, errors: 5, latency: 2 },
      { image: 'other', silent: true },
      { image: 'r/agent@', errors: 3 },
    ];
    expect(regressionOf(['r/agent@sha256:abcdef', 'r/side:1'], regressions)).toEqual({ image: 'r/agent@', errors: 3, latency: 2 });
    expect(regressionOf(['r/agent@sha256:abcdef'], regressions.slice(1, 2))).toBeUndefined();
    expect(regressionOf([], regressions)).toBeUndefined();
  });

  test.each([
    [{ errors: 5 }],
    [{ image: '' }],
    [{ image, errors: -1 }],
    [{ image, errors: Number.NaN }],
    [{ image, latency: 0 }],
    [{ image, unsafe: 1001 }],
    [{ image, nan: 'yes' }],
    [{ image, sleepy: true }],
  ])('%o is none', (value) => {
    expect(regressionSchema.safeParse(value).success).toBe(false);
  });
});
