import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentSample, Sample } from '#model/observation.ts';
import { failureOf, goodSpells, type Spell, seenSpells } from '#ring/health.ts';
import { indexObservations } from '#ring/observation-index.ts';
import { at, judged, later, look, network } from '../../test/support/stage.ts';
import { RunRecorder } from './run-recorder.ts';

const start = at('00:00');
const seconds = (count: number): string => new Date(Date.parse(start) + count * 1000).toISOString();
const recorded = (looks: readonly Sample[]): RunRecorder => {
  const recorder = new RunRecorder();
  for (const one of looks) recorder.add([one]);
  return recorder;
};
const told = (samples: readonly Sample[]): string[] =>
  samples.map((s) => `${'since' in s && s.since !== undefined ? `${s.since.slice(11, 19)}-` : ''}${s.at.slice(11, 19)}`);

describe('looks that agree', () => {
  test('are the first minute, and one run from there on', () => {
    const looks = [0, 3, 30, 61, 64, 90, 700].map((second) => look('mro', 'se', seconds(second)));
    const recorder = recorded(looks);
    expect(told(recorder.samples)).toEqual(['00:00:00-00:00:30', '00:01:01-00:01:30', '00:11:40']);
    // 8 minutes 30 after the last one is still one run; 9 minutes and a second are not.
    expect(told(recorded([...looks.slice(0, 6), look('mro', 'se', seconds(90 + 510))]).samples)).toEqual(['00:00:00-00:00:30', '00:01:01-00:10:00']);
  });

  test('each line is the next to be written to a log, and a run is told anew each time', () => {
    const recorder = new RunRecorder();
    expect([0, 30, 61, 64].map((second) => told(recorder.add([look('mro', 'se', seconds(second))])))).toEqual([
      ['00:00:00'],
      ['00:00:00-00:00:30'],
      ['00:01:01-00:01:01'],
      ['00:01:01-00:01:04'],
    ]);
  });

  test('a commit that moves on makes no other run, and whatever else differs does', () => {
    const changes: readonly Partial<AgentSample>[] = [
      { health: 'Degraded' },
      { release: null },
      { hasPin: false },
      { message: 'one pod is not ready' },
      { aborted: '1.0.0' },
    ];
    const two = (second: Partial<AgentSample>) =>
      recorded([look('mro', 'se', seconds(0)), look('mro', 'se', seconds(100), second), look('mro', 'se', seconds(200), second)]);
    expect(told(two({ revision: 'b'.repeat(40) }).samples)).toEqual(['00:00:00', '00:01:40-00:03:20']);
    for (const change of changes) expect(told(two(change).samples)).toEqual(['00:00:00', '00:01:40', '00:03:20-00:03:20']);
  });

  test('of other clusters, agents and rings are others', () => {
    const all = (second: number) => [
      look('mro', 'se', seconds(second)),
      look('mlb', 'se', seconds(second)),
      look('mro', 'es', seconds(second)),
      network('se', seconds(second)),
      judged('mro', 'w3', seconds(second)),
    ];
    const recorder = recorded([...all(0), ...all(100), ...all(200)]);
    expect(recorder.samples.filter(({ kind }) => kind === 'fleet').length).toBe(3);
    expect(recorder.samples.length).toBe(3 + 4 * 2);
  });

  test('go on after a restart as if there had been none', () => {
    const looks = [0, 61, 90, 120, 180].map((second) => look('mro', 'se', seconds(second)));
    const first = recorded(looks.slice(0, 3));
    const second = new RunRecorder(JSON.parse(JSON.stringify(first.samples)));
    for (const one of looks.slice(3)) second.add([one]);
    expect(second.samples).toEqual(recorded(looks).samples);
  });
});

test('a week of looks each three seconds is some lines, and the log is written anew before it is long', () => {
  const recorder = new RunRecorder();
  let lines = 0;
  for (let second = 0; second < 7 * 86_400; second += 30) {
    const health = Math.floor(second / 86_400) % 2 === 0 ? 'Healthy' : 'Progressing';
    lines += recorder.add([look('mro', 'se', seconds(second), { health })]).length;
    if (!recorder.isBloated) continue;
    expect(lines).toBeLessThan(5_100);
    recorder.compact(later(start, 60 * 24 * 3));
    lines = recorder.samples.length;
  }
  expect(recorder.samples.length).toBeLessThan(20);
});

const states: readonly Partial<AgentSample>[] = [
  {},
  {},
  {},
  { health: 'Degraded' },
  { release: null, health: 'Progressing' },
  { sync: 'Unknown', health: 'Unknown', release: null },
  { aborted: '1.0.0', health: 'Degraded' },
  { sync: 'OutOfSync', hasPin: false },
];
const looksOf = fc
  .array(fc.tuple(fc.constantFrom(3, 20, 59, 60, 100, 300, 539, 541, 700), fc.constantFrom(...states), fc.integer({ min: 1, max: 6 })), {
    minLength: 1,
    maxLength: 25,
  })
  .map((parts) => {
    const looks = parts.flatMap(([pace, state, times]) => Array.from({ length: times }, () => ({ pace, state })));
    let second = 0;
    return looks.map(({ pace, state }) => {
      second += pace;
      return look('mro', 'se', seconds(second), state);
    });
  });

test('runs say of every moment what all looks together say', () => {
  const until = (spells: readonly Spell[], clock: number): Spell[] =>
    spells.filter(({ from }) => from <= clock).map(({ from, to }) => ({ from, to: Math.min(to, clock) }));
  fc.assert(
    fc.property(looksOf, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (looks, part, pinned) => {
      const runs = recorded(looks).samples;
      const last = Date.parse(looks.at(-1)?.at ?? start) - Date.parse(start);
      const clock = Date.parse(start) + Math.round(last * part);
      const instant = new Date(clock).toISOString();
      const [all, few] = [looks, runs].map((samples) => indexObservations({ simulated: false, samples }, instant).agent('mro', 'se')) as [
        AgentSample[],
        AgentSample[],
      ];
      expect(until(goodSpells(few, '1.0.0'), clock)).toEqual(until(goodSpells(all, '1.0.0'), clock));
      expect(until(seenSpells(few), clock)).toEqual(until(seenSpells(all), clock));
      const suspect = { release: '1.0.0', pinnedAt: Date.parse(start) + Math.round(last * pinned * part), isVerified: false };
      expect(failureOf(few, suspect, clock)?.code).toBe(failureOf(all, suspect, clock)?.code);
    }),
    { numRuns: 2_000 },
  );
});
