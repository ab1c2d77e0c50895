import { describe, expect, test } from 'vitest';
import type { AgentSample } from '#model/observation.ts';
import { smallFleet } from '../../test/support/small-fleet.ts';
import { liveRemarks } from './live.ts';

const fleet = smallFleet();
const at = '2026-06-10T03:00:00.000Z';
const hoursBefore = (hours: number): string => new Date(Date.parse(at) - hours * 3_600_000).toISOString();

const look = (agent: string, cluster: string, changes: Partial<AgentSample> = {}): AgentSample => ({
  kind: 'agent',
  at: hoursBefore(1),
  cluster,
  agent,
  revision: null,
  hasPin: true,
  sync: 'Synced',
  health: 'Healthy',
  release: '1.0.0',
  aborted: null,
  analysis: null,
  ...changes,
});

/** Every place where an agent of the small fleet runs; a vendor adapter only where its vendor is, a hub only what is placed on hubs. */
const places = [
  ['mro-optimizer', 'dev-region-01'],
  ['mro-optimizer', 'prd-region-se-01'],
  ['mro-optimizer', 'prd-region-se-02'],
  ['queen-coordinator', 'dev-region-01'],
  ['queen-coordinator', 'dev-hub-01'],
  ['queen-coordinator', 'prd-hub-se-01'],
  ['queen-coordinator', 'prd-region-se-01'],
  ['queen-coordinator', 'prd-region-se-02'],
  ['nokia-adapter', 'prd-region-se-02'],
] as const;

const told = (samples: readonly AgentSample[], changedAt: Readonly<Record<string, string>> = {}) =>
  liveRemarks({ fleet, observations: { simulated: false, samples }, changedAt: new Map(Object.entries(changedAt)), at }).map(
    ({ code, effect, agent, message }) => [code, effect, agent, message],
  );

const all = places.map(([agent, cluster]) => look(agent, cluster));
const without = (agent: string, cluster: string) => all.filter((s) => s.agent !== agent || s.cluster !== cluster);

describe('what the clusters run', () => {
  test('is nothing to remark on where it is what the pins say', () => {
    expect(told(all)).toEqual([]);
  });

  test('that is another release is denied, with the clusters', () => {
    const samples = [...without('mro-optimizer', 'prd-region-se-01'), look('mro-optimizer', 'prd-region-se-01', { release: '0.9.0' })];
    expect(told(samples)).toEqual([['nightly.live_differs', 'deny', 'mro-optimizer', 'w3 pins 1.0.0; prd-region-se-01 runs 0.9.0']]);
  });

  test('that is no release in one piece is denied', () => {
    const samples = [...without('nokia-adapter', 'prd-region-se-02'), look('nokia-adapter', 'prd-region-se-02', { release: null })];
    expect(told(samples)).toEqual([['nightly.live_differs', 'deny', 'nokia-adapter', 'w3 pins 1.0.0; prd-region-se-02 runs no release in one piece']]);
  });

  test('is the last look, whatever the order of the log, and nothing after the clock', () => {
    const old = look('mro-optimizer', 'prd-region-se-01', { at: hoursBefore(9), release: '0.9.0' });
    const later = look('mro-optimizer', 'prd-region-se-01', { at: hoursBefore(-1), release: '2.0.0' });
    expect(told([...all, old, later])).toEqual([]);
    expect(told([later, old, ...all])).toEqual([]);
  });

  test.each([
    ['nobody ever saw', without('mro-optimizer', 'prd-region-se-02')],
    ['nobody saw for a day', [...without('mro-optimizer', 'prd-region-se-02'), look('mro-optimizer', 'prd-region-se-02', { at: hoursBefore(25) })]],
  ])('that %s is undecided, never well', (_, samples) => {
    expect(told(samples)).toEqual([['nightly.live_unseen', 'undecided', 'mro-optimizer', 'what prd-region-se-02 of w3 runs was not seen for 24 hours']]);
  });

  test('may differ on the day on which the pin changed', () => {
    const samples = [...without('mro-optimizer', 'prd-region-se-01'), look('mro-optimizer', 'prd-region-se-01', { release: '0.9.0' })];
    const file = 'agents/mro-optimizer/rings/w3/pin/kustomization.yaml';
    expect(told(samples, { [file]: hoursBefore(2) })).toEqual([]);
    expect(told(samples, { [file]: hoursBefore(30) })).toHaveLength(1);
  });

  test.each([
    ['an empty log', []],
    ['a log that ended', places.map(([agent, cluster]) => look(agent, cluster, { at: hoursBefore(25) }))],
  ])('of %s is one thing, and undecided', (_, samples) => {
    expect(told(samples)).toEqual([['nightly.live_unseen', 'undecided', null, 'no cluster was seen for 24 hours']]);
  });
});
