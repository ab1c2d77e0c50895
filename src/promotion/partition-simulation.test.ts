import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReadinessFault, SimulatedSet } from '../../test/support/simulated-set.ts';
import { nextStep, type QuorumRule, quorumOf, type Step } from './partition.ts';

const byzantine: QuorumRule = { kind: 'byzantine', tolerated: 1 };
const majority: QuorumRule = { kind: 'majority' };
const none: QuorumRule = { kind: 'none' };

const faults = (replicas: number): fc.Arbitrary<ReadinessFault[]> =>
  fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 300_000 }),
      forMs: fc.oneof(fc.integer({ min: 1000, max: 60_000 }), fc.constant(1e9)),
      ordinal: fc.nat(replicas - 1),
    }),
    { maxLength: 3 },
  );

const worlds = fc
  .constantFrom<[number, QuorumRule]>([4, byzantine], [7, { kind: 'byzantine', tolerated: 2 }], [3, majority], [5, majority], [1, none], [2, none])
  .chain(([replicas, rule]) =>
    fc.record({
      rule: fc.constant(rule),
      settings: fc.record({
        replicas: fc.constant(replicas),
        policy: fc.constantFrom('OrderedReady' as const, 'Parallel' as const),
        syncMs: fc.integer({ min: 0, max: 40_000 }),
        controllerMs: fc.integer({ min: 1000, max: 20_000 }),
        startMs: fc.integer({ min: 1000, max: 40_000 }),
        minReadyMs: fc.constantFrom(0, 10_000),
        faults: faults(replicas),
      }),
      brokenOrdinals: fc.option(fc.array(fc.nat(replicas - 1), { maxLength: 2 }), { nil: undefined }),
    }),
  );

/** Drives an update by nextStep alone; returns how it ended. */
const drive = (set: SimulatedSet, replicas: number, rule: QuorumRule): Step['action'] => {
  let partition = replicas - 1;
  let stepStartedAtMs = set.nowMs;
  set.commit('new', partition);
  for (let polls = 0; polls < 2000; polls++) {
    set.advance(2000);
    const seen = set.view();
    const published = { partition, ...(replicas === 1 ? { formerRevision: 'old' } : {}) };
    const step = nextStep(seen, rule, { nowMs: set.nowMs, minReadyMs: 10_000, stepStartedAtMs, stepDeadlineMs: 180_000, published });
    if (step.action === 'wait') continue;
    if (step.action !== 'advance') return step.action;
    expect(seen.pods.filter((p) => p.ready).length).toBe(replicas);
    expect(step.partition).toBe(partition - 1);
    partition = step.partition;
    stepStartedAtMs = set.nowMs;
    set.commit('new', partition);
  }
  throw new Error('it did not end');
};

test('driven by nextStep to the end, the update alone never takes more than one pod, nor the quorum', () => {
  const ends = new Map<string, number>();
  fc.assert(
    fc.property(worlds, ({ rule, settings, brokenOrdinals }) => {
      const set = new SimulatedSet('old', { ...settings, ...(brokenOrdinals ? { broken: { release: 'new', ordinals: brokenOrdinals } } : {}) });
      const quorum = quorumOf(rule, settings.replicas);
      set.onTick = () => {
        expect(set.downByUpdate).toBeLessThanOrEqual(1);
        expect(settings.replicas - set.downByUpdate).toBeGreaterThanOrEqual(quorum);
      };
      const end = drive(set, settings.replicas, rule);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (end === 'finish') expect(new Set(set.revisions)).toEqual(new Set(['new']));
    }),
    { numRuns: 400 },
  );
  expect([...ends.keys()].sort()).toEqual(['finish', 'go-back']);
  expect(Math.min(...ends.values())).toBeGreaterThan(20);
});
