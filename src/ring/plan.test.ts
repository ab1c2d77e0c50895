import { describe, expect, test } from 'vitest';
import { at, cluster, decided, fact, judged, type look, looks, path, plan, type Stage, short, stage, wellNetwork } from '../../test/support/stage.ts';
import { moving, seen } from '../../test/support/stage-stories.ts';
import { planOf } from './plan.ts';

const now = at('12:00');
const old = at('10:00', '2027-02-01');

const inRing = (changes: Parameters<typeof look>[3], ring: 'w3' | 'w5' = 'w3'): string =>
  short(decided(moving({ samples: [...wellNetwork(now), seen('se', changes)] }), 'mro', ring));

describe('what fails', () => {
  test.each([
    ['an aborted rollout', { aborted: '1.1.0', health: 'Degraded' }, 'revert failed 1.0.0 failure.aborted'],
    ['a failed analysis', { analysis: 'Failed' }, 'revert failed 1.0.0 failure.analysis'],
    ['an abort of another release', { aborted: '1.0.0' }, 'wait syncing soak.not_running'],
    ['an analysis in error', { analysis: 'Error' }, 'wait syncing soak.not_running'],
    ['an analysis that can not tell', { analysis: 'Inconclusive' }, 'wait syncing soak.not_running'],
    ['one look that is degraded', { health: 'Degraded' }, 'wait syncing soak.not_running'],
    ['a failed analysis of an older commit', { analysis: 'Failed', hasPin: false }, 'wait syncing soak.not_running'],
  ] as const)('%s', (_, changes, expected) => {
    expect(inRing(changes)).toBe(expected);
  });

  const lasting = (changes: Parameters<typeof look>[3], pinnedAt = at('10:00')): string =>
    short(decided(moving({ pinnedAt: { 'mro/w3': pinnedAt }, samples: [seen('se', changes, at('11:58')), seen('se', changes)] }), 'mro', 'w3'));

  test('degraded for a minute', () => {
    expect(lasting({ health: 'Degraded' })).toBe('revert failed 1.0.0 failure.degraded');
    expect(lasting({ health: 'Degraded', release: null })).toBe('revert failed 1.0.0 failure.degraded');
    expect(lasting({ health: 'Degraded', release: '1.0.0' })).toBe('wait syncing soak.not_running');
    expect(lasting({ health: 'Degraded', sync: 'Unknown' })).toBe('hold held observation.missing');
  });

  test('a pin that is not synced after a quarter of an hour', () => {
    expect(lasting({ hasPin: false, sync: 'Synced' })).toBe('revert failed 1.0.0 failure.unsynced');
    expect(lasting({ sync: 'OutOfSync' })).toBe('revert failed 1.0.0 failure.unsynced');
    expect(lasting({ sync: 'OutOfSync' }, at('11:46'))).toBe('wait syncing soak.not_running');
    expect(lasting({ hasPin: false, sync: 'Unknown' })).toBe('hold held observation.missing');
  });

  test('what was seen before the pin came says nothing of it', () => {
    const samples = [seen('se', { aborted: '1.1.0' }, at('09:59'))];
    expect(short(decided(moving({ samples }), 'mro', 'w3'))).toBe('hold held observation.missing');
  });

  test('fleet metrics that say harm', () => {
    const samples = [
      ...looks('mro', 'se', at('11:00'), at('11:55'), { release: '1.1.0' }),
      judged('mro', 'w3', at('11:58'), { release: '1.1.0', phase: 'Failed' }),
    ];
    expect(short(decided(moving({ samples }), 'mro', 'w3'))).toBe('revert failed 1.0.0 verdict.failed');
  });

  test('fewer clusters than the budget hold the ring', () => {
    const clusters = [...path, ...['b', 'c', 'd', 'e'].map((name) => cluster(name))];
    const ill = (names: readonly string[]) => short(decided(moving({ clusters, samples: names.map((name) => seen(name, { aborted: '1.1.0' })) }), 'mro', 'w3'));
    expect(ill(['se', 'b'])).toBe('hold held failure.below_budget,failure.aborted,failure.aborted');
    expect(ill(['se', 'b', 'c'])).toBe('revert failed 1.0.0 failure.aborted,failure.aborted,failure.aborted');
  });

  test('a verified release does not fail by itself', () => {
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('10:30'))];
    const made = plan(moving({ facts, samples: [seen('se', { aborted: '1.1.0' })] }));
    expect(short(decided(made, 'mro', 'w3'))).toBe('hold held failure.after_verification,failure.aborted');
    expect([made.reverts, made.stopped]).toEqual([[], null]);
  });

  test('a release that a revert brought back and that fails too stops the line', () => {
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('11:00'), 'reverted')];
    const pins = { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0', w5: '1.0.0', w6b: '1.0.0' } };
    const made = plan(moving({ facts, pins, samples: [seen('se', { aborted: '1.0.0', release: '1.0.0' })] }));
    expect(short(decided(made, 'mro', 'w3'))).toBe('hold held revert.second_failure,failure.aborted');
    expect([made.reverts.length, made.stopped?.code]).toEqual([0, 'stop.second_failure']);
  });
});

