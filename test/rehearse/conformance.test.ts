import { describe, expect, test } from 'vitest';
import { compareStreams } from '../support/conformance/compare.ts';
import { readRecordings, toleranceSeconds } from '../support/conformance/recordings.ts';
import { runSimulated } from '../support/conformance/run-simulated.ts';

const recordings = readRecordings();

describe('the simulator and what the real controller did', () => {
  test.each(recordings.map((r) => [r.scenario.name, r] as const))(
    '%s: phases, steps, weights, pods and runs come in the same order',
    (_name, { scenario, startAt, streams }) => {
      const { differences, compared } = compareStreams(streams, runSimulated(scenario, startAt), toleranceSeconds);
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(5);
    },
  );

  test('at least 40 scenarios were recorded, of many kinds', () => {
    const kinds = new Set(recordings.flatMap(({ scenario }) => scenario.events.map((event) => event.kind)));
    expect(recordings.length).toBeGreaterThanOrEqual(40);
    expect([...kinds].sort()).toEqual([
      'abort',
      'pause',
      'podsReady',
      'podsUnready',
      'promote',
      'promoteFull',
      'release',
      'replicas',
      'resume',
      'retry',
      'steps',
    ]);
  });

  test('a simulator that lost one of the steps would be noticed', () => {
    const [first] = recordings.filter(({ scenario }) => scenario.steps.length > 2 && scenario.events.length === 1);
    if (first === undefined) throw new Error('there is no such recording');
    const { scenario, startAt, streams } = first;
    const shorter = { ...scenario, steps: scenario.steps.slice(1) };
    expect(compareStreams(streams, runSimulated(shorter, startAt), toleranceSeconds).differences).not.toEqual([]);
  });
});
