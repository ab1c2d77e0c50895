import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecording, replayRecording } from '#cli/replay.ts';
import type { RecordedTrace } from '#model/recorded-trace.ts';
import { repository } from '../support/policy-cases.ts';
import { renderFleet } from '../support/rendered-fleet.ts';

const folder = path.join(repository, 'test/fixtures/rollout-traces');
const recordings = readdirSync(folder).filter((name) => /^(good|bad|blind)-/.test(name));

const play = async (recorded: RecordedTrace) => {
  const { roots } = await renderFleet((root) => root === `agents/${recorded.agent}/rings/w3/region`);
  return replayRecording(roots[0]?.objects ?? [], recorded);
};

describe('recordings of agents on the real controller', () => {
  test('there are nine', () => {
    expect(recordings).toHaveLength(9);
  });

  test.each(recordings)('%s goes the same way in the rehearsal', async (name) => {
    const { differences, moments } = await play(readRecording(path.join(folder, name)));
    expect(differences).toEqual([]);
    expect(moments).toBeGreaterThan(1);
  });

  test('a recording that ends otherwise is told apart', async () => {
    const recorded = readRecording(path.join(folder, 'bad-errors-cco-optimizer.json'));
    const healthy = { ...recorded, measurements: {} };
    const { differences } = await play(healthy);
    expect(differences).toContain('the recording has Degraded, aborted, step 0 at 50.76 s, the rehearsal has not');
    expect(differences).toContain('ends with stable stable, the rehearsal with canary');
  });

  test('a wait that is much longer is told apart', async () => {
    const recorded = readRecording(path.join(folder, 'good-mro-optimizer.json'));
    const late = { ...recorded, events: recorded.events.map((event, at) => (at < 10 ? event : { ...event, seconds: event.seconds + 30 })) };
    expect((await play(late)).differences).toEqual([expect.stringMatching(/comes (29|3\d)\.\d s apart/)]);
  });

  test('a file that is no recording is refused with its place', () => {
    expect(() => readRecording(path.join(folder, 'hazard-3-weight-after-abort.json'))).toThrow(/measurements|steps|agent/);
    expect(() => readRecording('no-such-file.json')).toThrow(/can not be read/);
  });
});
