import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstStep,
  mostCareful,
  nextStep,
  type PodView,
  type QuorumRule,
  quorumOf,
  readyPods,
  type StatefulView,
  type Step,
  type StepOptions,
} from './partition.ts';

const byzantine: QuorumRule = { kind: 'byzantine', tolerated: 1 };
const majority: QuorumRule = { kind: 'majority' };
const none: QuorumRule = { kind: 'none' };

const at: StepOptions = { nowMs: 100_000, minReadyMs: 30_000, stepStartedAtMs: 90_000, stepDeadlineMs: 300_000 };
const late: StepOptions = { ...at, stepStartedAtMs: at.nowMs - at.stepDeadlineMs };

const pod = (ordinal: number, revision: string, changes: Partial<PodView> = {}): PodView => ({
  name: `agent-${ordinal}`,
  ordinal,
  revision,
  ready: true,
  readySince: 60_000,
  ...changes,
});

/** Four pods of which the last runs the new revision, all of them proven. */
const view = (changes: Partial<StatefulView> = {}): StatefulView => ({
  replicas: 4,
  partition: 3,
  currentRevision: 'old',
  updateRevision: 'new',
  observedGeneration: 2,
  generation: 2,
  pods: [pod(0, 'old'), pod(1, 'old'), pod(2, 'old'), pod(3, 'new')],
  ...changes,
});

const withPod = (ordinal: number, changes: Partial<PodView>): StatefulView =>
  view({ pods: view().pods.map((p) => (p.ordinal === ordinal ? { ...p, ...changes } : p)) });
const rest = (changes: Partial<StatefulView> = {}): StatefulView =>
  view({ partition: 0, updateRevision: 'old', pods: [0, 1, 2, 3].map((i) => pod(i, 'old')), ...changes });
const reasonOf = (step: Step): string => ('reason' in step ? step.reason : '');

test.each([
  [byzantine, 4, 3],
  [byzantine, 5, 4],
  [byzantine, 3, 3],
  [{ kind: 'byzantine', tolerated: 2 } as const, 7, 5],
  [majority, 1, 1],
  [majority, 3, 2],
  [majority, 4, 3],
  [none, 3, 0],
])('the quorum of %o among %i is %i', (rule, replicas, quorum) => {
  expect(quorumOf(rule, replicas)).toBe(quorum);
});

test('a proven step is followed by the next pod, and the last one by the end', () => {
  expect(nextStep(view(), byzantine, at)).toEqual({ action: 'advance', partition: 2 });
  expect(nextStep(view({ partition: 0, pods: [0, 1, 2, 3].map((i) => pod(i, 'new')) }), byzantine, at)).toEqual({ action: 'finish' });
});

test('a partition above the replicas, as in the smaller of two clusters, touches no pod and is followed by the one below', () => {
  expect(nextStep(rest({ partition: 6, updateRevision: 'new' }), byzantine, at)).toEqual({ action: 'advance', partition: 5 });
});

const gaps: [string, StatefulView, RegExp][] = [
  ['a pod that was not seen', view({ pods: view().pods.slice(0, 3) }), /ordinal 3 was not seen/],
  ['a pod stated twice', view({ pods: [...view().pods, pod(3, 'new')] }), /5 pods were seen instead of 4/],
  ['a pod beyond the replicas', view({ pods: [...view().pods, pod(4, 'new')] }), /5 pods/],
  ['an unknown revision', withPod(3, { revision: '' }), /agent-3 runs an unknown revision/],
  ['an updated pod with the old revision', withPod(3, { revision: 'old' }), /runs old instead of new/],
  ['a pod below the partition with the new revision', withPod(2, { revision: 'new' }), /runs new instead of old/],
  ['an unready pod that was updated', withPod(3, { ready: false }), /agent-3 is not ready$/],
  ['an unready pod that was not updated', withPod(0, { ready: false }), /agent-0 is not ready$/],
  ['a pod ready too short', withPod(3, { readySince: 70_001 }), /not ready for 30 s yet/],
  ['a pod ready in the future', withPod(3, { readySince: 170_000 }), /not ready for 30 s yet/],
  ['a controller that is behind', view({ observedGeneration: 1 }), /newest generation/],
  ['a generation that is not known', view({ generation: Number.NaN }), /newest generation/],
  ['an update revision that is not known', view({ updateRevision: '' }), /update revision is not known/],
  ['a current revision that is not known', view({ currentRevision: '' }), /current revision is not known/],
  ['a partition that is not known', view({ partition: Number.NaN }), /partition is not known/],
];

test.each(gaps)('%s is waited for until the deadline, then the update goes back', (_name, seen, reason) => {
  expect(nextStep(seen, byzantine, at)).toEqual({ action: 'wait', reason: expect.stringMatching(reason) });
  expect(nextStep(seen, byzantine, { ...late })).toEqual({ action: 'go-back', reason: expect.stringMatching(/deadline of 300 s is over/) });
  expect(firstStep(seen, byzantine, at).action).toBe('wait');
  expect(firstStep(seen, byzantine, late).action).toBe('refuse');
});

test('a Ready pod that does not state since when is not proven', () => {
  const { readySince: _, ...unknown } = pod(3, 'new');
  expect(reasonOf(nextStep(view({ pods: [...view().pods.slice(0, 3), unknown] }), byzantine, at))).toMatch(/nothing states since when agent-3 is ready/);
});

