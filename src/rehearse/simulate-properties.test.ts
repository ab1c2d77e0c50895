import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MeasurementPhase } from '#model/analysis.ts';
import { inline, metricOf, options, release, rolloutOf, routed, templateOf, worldOf } from '../../test/support/rollouts.ts';
import { simulate, simulateOutcome, type Trace } from './simulate.ts';
import type { WorldEvent } from './world.ts';

const phase = fc.constantFrom<MeasurementPhase>('Successful', 'Successful', 'Successful', 'Failed', 'Inconclusive', 'Error');

const step = fc.oneof(
  fc.record({ setWeight: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ pause: fc.record({ duration: fc.integer({ min: 1, max: 300 }) }) }),
  fc.constant(inline('slo')),
);

/** What people and the autoscaler may do at any time; nothing that goes past an analysis. */
const meddling = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: 900 }), kind: fc.constantFrom('abort' as const, 'retry' as const, 'resume' as const) }),
  fc.record({ at: fc.integer({ min: 1, max: 900 }), kind: fc.constant('replicas' as const), replicas: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ at: fc.integer({ min: 1, max: 900 }), kind: fc.constant('release' as const), template: fc.constantFrom('v1', 'v2', 'v3') }),
);

const course = fc.record({
  isRouted: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 8 }),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  answers: fc.array(phase, { minLength: 1, maxLength: 12 }),
  failureLimit: fc.integer({ min: 0, max: 2 }),
  meddling: fc.array(meddling, { maxLength: 5 }),
  seed: fc.integer(),
});

type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

const specOf = ({ isRouted, replicas, steps }: Course) => rolloutOf({ ...(isRouted ? routed : {}), maxSurge: 1, maxUnavailable: 0, steps }, { replicas });
const templatesOf = ({ failureLimit }: Course) => [templateOf('slo', [metricOf('errors', { count: 3, interval: 20, failureLimit })])];
const spread = { rollout: 0.05, analysis: 0.05, sets: 0.05, spread: 3 };

const run = (given: Course, events: readonly WorldEvent[] = given.meddling): Trace => {
  const world = worldOf({ errors: given.answers }, { events: [release, ...[...events].sort((a, b) => a.at - b.at)] });
  return simulate(specOf(given), templatesOf(given), world, { ...options, seed: given.seed, latency: spread, until: 5000 });
};

test('routes only weights that a step names, none, or all', () => {
  fc.assert(
    fc.property(course, (given) => {
      const allowed = new Set([0, 100, ...given.steps.flatMap((one) => ('setWeight' in (one as object) ? [(one as { setWeight: number }).setWeight] : []))]);
      for (const { weight } of run({ ...given, isRouted: true }).events) expect(allowed).toContain(weight?.route);
    }),
    { numRuns: 150 },
  );
});

test('an abort that nobody takes back ends with all work at stable, unless the release had been promoted', () => {
  fc.assert(
    fc.property(course, fc.integer({ min: 1, max: 600 }), (given, at) => {
      const { outcome, events } = run(given, [{ at, kind: 'abort' }]);
      if (outcome === 'promoted') return;
      expect(outcome).toBe('aborted');
      expect(events.at(-1)).toMatchObject({ aborted: true, stable: 'v1', exposure: 0 });
    }),
    { numRuns: 150 },
  );
});

test('promotes only what every analysis of a step has passed', () => {
  fc.assert(
    fc.property(course, (given) => {
      const { outcome, events } = run(given, []);
      if (outcome !== 'promoted') return;
      const wanted = given.steps.filter((one) => 'analysis' in (one as object)).length;
      const passed = new Set(events.flatMap(({ runs }) => runs.filter((one) => one.phase === 'Successful').map(({ step: at }) => at)));
      expect(passed.size).toBe(wanted);
    }),
    { numRuns: 150 },
  );
});

test('tells moments in order, and none after the end', () => {
  fc.assert(
    fc.property(course, (given) => {
      const { events, endedAt } = run(given);
      const times = events.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(endedAt);
    }),
    { numRuns: 150 },
  );
});

test('comes out the same for the same seed', () => {
  fc.assert(
    fc.property(course, (given) => {
      expect(run(given)).toEqual(run(given));
    }),
    { numRuns: 80 },
  );
});

test('without its trace a rehearsal ends alike, and its stretches of exposure lie end to end', () => {
  fc.assert(
    fc.property(course, (given) => {
      const world = () => worldOf({ errors: given.answers });
      const settings = { ...options, seed: given.seed, latency: spread, until: 5000, stop: 'outcome' as const };
      const stretches: [number, number, number][] = [];
      const { events, ...traced } = simulate(specOf(given), templatesOf(given), world(), settings);
      expect(simulateOutcome(specOf(given), templatesOf(given), world(), settings, (...stretch) => stretches.push(stretch))).toEqual(traced);
      expect(events.length).toBeGreaterThan(1);
      let since = 0;
      for (const [share, from, to] of stretches) {
        expect([from, share >= 0 && share <= 1, to > from]).toEqual([since, true, true]);
        since = to;
      }
      expect(since).toBe(traced.endedAt);
    }),
    { numRuns: 100 },
  );
});
