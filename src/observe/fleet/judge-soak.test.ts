import { describe, expect, test } from 'vitest';
import { GateError } from '#model/errors.ts';
import type { Kpi } from '#model/kpi.ts';
import type { FleetSample } from '#model/observation.ts';
import type { FleetMetrics, Soak } from '#model/soak.ts';
import { type Answer, memoryMetrics, spread } from '../../../test/support/memory-metrics.ts';
import { judgeSoak } from './judge-soak.ts';

const hour = 3_600_000;
const since = Date.parse('2027-03-10T00:00:00Z');
const pilot = ['p1', 'p2'];
const control = ['c1', 'c2', 'c3'];
const of = (names: readonly string[]) => names.map((name) => ({ name, vendor: 'ericsson' }));
const soak: Soak = {
  agent: 'mro',
  ring: 'w3',
  release: '1.1.0',
  since,
  until: since + 24 * hour,
  pinnedAt: since - hour,
  pilot: of(pilot),
  control: of(control),
  quorum: 0.95,
  kpis: ['M1'],
};

const m1: Kpi = {
  id: 'M1',
  name: 'handover success',
  formula: 'successes / attempts',
  unit: '%',
  better: 'higher',
  scale: 100,
  ratios: 1,
  floor: 95,
  margin: { limit: 0.5, scale: 'absolute' },
  minAttempts: 1000,
  source: 'a test',
};

const isPilot = (cluster: string): boolean => cluster.startsWith('p');

interface Network {
  readonly errors?: Answer;
  readonly unsafe?: Answer;
  readonly completions?: Answer;
  readonly incident?: Answer;
  readonly handovers?: Answer;
}