test('fewer ready pods than the quorum end the update at once', () => {
  const seen = view({ name: 'prd-region-se-01', pods: view().pods.map((p) => ({ ...p, ready: p.ordinal < 2 })) });
  expect(nextStep(seen, byzantine, at)).toEqual({ action: 'go-back', reason: 'prd-region-se-01: 2 of 4 pods are ready, fewer than the quorum of 3' });
});

test('what Git asks for must be live, and where the partition can not tell, another revision must be', () => {
  expect(reasonOf(nextStep(view(), byzantine, { ...at, published: { partition: 2 } }))).toBe('the live partition is 3, Git asks for 2');
  expect(reasonOf(nextStep(rest(), byzantine, { ...at, published: { partition: 0, formerRevision: 'old' } }))).toMatch(
    /still asks for the former revision old/,
  );
  expect(nextStep(view(), byzantine, { ...at, published: { partition: 3, formerRevision: 'old' } })).toEqual({ action: 'advance', partition: 2 });
});

test.each<[string, StatefulView, QuorumRule, StepOptions]>([
  ['three replicas for one Byzantine fault', rest({ replicas: 3 }), byzantine, at],
  ['a tolerated number that is none', rest(), { kind: 'byzantine', tolerated: Number.NaN }, at],
  ['no tolerated fault', rest(), { kind: 'byzantine', tolerated: 0 }, at],
  ['a majority of two', rest({ replicas: 2 }), majority, at],
  ['a majority of one', rest({ replicas: 1 }), majority, at],
  ['no replicas', rest({ replicas: 0 }), none, at],
  ['unknown replicas', rest({ replicas: Number.NaN }), none, at],
  ['a deadline that is no number', rest(), none, { ...at, stepDeadlineMs: Number.NaN }],
  ['a deadline shorter than the time to be ready', rest(), none, { ...at, minReadyMs: 300_000 }],
])('%s is refused', (_name, seen, rule, options) => {
  expect(firstStep(seen, rule, options).action).toBe('refuse');
  expect(nextStep(seen, rule, options).action).toBe('refuse');
});

test('an update begins with one pod of an agent at rest, and not during another update', () => {
  expect(firstStep(rest(), byzantine, at)).toEqual({ action: 'advance', partition: 3 });
  expect(firstStep(view(), byzantine, at)).toEqual({ action: 'wait', reason: 'another update is under way' });
});

describe('of several StatefulSets', () => {
  const wait: Step = { action: 'wait', reason: 'a' };
  const back: Step = { action: 'go-back', reason: 'b' };

  test('the most careful step counts', () => {
    expect(mostCareful([{ action: 'finish' }, wait, back], at)).toBe(back);
    expect(mostCareful([{ action: 'advance', partition: 1 }, wait], at)).toBe(wait);
    expect(mostCareful([{ action: 'advance', partition: 1 }, { action: 'advance', partition: 3 }, { action: 'finish' }], at)).toEqual({
      action: 'advance',
      partition: 3,
    });
  });

  test('none seen prove nothing', () => {
    expect(mostCareful([], at)).toEqual({ action: 'wait', reason: 'no StatefulSet was seen' });
    expect(mostCareful([], late).action).toBe('go-back');
  });
});

const anyPod = fc.record({
  name: fc.constant('agent-x'),
  ordinal: fc.integer({ min: 0, max: 5 }),
  revision: fc.constantFrom('old', 'new', ''),
  ready: fc.boolean(),
  readySince: fc.integer({ min: 0, max: 120_000 }),
});

test('whatever is seen, a step goes on only from full evidence', () => {
  const views = fc.record({
    replicas: fc.integer({ min: 0, max: 5 }),
    partition: fc.integer({ min: 0, max: 5 }),
    currentRevision: fc.constantFrom('old', ''),
    updateRevision: fc.constantFrom('new', 'old', ''),
    observedGeneration: fc.integer({ min: 1, max: 2 }),
    generation: fc.integer({ min: 1, max: 2 }),
    pods: fc.array(anyPod, { maxLength: 6 }),
  });
  const proven = views.map((v) => ({
    ...v,
    pods: Array.from({ length: v.replicas }, (_, i) => v.pods[i % 2 === 0 ? i : 99] ?? pod(i, i >= v.partition ? v.updateRevision : v.currentRevision)),
  }));
  fc.assert(
    fc.property(fc.oneof(views, proven), fc.constantFrom(byzantine, majority, none), (seen, rule) => {
      const step = nextStep(seen, rule, at);
      if (step.action !== 'advance' && step.action !== 'finish') return;
      expect(readyPods(seen)).toBe(seen.replicas);
      expect(seen.replicas - 1).toBeGreaterThanOrEqual(quorumOf(rule, seen.replicas));
      expect(seen.observedGeneration).toBeGreaterThanOrEqual(seen.generation);
      for (const p of seen.pods) {
        expect(p.revision).toBe(p.ordinal >= seen.partition ? seen.updateRevision : seen.currentRevision);
        expect(at.nowMs - (p.readySince ?? Number.NaN)).toBeGreaterThanOrEqual(at.minReadyMs);
      }
      expect(step).toEqual(seen.partition === 0 ? { action: 'finish' } : { action: 'advance', partition: seen.partition - 1 });
    }),
    { numRuns: 2000 },
  );
});
