import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimulatedSet, type SimulationSettings } from '../../test/support/simulated-set.ts';
import { drivePartition, type PartitionEvent, type PartitionPlan, type PartitionPorts, type PartitionResult, type PinChange } from './drive-partition.ts';
import type { StatefulView } from './partition.ts';

interface World {
  readonly sets: readonly SimulatedSet[];
  readonly changes: PinChange[];
  readonly events: PartitionEvent[];
  readonly ports: PartitionPorts;
}

/** Clusters that follow one pin, in one virtual time. */
const world = (settings: readonly SimulationSettings[], changes: Partial<PartitionPorts> = {}): World => {
  const sets = settings.map((s) => new SimulatedSet('1.0.0', s));
  const [first] = sets;
  const published: PinChange[] = [];
  const events: PartitionEvent[] = [];
  const ports: PartitionPorts = {
    publish: async (change) => {
      published.push(change);
      for (const set of sets) set.commit(change.release, change.partition ?? 0);
      return `commit-${published.length}`;
    },
    view: async () => (sets.length === 1 ? (first as SimulatedSet).view() : sets.map((set) => set.view())),
    now: () => first?.nowMs ?? 0,
    pause: async (ms) => {
      for (const set of sets) set.advance(ms);
    },
    onEvent: (event) => events.push(event),
    ...changes,
  };
  return { sets, changes: published, events, ports };
};

const plan: PartitionPlan = {
  agent: 'byzantine-coordinator',
  from: '1.0.0',
  to: '1.1.0',
  rule: { kind: 'byzantine', tolerated: 1 },
  minReadyMs: 10_000,
  stepDeadlineMs: 120_000,
  pollMs: 2000,
};

const partitions = (result: PartitionResult): number[] => result.steps.map((s) => s.partition);
const pins = (changes: readonly PinChange[]): string[] => changes.map((c) => `${c.release} ${c.partition ?? '-'}`);
const revisionsOf = (w: World): string[] => (w.sets[0] as SimulatedSet).revisions;

test('a good release reaches all pods, one commit for each and one that removes the patch', async () => {
  const w = world([{ replicas: 4 }]);
  const result = await drivePartition(plan, w.ports);
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.1.0 2', '1.1.0 1', '1.1.0 0', '1.1.0 -']);
  expect(result).toMatchObject({ outcome: 'finished', minReadyPods: 3, lastCommit: 'commit-5' });
  expect(result.steps.map((s) => s.commit)).toEqual(['commit-1', 'commit-2', 'commit-3', 'commit-4']);
  for (const step of result.steps) expect((step.readyAt ?? 0) - step.startedAt).toBeGreaterThanOrEqual(plan.minReadyMs);
  expect(revisionsOf(w)).toEqual(['1.1.0', '1.1.0', '1.1.0', '1.1.0']);
});

test('a release that never gets ready goes back with one commit and says which pod stays stuck', async () => {
  const w = world([{ replicas: 4, broken: { release: '1.1.0' } }]);
  const result = await drivePartition(plan, w.ports);
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.0.0 -']);
  expect(result).toMatchObject({ outcome: 'went-back', minReadyPods: 3, restored: { complete: false } });
  expect(result.reason).toMatch(/agent-3 .*deadline of 120 s is over/);
  expect(result.restored?.note).toMatch(/not restored: agent-3; .*OrderedReady/);
  w.sets[0]?.deletePod(3);
  w.sets[0]?.advance(30_000);
  expect(revisionsOf(w)).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
});

test('a driver that may delete pods frees the stuck one and takes no other', async () => {
  const deleted: string[] = [];
  const w: World = world([{ replicas: 4, broken: { release: '1.1.0', ordinals: [2] } }], {
    replacePod: async (name) => {
      deleted.push(name);
      if (deleted.length === 1) throw new Error('403');
      w.sets[0]?.deletePod(Number(name.slice(-1)));
    },
  });
  const result = await drivePartition(plan, w.ports);
  expect(result).toMatchObject({ outcome: 'went-back', minReadyPods: 3, restored: { complete: true } });
  expect(deleted).toEqual(['agent-2', 'agent-2']);
  expect(w.events).toContainEqual({ type: 'blind', message: 'agent-2 could not be deleted: 403' });
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.1.0 2', '1.0.0 -']);
});

test('with parallel pod management the same commit restores the stuck pod too', async () => {
  const w = world([{ replicas: 4, policy: 'Parallel', broken: { release: '1.1.0' } }]);
  const result = await drivePartition(plan, w.ports);
  expect(result).toMatchObject({ outcome: 'went-back', restored: { complete: true, note: 'one commit restored all updated pods to 1.0.0' } });
  expect(revisionsOf(w)).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
});