describe('the way on', () => {
  const next = (changes: Partial<Stage>, ring: 'w0' | 'w1' | 'w3' | 'w5' | 'w6b'): string => short(decided(moving(changes), 'mro', ring));

  test('needs the record of the ring before', () => {
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('10:30'))];
    expect(next({ facts }, 'w5')).toBe('promote verified 1.1.0 gates.open');
    expect(next({}, 'w5')).toBe('wait verified order.previous_unverified');
    expect(next({ facts }, 'w6b')).toBe('wait verified release.none');
  });

  test('waits for a record that is due', () => {
    const samples = [
      ...wellNetwork(now),
      ...looks('mro', 'se', at('10:00'), at('11:55'), { release: '1.1.0' }),
      judged('mro', 'w3', at('11:50'), { release: '1.1.0' }),
    ];
    expect(decided(moving({ samples }), 'mro', 'w3').verified?.release).toBe('1.1.0');
    expect(next({ samples }, 'w5')).toBe('hold verified order.record_missing');
  });

  test('is closed while the ring before is ill with it', () => {
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('10:30'))];
    expect(next({ facts, samples: [...wellNetwork(now), seen('se', { aborted: '1.1.0' })] }, 'w5')).toBe('hold verified order.previous_ill');
  });

  test('is closed to what is barred, and to what was taken back', () => {
    const verified = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('10:30'))];
    expect(next({ facts: verified, barred: [['mro', '1.1.0']] }, 'w5')).toBe('wait verified release.none');
    expect(next({ facts: [...verified, fact('mro', 'w3', '1.1.0', at('11:30'), 'reverted')] }, 'w5')).not.toContain('promote');
  });

  test('takes the newest release that the ring before verified, also when that has gone on', () => {
    const pins = { mro: { w0: '1.2.0', w1: '1.2.0', w3: '1.2.0', w5: '1.0.0', w6b: '1.0.0' } };
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('10:30'))];
    expect(next({ pins, facts, releases: { mro: ['1.0.0', '1.1.0', '1.2.0'] } }, 'w5')).toBe('promote verified 1.1.0 gates.open');
  });

  test('begins with a new release in the first ring, without anybody', () => {
    const made = plan(moving({ releases: { mro: ['1.0.0', '1.1.0', '1.10.0', '1.2.0'] } }));
    expect(made.promotions.map((p) => [p.ring, p.from, p.to, p.verifiedIn, p.approvals, p.ready])).toEqual([['w0', '1.1.0', '1.10.0', null, 0, true]]);
  });

  test('brings a fix to a ring that has a barred release', () => {
    const made = plan(moving({ barred: [['mro', '1.1.0']], releases: { mro: ['1.0.0', '1.1.0', '1.2.0'] } }));
    expect(short(decided(made, 'mro', 'w0'))).toBe('promote held 1.2.0 gates.open');
    expect(short(decided(made, 'mro', 'w1'))).toBe('hold held release.quarantined,release.none');
  });

  test('passes over rings in which nobody runs the agent', () => {
    const clusters = [...path.filter(({ wave }) => wave !== 'w3'), cluster('edge', { vendors: [] })];
    const agents = [{ name: 'mro', vendor: 'ericsson' }];
    const facts = [fact('mro', 'w1', '1.1.0', at('10:00', '2027-03-02')), fact('mro', 'w5', '1.0.0', old)];
    expect(short(decided(moving({ clusters, agents, facts, samples: wellNetwork(now, clusters) }), 'mro', 'w5'))).toBe('promote verified 1.1.0 gates.open');
  });

  test('two writers of one cluster take turns, the one that waits longest first', () => {
    const agents = [
      { name: 'a', tier: 'W' as const },
      { name: 'b', tier: 'W' as const },
    ];
    const pins = { a: { w1: '1.1.0', w3: '1.0.0' }, b: { w1: '1.1.0', w3: '1.0.0' } };
    const facts = [
      fact('a', 'w1', '1.1.0', at('10:00', '2027-03-05')),
      fact('b', 'w1', '1.1.0', at('10:00', '2027-03-04')),
      fact('a', 'w3', '1.0.0', old),
      fact('b', 'w3', '1.0.0', old),
    ];
    const made = plan({ at: at('01:00'), agents, pins, facts, samples: wellNetwork(at('01:00')), releases: { a: ['1.0.0', '1.1.0'], b: ['1.0.0', '1.1.0'] } });
    expect(short(decided(made, 'b', 'w3'))).toBe('promote verified 1.1.0 gates.open');
    expect(short(decided(made, 'a', 'w3'))).toBe('wait verified conflict.tier_w');
  });
});

test('the order of what comes in changes nothing', () => {
  const input = stage(moving({ samples: [...wellNetwork(now), seen('se', { aborted: '1.1.0' }), seen('es', {})] }));
  const turned = {
    ...input,
    facts: [...input.facts].reverse(),
    observations: { ...input.observations, samples: [...input.observations.samples].reverse() },
    fleet: { ...input.fleet, agents: new Map([...input.fleet.agents].reverse()), clusters: new Map([...input.fleet.clusters].reverse()) },
  };
  expect(JSON.stringify(planOf(turned))).toBe(JSON.stringify(planOf(input)));
});
