import { describe, expect, test } from 'vitest';
import { at, cluster, decided, judged, later, look, looks, type Stage, short } from '../../test/support/stage.ts';
import { goodSpells, seenSpells } from './health.ts';
import { soakEnd } from './soak.ts';

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

const one = [cluster('dev', { wave: 'w0', env: 'dev' })];
const dev = (of: Partial<Stage> & Pick<Stage, 'at'>): string => short(decided({ clusters: one, ...of }, 'mro', 'w0'));

describe('a cluster runs a release', () => {
  const spells = (...changes: Parameters<typeof look>[3][]): string[] =>
    goodSpells(
      changes.map((change, i) => look('mro', 'dev', later(at('10:00'), 5 * i), change)),
      '1.0.0',
    ).map(({ from, to }) => `${clock(from)}-${clock(to)}`);

  test('from the second look that agrees until nobody looks any more', () => {
    expect(spells({}, {}, {})).toEqual(['10:05-10:20']);
    expect(spells({})).toEqual([]);
  });

  test('two looks within a minute are one', () => {
    const close = [look('mro', 'dev', at('10:00')), look('mro', 'dev', at('10:00:59'))];
    expect(goodSpells(close, '1.0.0')).toEqual([]);
    expect(goodSpells([...close, look('mro', 'dev', at('10:01:00'))], '1.0.0').length).toBe(1);
  });

  test.each([
    ['another release', { release: '1.1.0' }],
    ['a mixture', { release: null }],
    ['an older commit', { hasPin: false }],
    ['not in sync', { sync: 'OutOfSync' }],
    ['unknown sync', { sync: 'Unknown' }],
    ['still going', { health: 'Progressing' }],
    ['unknown health', { health: 'Unknown' }],
    ['paused', { health: 'Suspended' }],
    ['an aborted rollout', { aborted: '1.1.0' }],
    ['an analysis in error', { analysis: 'Error' }],
    ['an analysis that can not tell', { analysis: 'Inconclusive' }],
  ] as const)('%s ends it', (_, change) => {
    expect(spells({}, {}, change, {}, {})).toEqual(['10:05-10:10', '10:20-10:30']);
  });

  test('a gap in the looks ends it ten minutes after the last one', () => {
    const samples = ['10:00', '10:05', '10:15', '10:20'].map((when) => look('mro', 'dev', at(when)));
    expect(goodSpells(samples, '1.0.0').map(({ from, to }) => `${clock(from)}-${clock(to)}`)).toEqual(['10:05-10:15', '10:20-10:30']);
  });

  test('what says nothing known is not seen', () => {
    const samples = [look('mro', 'dev', at('10:00')), look('mro', 'dev', at('10:05'), { health: 'Unknown' }), look('mro', 'dev', at('10:12'))];
    expect(seenSpells(samples).map(({ from, to }) => `${clock(from)}-${clock(to)}`)).toEqual(['10:00-10:05', '10:12-10:22']);
  });
});

describe('how long a soak is', () => {
  const end = (since: string, hours: number, ...busyZones: string[]): string => new Date(soakEnd(Date.parse(since), { hours, busyZones })).toISOString();

  test('whole cycles count, and not the one after the actuation', () => {
    expect(end(at('10:00'), 0.5)).toBe(at('10:45'));
    expect(end(at('10:05'), 0.5)).toBe(at('11:00'));
    expect(end(at('10:05'), 0)).toBe(at('10:45'));
  });

  test('it holds a full busy hour of every time zone', () => {
    expect(end(at('10:00'), 1, 'UTC')).toBe(at('19:00'));
    expect(end(at('18:00'), 1, 'UTC')).toBe(at('20:00'));
    expect(end(at('20:50'), 1, 'UTC')).toBe(at('19:00', '2027-03-11'));
    expect(end(at('10:00'), 1, 'Europe/Madrid', 'Europe/London')).toBe(at('19:00'));
    expect(end(at('10:00'), 24, 'UTC')).toBe(at('10:15', '2027-03-11'));
  });

  test('the busy hour goes by the clocks of the day, before and after they change', () => {
    expect(end(at('21:30', '2027-03-27'), 1, 'Europe/Madrid')).toBe(at('17:00', '2027-03-28')); // 18:00 in summer is 16:00 UTC
    expect(end(at('22:45', '2027-03-27'), 1, 'Europe/Madrid')).toBe(at('17:00', '2027-03-28')); // the day of 23 hours is not passed over
    expect(end(at('20:30', '2026-10-24'), 1, 'Europe/Madrid')).toBe(at('18:00', '2026-10-25'));
  });
});