test('a bad metric in the third step restores all three updated pods with one commit', async () => {
  const w: World = world([{ replicas: 4 }], { judge: async () => (w.changes.length >= 3 && revisionsOf(w)[1] === '1.1.0' ? 'bad' : 'good') });
  const result = await drivePartition(plan, w.ports);
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.1.0 2', '1.1.0 1', '1.0.0 -']);
  expect(result).toMatchObject({ outcome: 'went-back', reason: 'the error metric of the agent is bad', minReadyPods: 3, restored: { complete: true } });
  expect(revisionsOf(w)).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
  expect(result.steps.at(-1)).not.toHaveProperty('readyAt');
});

test.each<[string, PartitionPorts['judge']]>([
  ['says nothing', async () => 'unknown'],
  ['can not be read', () => Promise.reject(new Error('503'))],
])('a metric that %s lets no step go on', async (_name, judge) => {
  const w: World = world([{ replicas: 4 }], { judge: async () => (w.changes.length === 0 ? 'good' : ((await judge?.()) ?? 'unknown')) });
  const result = await drivePartition(plan, w.ports);
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.0.0 -']);
  expect(result).toMatchObject({ outcome: 'went-back', reason: expect.stringMatching(/metric of the agent says nothing/), restored: { complete: true } });
});

test('nothing is published for an agent whose metric is bad already', async () => {
  const w = world([{ replicas: 4 }], { judge: async () => 'bad' });
  expect(await drivePartition(plan, w.ports)).toMatchObject({ outcome: 'refused', steps: [], reason: 'the error metric of the agent is bad' });
  expect(w.changes).toEqual([]);
});

test('nothing is published for a group that is too small, never at rest or never seen', async () => {
  const small = world([{ replicas: 3 }]);
  expect(await drivePartition(plan, small.ports)).toMatchObject({
    outcome: 'refused',
    minReadyPods: 3,
    reason: expect.stringMatching(/3 replicas can not tolerate 1/),
  });
  const down = world([{ replicas: 4, faults: [{ atMs: 0, forMs: 1e9, ordinal: 2 }] }]);
  down.sets[0]?.advance(1000);
  expect(await drivePartition(plan, down.ports)).toMatchObject({ outcome: 'refused', minReadyPods: 3, reason: 'agent-2 is not ready' });
  const blind = world([{ replicas: 4 }], { view: () => Promise.reject(new Error('connection refused')) });
  expect(await drivePartition(plan, blind.ports)).toMatchObject({ outcome: 'refused', minReadyPods: 0, steps: [] });
  expect([...small.changes, ...down.changes, ...blind.changes]).toEqual([]);
});

test('a view that is lost for a while is waited for', async () => {
  const w: World = world([{ replicas: 4 }], {
    view: async () => {
      const set = w.sets[0] as SimulatedSet;
      if (set.nowMs > 20_000 && set.nowMs < 60_000) throw new Error('connection refused');
      return set.view();
    },
  });
  expect(await drivePartition(plan, w.ports)).toMatchObject({ outcome: 'finished' });
  expect(w.events).toContainEqual({ type: 'blind', message: 'the StatefulSet could not be read: connection refused' });
});

test('a second pod that falls during a step ends the update at once', async () => {
  const w = world([{ replicas: 4, startMs: 30_000, faults: [{ atMs: 15_000, forMs: 20_000, ordinal: 0 }] }]);
  const result = await drivePartition(plan, w.ports);
  expect(result).toMatchObject({
    outcome: 'went-back',
    minReadyPods: 2,
    reason: '2 of 4 pods are ready, fewer than the quorum of 3',
    restored: { complete: true },
  });
});

test('with one replica the old pod is no proof of the new release', async () => {
  const single: PartitionPlan = { ...plan, agent: 'ml-researcher', rule: { kind: 'none' } };
  const w = world([{ replicas: 1, syncMs: 60_000 }]);
  const result = await drivePartition(single, w.ports);
  expect(result).toMatchObject({ outcome: 'finished', minReadyPods: 0 });
  expect((result.steps[0]?.readyAt ?? 0) - (result.steps[0]?.startedAt ?? 0)).toBeGreaterThanOrEqual(70_000);
  expect(revisionsOf(w)).toEqual(['1.1.0']);
  const never = world([{ replicas: 1, syncMs: 1e9 }]);
  expect(await drivePartition(single, never.ports)).toMatchObject({ outcome: 'went-back', reason: expect.stringMatching(/former revision 1\.0\.0/) });
});

