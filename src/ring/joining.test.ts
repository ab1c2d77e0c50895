import { expect, test } from 'vitest';
import { at, cluster, decided, fact, judged, looks, path, plan, type Stage, short, stopped } from '../../test/support/stage.ts';
import { candidate } from '../../test/support/stage-stories.ts';

const commit = 'c'.repeat(40);
const joining = [{ agent: 'mro', release: '1.0.0', commit }];
const [first, newcomer] = [cluster('se'), cluster('se2', { joining })];

/** w3 soaks 1.1.0 on `se`, in health for longer than it has to; `se2` joins on 1.0.0. */
const soaking = (changes: Partial<Stage> = {}): Stage => ({
  at: at('12:00'),
  clusters: [first, newcomer],
  pins: { mro: { w3: '1.1.0' } },
  releases: { mro: ['1.0.0', '1.1.0'] },
  facts: [fact('mro', 'w3', '1.0.0', at('10:00', '2027-02-01'))],
  samples: [...looks('mro', 'se', at('09:00'), at('12:00'), { release: '1.1.0' }), judged('mro', 'w3', at('12:00'), { release: '1.1.0' })],
  pinnedAt: { 'mro/w3': at('08:59') },
  ...changes,
});

test('a cluster that joins is no part of the soak: silent, on another release or ill, it changes nothing', () => {
  expect(short(decided(soaking(), 'mro', 'w3'))).toBe('wait verified release.none');
  const onOld = looks('mro', 'se2', at('09:00'), at('12:00'), { release: '1.0.0', hasPin: false });
  const ill = looks('mro', 'se2', at('09:00'), at('12:00'), { release: '1.0.0', health: 'Degraded', aborted: '1.1.0' });
  for (const more of [onOld, ill])
    expect(decided(soaking({ samples: [...(soaking().samples ?? []), ...more] }), 'mro', 'w3')).toEqual(decided(soaking(), 'mro', 'w3'));
});

test('once its entry is gone it counts again, and its silence holds the ring', () => {
  expect(short(decided(soaking({ clusters: [first, cluster('se2')] }), 'mro', 'w3'))).toBe('hold held observation.missing');
});

test('where every cluster joins nobody verifies: the ring is held, and is not passed over', () => {
  const all = path.map((c) => (c.name === 'stg' ? { ...c, joining } : c));
  const facts = candidate().facts?.filter(({ ring, release }) => ring !== 'w1' || release !== '1.1.0') ?? [];
  const story = candidate({ clusters: all, facts });
  expect(short(decided(story, 'mro', 'w1'))).toBe('hold held ring.joining');
  expect(short(decided(story, 'mro', 'w3'))).toBe('wait verified order.previous_unverified');
});

test('an entry is due when the records say that the ring verified what its pin names, and not before', () => {
  const due = { cluster: 'se2', agent: 'mro', ring: 'w3', from: '1.0.0', to: '1.1.0' };
  const verified = [...(soaking().facts ?? []), fact('mro', 'w3', '1.1.0', at('11:00'))];
  expect(plan(soaking()).joins).toEqual([]);
  expect(plan(soaking({ facts: verified })).joins).toEqual([due]);
  expect(plan(soaking({ facts: [...verified, fact('mro', 'w3', '1.1.0', at('11:30'), 'reverted')] })).joins).toEqual([]);
  expect(plan(soaking({ facts: verified, barred: [['mro', '1.1.0']] })).joins).toEqual([]);
  expect(plan(soaking({ facts: verified, stop: stopped(at('11:00')) })).joins).toEqual([]);
});