/** 10,000 decisions a cycle and cluster, 0.1 % errors, 2 % slow, 97 % of 20,000 handovers: well, unless said otherwise. */
const metrics = (changes: Network = {}): FleetMetrics => {
  const none: Answer = () => 0;
  return memoryMetrics(
    [...pilot, ...control],
    [
      [/outcome="error"/, changes.errors ?? (({ cluster, time }) => 10 + 3 * spread(cluster, time))],
      [/decisions_total/, () => 10_000],
      [/_bucket\{.*le="0\.1"/, () => 9_800],
      [/_count/, () => 10_000],
      [/unsafe_actions/, changes.unsafe ?? none],
      [/emergency_access/, none],
      [/cycle_completions/, changes.completions ?? (() => 1)],
      [/ran_network_incident/, changes.incident ?? none],
      [/ran_kpi_numerator/, changes.handovers ?? (({ cluster, time }) => 19_400 + 20 * spread(cluster, time))],
      [/ran_kpi_denominator/, () => 20_000],
    ],
  );
};

const judged = (changes: Network, after: number, about: Partial<Soak> = {}): Promise<FleetSample | undefined> =>
  judgeSoak({ ...soak, ...about }, { metrics: metrics(changes), kpis: new Map([['M1', m1]]), now: since + after * hour });

const short = async (changes: Network, after = 25, about: Partial<Soak> = {}): Promise<string> => {
  const sample = await judged(changes, after, about);
  return sample === undefined ? 'nothing' : `${sample.phase}: ${sample.reason}`;
};

describe('a release that is no worse', () => {
  test('passes when the soak is over and the counters of the network are in', async () => {
    const sample = await judged({}, 25);
    expect(sample).toMatchObject({ kind: 'fleet', at: '2027-03-11T01:00:00.000Z', agent: 'mro', ring: 'w3', release: '1.1.0', phase: 'Successful' });
    expect(sample?.query.split('\n')).toEqual([
      'sum by (cluster) (increase(ran_agent_decisions_total{namespace="mro"}[900s]))',
      'sum by (cluster) (increase(ran_agent_decisions_total{namespace="mro",outcome="error"}[900s]))',
      'sum by (cluster) (increase(ran_agent_decision_seconds_count{namespace="mro"}[900s]))',
      'sum by (cluster) (increase(ran_agent_decision_seconds_bucket{namespace="mro",le="0.1"}[900s]))',
      'sum by (cluster) (increase(ran_agent_unsafe_actions_total{namespace="mro"}[1200s]))',
      'sum by (cluster) (increase(ran_agent_emergency_access_failures_total{namespace="mro"}[1200s]))',
      'sum by (cluster) (increase(ran_agent_cycle_completions_total{namespace="mro"}[1200s]))',
      'max by (cluster) (max_over_time(ran_network_incident[900s]))',
      'sum by (cluster) (increase(ran_kpi_numerator_total{kpi="M1",ratio="0"}[900s]))',
      'sum by (cluster) (increase(ran_kpi_denominator_total{kpi="M1",ratio="0"}[900s]))',
    ]);
    // 98 cycles count (the first does not), of two clusters, in two pairs, two guardrails and the control cycles.
    expect(sample?.samples).toBe(98 * 2 * 5);
  });

  test('of a short soak the KPIs wait until four cycles have counted, and for more of them where they leave it open', async () => {
    const half = { until: since + 0.75 * hour };
    expect(await short({}, 1.5, half)).toMatch(/^Inconclusive: the soak is not over/);
    expect(await short({}, 1.8, half)).toMatch(/^Successful/);
    // Four times the spread: five cycles leave it open, twenty-four do not.
    const handovers: Answer = ({ cluster, time }) => 19_400 + 80 * spread(cluster, time);
    expect(await short({ handovers }, 1.8, half)).toBe(
      'Inconclusive: M1 (ericsson): the harm may be on either side of the margin; more cycles or cells are needed',
    );
    expect(await short({ handovers }, 11, half)).toMatch(/^Successful/);
  });

  test('says nothing in its first cycle, and is open until the end', async () => {
    expect(await short({}, 0.5)).toBe('nothing');
    expect(await short({}, 12)).toBe('Inconclusive: the soak is not over, or its last counters are not in yet');
    expect(await short({}, 24.1)).toMatch(/^Inconclusive: the soak is not over/);
  });
});

describe('harm', () => {
  const fiveTimes =
    (from: number): Answer =>
    ({ cluster, time }) =>
      (isPilot(cluster) && time > from ? 5 : 1) * (10 + 3 * spread(cluster, time));

  test('five times the errors fail long before the end', async () => {
    expect(await short({ errors: fiveTimes(since / 1000) }, 4)).toMatch(
      /^Failed: errors: surely more than 1\.2 times as many as before, measured by the clusters without the release/,
    );
  });

  test('clusters that had five times the errors before the release came have it no worse with it', async () => {
    expect(await short({ errors: fiveTimes(0) })).toMatch(/^Successful/);
  });

  test('what is not known of the day before is open', async () => {
    const errors: Answer = ({ cluster, time }) => (isPilot(cluster) && time <= since / 1000 ? undefined : 10 + 3 * spread(cluster, time));
    expect(await short({ errors })).toMatch(/^Inconclusive: errors before the release: 0 of 96 cycles were read/);
  });

  test('one unsafe action in one cluster fails', async () => {
    const at = since / 1000 + 3 * 3600;
    expect(await short({ unsafe: ({ cluster, time }) => (cluster === 'p2' && time === at ? 1 : 0) }, 4)).toBe('Failed: unsafe actions: 1, at most 0 may be');
  });

  test('control cycles that only the pilot misses fail; what all miss is open', async () => {
    const missing = (cluster: string, time: number): number => ((time / 900) % 10 === 0 && (isPilot(cluster) || cluster === 'all') ? 0 : 1);
    expect(await short({ completions: ({ cluster, time }) => missing(cluster, time) })).toMatch(
      /^Failed: cycles without a completed control cycle: 20, at most 1/,
    );
    expect(await short({ completions: ({ time }) => missing('all', time) })).toMatch(
      /^Inconclusive: the clusters that it is compared with miss control cycles as well/,
    );
  });

  test('a KPI that falls by a point fails at the end of the soak, and not before', async () => {
    const handovers: Answer = ({ cluster, time }) => (isPilot(cluster) && time > since / 1000 ? 19_200 : 19_400) + 20 * spread(cluster, time);
    expect(await short({ handovers }, 12)).toMatch(/^Inconclusive/);
    expect(await short({ handovers })).toBe('Failed: M1 (ericsson): the harm is surely more than the margin');
  });

  test('a KPI that falls in all clusters alike is not the release', async () => {
    const handovers: Answer = ({ cluster, time }) => (time > since / 1000 ? 19_200 : 19_400) + 20 * spread(cluster, time);
    expect(await short({ handovers })).toMatch(/^Successful/);
  });
});

describe('what is not known is open', () => {
  const silentFrom =
    (name: string, answer: Answer): Answer =>
    ({ cluster, time }) =>
      cluster === name ? undefined : answer({ cluster, time });

  test.each([
    ['a cluster without a series', { errors: silentFrom('p2', () => 10) }, /^Inconclusive: errors: 0 of 98 cycles were read, at least 90 % are needed/],
    ['a cluster of which no cycle is known', { completions: silentFrom('p2', () => 1) }, /control cycles: 0 of 98 cycles were read.*nothing from p2/],
    ['a value that is none', { unsafe: ({ cluster }) => (cluster === 'p1' ? Number.NaN : 0) }, /^Inconclusive: unsafe actions: 0 of 98.*nothing from p1/],
    ['an infinite value', { errors: ({ cluster }) => (cluster === 'p1' ? Number.POSITIVE_INFINITY : 10) }, /^Inconclusive: errors: 0 of 98/],
    ['a silent control', { errors: ({ cluster }) => (isPilot(cluster) ? 10 : undefined) }, /^Inconclusive: errors of those it is compared with: 0 of 98/],
    ['a KPI that nobody exposes', { handovers: () => undefined }, /^Inconclusive: M1 \(ericsson\): 0 of 95 cycles can be used/],
    ['an incident that is not known', { incident: () => undefined }, /^Inconclusive: nobody knows whether an incident was open: p1, p2; M1 \(ericsson\)/],
    ['an incident on the pilot', { incident: ({ cluster }) => (cluster === 'p1' ? 1 : 0) }, /^Inconclusive: M1 \(ericsson\): an incident was open/],
  ] as [string, Network, RegExp][])('%s', async (_, changes, expected) => {
    expect(await short(changes)).toMatch(expected);
  });

  test('an incident on one of those it is compared with leaves that one out', async () => {
    expect(await short({ incident: ({ cluster }) => (cluster === 'c2' ? 1 : 0) })).toMatch(/^Successful/);
  });

  test('an incident in the soak is over in the second look, twice as long', async () => {
    const incident: Answer = ({ cluster, time }) => (cluster === 'p1' && time === since / 1000 + 7200 ? 1 : 0);
    expect(await short({ incident })).toMatch(/^Inconclusive/);
    expect(await short({ incident }, 72)).toMatch(/^Inconclusive/);
    expect(await short({ incident }, 73)).toMatch(/^Successful/);
  });

  test('no cluster to compare with, and a KPI that the catalogue does not have', async () => {
    expect(await short({}, 25, { control: [] })).toMatch(/^Inconclusive: no cluster is left to compare with/);
    expect(await short({}, 25, { kpis: ['M1', 'X9'] })).toBe('Inconclusive: the catalogue does not have X9');
  });

  test('no answer is an error, and a fault of the program is none', async () => {
    const failing = (error: Error): FleetMetrics => ({ byCluster: () => Promise.reject(error) });
    const ground = { kpis: new Map([['M1', m1]]), now: since + 25 * hour };
    const told = await judgeSoak(soak, {
      ...ground,
      metrics: failing(new GateError('GATE_PROMETHEUS', 'undecided', 'Prometheus: no answer', { hint: 'Look.' })),
    });
    expect(told).toMatchObject({ phase: 'Error', reason: 'Prometheus: no answer', samples: 0 });
    await expect(judgeSoak(soak, { ...ground, metrics: failing(new TypeError('a bug')) })).rejects.toThrow('a bug');
  });
});