test('clusters of one pin move together, the smaller one later, and the slowest sets the pace', async () => {
  const w = world([{ replicas: 5 }, { replicas: 3, startMs: 20_000 }]);
  const result = await drivePartition({ ...plan, rule: { kind: 'majority' } }, w.ports);
  expect(partitions(result)).toEqual([4, 3, 2, 1, 0]);
  expect(result).toMatchObject({ outcome: 'finished', minReadyPods: 2 });
  expect(w.sets.map((set) => new Set(set.revisions))).toEqual([new Set(['1.1.0']), new Set(['1.1.0'])]);
});

test('a cluster that is no longer seen stops all', async () => {
  const w: World = world([{ replicas: 4 }, { replicas: 4 }], { view: async () => w.sets.slice(0, w.changes.length === 1 ? 1 : 2).map((set) => set.view()) });
  expect(await drivePartition(plan, w.ports)).toMatchObject({ outcome: 'went-back', reason: expect.stringMatching(/1 of 2 StatefulSets were seen/) });
});

test('replicas that are taken away under way send the update back', async () => {
  const w: World = world([{ replicas: 4 }], {
    view: async (): Promise<StatefulView> => ({ ...(w.sets[0] as SimulatedSet).view(), ...(w.changes.length === 1 ? { replicas: 3 } : {}) }),
  });
  expect(await drivePartition(plan, w.ports)).toMatchObject({ outcome: 'went-back', reason: expect.stringMatching(/3 replicas can not tolerate 1/) });
});

test('a step that can not be published goes back, and an end that can not be published is a fault', async () => {
  const w: World = world([{ replicas: 4 }]);
  const publish = w.ports.publish;
  const failing = { ...w.ports, publish: (change: PinChange) => (change.partition === 1 ? Promise.reject(new Error('push rejected')) : publish(change)) };
  expect(await drivePartition(plan, failing)).toMatchObject({
    outcome: 'went-back',
    reason: expect.stringMatching(/partition 1 could not be published: push rejected/),
  });
  expect(pins(w.changes)).toEqual(['1.1.0 3', '1.1.0 2', '1.0.0 -']);
  const stuck = world([{ replicas: 4 }], { publish: () => Promise.reject(new Error('push rejected')) });
  await expect(drivePartition(plan, stuck.ports)).rejects.toMatchObject({ code: 'GATE_PUBLISH_FAILED', fault: 'undecided' });
});

test('whatever happens the driver ends, and each commit lowers the partition by one after all pods were ready', async () => {
  const settings = fc.record({
    replicas: fc.constant(4),
    policy: fc.constantFrom('OrderedReady' as const, 'Parallel' as const),
    syncMs: fc.integer({ min: 0, max: 150_000 }),
    controllerMs: fc.integer({ min: 1000, max: 20_000 }),
    startMs: fc.integer({ min: 1000, max: 60_000 }),
    faults: fc.array(fc.record({ atMs: fc.nat(400_000), forMs: fc.nat(60_000), ordinal: fc.nat(3) }), { maxLength: 2 }),
  });
  const judgements = fc.array(fc.constantFrom('good' as const, 'good' as const, 'good' as const, 'unknown' as const, 'bad' as const), {
    minLength: 1,
    maxLength: 40,
  });
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(settings, judgements, fc.integer({ min: 0, max: 5 }), async (setting, verdicts, isJudged) => {
      let asked = 0;
      const w = world([setting], isJudged === 0 ? { judge: async () => verdicts[asked++ % verdicts.length] ?? 'unknown' } : {});
      const [set] = w.sets as [SimulatedSet];
      set.onTick = () => expect(set.downByUpdate).toBeLessThanOrEqual(1);
      const ports: PartitionPorts = {
        ...w.ports,
        publish: (change) => {
          if (change.release === plan.to) expect(set.readyCount).toBe(4);
          return w.ports.publish(change);
        },
      };
      const result = await drivePartition(plan, ports);
      outcomes.add(result.outcome);
      expect(partitions(result)).toEqual([3, 2, 1, 0].slice(0, result.steps.length));
      expect(result.steps.slice(0, -1).every((s) => s.readyAt !== undefined)).toBe(true);
      if (result.outcome === 'refused') expect(w.changes).toEqual([]);
      else expect(w.changes.at(-1)).not.toHaveProperty('partition');
      if (result.outcome === 'finished') expect(new Set(set.revisions)).toEqual(new Set(['1.1.0']));
      if (result.restored?.complete) expect(new Set(set.revisions)).toEqual(new Set(['1.0.0']));
    }),
    { numRuns: 300 },
  );
  expect(outcomes).toEqual(new Set(['finished', 'went-back', 'refused']));
});