describe('a ring soaks', () => {
  test('and is verified when the metrics have judged all of it', () => {
    const samples = looks('mro', 'dev', at('10:00'), at('11:10'));
    expect(dev({ at: at('10:04'), samples })).toBe('wait syncing soak.not_running');
    expect(dev({ at: at('10:30'), samples })).toBe('wait soaking soak.running');
    expect(dev({ at: at('11:00'), samples })).toBe('hold held verdict.missing');
    const early = judged('mro', 'w0', at('10:59'));
    expect(dev({ at: at('11:05'), samples: [...samples, early] })).toBe('hold held verdict.missing');
    const verified = decided({ at: at('11:05'), clusters: one, samples: [...samples, judged('mro', 'w0', at('11:01'))] }, 'mro', 'w0');
    expect(verified.state).toBe('verified');
    expect(verified.verified).toEqual({ release: '1.0.0', from: at('10:05'), until: at('11:00') });
  });

  test.each([
    ['Inconclusive', 'hold held verdict.inconclusive'],
    ['Error', 'hold held verdict.error'],
    ['Failed', 'hold failed revert.no_target,verdict.failed'],
  ] as const)('a verdict %s verifies nothing', (phase, expected) => {
    const samples = [...looks('mro', 'dev', at('10:00'), at('11:10')), judged('mro', 'w0', at('11:01'), { phase })];
    expect(dev({ at: at('11:05'), samples })).toBe(expected);
  });

  test('a verdict about another release says nothing', () => {
    const samples = [...looks('mro', 'dev', at('10:00'), at('11:10')), judged('mro', 'w0', at('11:01'), { release: '1.1.0' })];
    expect(dev({ at: at('11:05'), samples })).toBe('hold held verdict.missing');
  });

  test('one ill look starts it anew', () => {
    const samples = [
      ...looks('mro', 'dev', at('10:00'), at('10:40')),
      look('mro', 'dev', at('10:45'), { health: 'Progressing' }),
      ...looks('mro', 'dev', at('10:50'), at('11:30')),
    ];
    const { reasons } = decided({ at: at('11:05'), clusters: one, samples }, 'mro', 'w0');
    expect(reasons.map(({ code, until }) => [code, until])).toEqual([['soak.running', at('11:45')]]);
  });

  test('silence is unknown, and unknown is not healthy', () => {
    const samples = looks('mro', 'dev', at('10:00'), at('10:40'));
    expect(dev({ at: at('10:49'), samples })).toBe('wait soaking soak.running');
    expect(dev({ at: at('10:50'), samples })).toBe('hold held observation.missing');
    expect(dev({ at: at('10:00') })).toBe('hold held observation.missing');
  });

  test('what is simulated verifies a laboratory, and nothing in production', () => {
    const of = (name: string, ring: 'w0' | 'w3') => [...looks('mro', name, at('10:00'), at('11:10')), judged('mro', ring, at('11:01'))];
    const laboratory = { at: at('11:05'), clusters: one, samples: of('dev', 'w0'), simulated: true };
    expect(decided(laboratory, 'mro', 'w0').verified).not.toBeNull();
    const production = { at: at('11:05'), clusters: [cluster('se')], samples: of('se', 'w3') };
    expect(decided(production, 'mro', 'w3').verified).not.toBeNull();
    expect(short(decided({ ...production, simulated: true }, 'mro', 'w3'))).toBe('hold held observation.simulated');
  });
});

describe('many clusters', () => {
  const ring = (count: number) => Array.from({ length: count }, (_, i) => cluster(`c${i}`, { wave: 'w4' }));
  const state = (healthy: number, ill: number, silent: number): string => {
    const clusters = ring(healthy + ill + silent);
    const samples = clusters.flatMap(({ name }, i) =>
      i < healthy
        ? looks('mro', name, at('10:00'), at('10:20'))
        : i < healthy + ill
          ? looks('mro', name, at('10:00'), at('10:20'), { health: 'Progressing' })
          : [],
    );
    return short(decided({ at: at('10:20'), clusters, samples }, 'mro', 'w4'));
  };

  test('19 of 20 are enough in a later ring, 18 are not', () => {
    expect(state(19, 1, 0)).toBe('wait soaking soak.running');
    expect(state(18, 2, 0)).toBe('wait syncing soak.not_running');
  });

  test('one of 20 may be silent, not two', () => {
    expect(state(19, 0, 1)).toBe('wait soaking soak.running');
    expect(state(18, 0, 2)).toBe('hold held observation.missing');
  });

  test('in the first rings all that report must be well', () => {
    const clusters = ring(20).map((c) => ({ ...c, wave: 'w1' as const, env: 'staging' as const }));
    const samples = clusters.flatMap(({ name }, i) => looks('mro', name, at('10:00'), at('10:20'), i === 0 ? { health: 'Progressing' } : {}));
    expect(short(decided({ at: at('10:20'), clusters, samples }, 'mro', 'w1'))).toBe('wait syncing soak.not_running');
  });
});
