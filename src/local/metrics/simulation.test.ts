import { expect, test } from 'vitest';
import { baseline } from './model.ts';
import { type Pod, readPod } from './pod.ts';
import { openSettings } from './settings.ts';
import { createSimulation } from './simulation.ts';

const podOf = (uid: string): Pod =>
  readPod({
    metadata: { namespace: 'agent-a', name: uid, uid },
    spec: { containers: [{ name: 'agent', image: 'registry.example/agent@sha256:bad' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }) as Pod;

const start = () => {
  const pods = new Map([['a', podOf('a')]]);
  const clock = { seconds: 1_000 };
  const simulation = createSimulation({
    source: { pods: () => pods, synced: () => true },
    store: openSettings(),
    model: { seed: 1, decisionsPerSecond: 10, timeScale: 1, baseline },
    now: () => clock.seconds,
  });
  const after = (seconds: number, uid = 'a') => {
    clock.seconds += seconds;
    return simulation.advanceToNow().find(({ pod }) => pod.uid === uid);
  };
  return { pods, simulation, clock, after };
};

test('a pod shows zeros when it is first seen, however long the process runs, and counts from then on', () => {
  const { pods, after } = start();
  expect(after(500)?.counters.ok).toBe(0);
  expect(after(60)?.counters.ok).toBeGreaterThan(400);
  pods.set('b', podOf('b'));
  expect(after(60, 'b')?.counters.ok).toBe(0);
});

test('a pod that is deleted is forgotten', () => {
  const { pods, after } = start();
  after(0);
  after(60);
  pods.delete('a');
  expect(after(60)).toBeUndefined();
  pods.set('a', podOf('a'));
  expect(after(60)?.counters.ok).toBe(0);
});

test('a regression holds for the time after it was set, and counters never jump back', () => {
  const { simulation, clock, after } = start();
  after(0);
  clock.seconds += 100;
  simulation.change({ regressions: [{ image: 'sha256:bad', errors: 1e6 }] });
  const before = after(0)?.counters;
  expect(before?.ok).toBeGreaterThan(800);
  const bad = after(100)?.counters;
  expect(bad?.ok).toBe(before?.ok);
  expect(bad?.errors).toBeGreaterThan(800);
  simulation.change({ regressions: [] });
  const mended = after(100)?.counters;
  expect(mended?.ok).toBeGreaterThan((bad?.ok ?? 0) + 800);
  expect(mended?.errors).toBeGreaterThanOrEqual(bad?.errors ?? 0);
});

test('setting the load leaves the regressions', () => {
  const { simulation } = start();
  simulation.change({ regressions: [{ image: 'x', nan: true }] });
  simulation.change({ load: [{ namespace: 'agent-a', cpuUtilisation: 2 }] });
  expect(simulation.settings()).toEqual({ regressions: [{ image: 'x', nan: true }], load: [{ namespace: 'agent-a', cpuUtilisation: 2 }] });
});
