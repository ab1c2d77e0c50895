import { expect, test } from 'vitest';
import { at, cluster, fact, looks, path, type Stage, stage } from '../../test/support/stage.ts';
import { soaksOf } from './soaks.ts';
import { worldOf } from './world.ts';

const now = at('12:00');
/** 1.1.0 runs in w3 since the morning, the rings after it have 1.0.0 since last month. */
const story = (changes: Partial<Stage> = {}): Stage => ({
  at: now,
  pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.1.0', w5: '1.0.0', w6b: '1.0.0' } },
  pinnedAt: Object.fromEntries(['w0', 'w1', 'w5', 'w6b'].map((ring) => [`mro/${ring}`, at('08:00', '2027-02-01')])),
  facts: [fact('mro', 'w0', '1.1.0', at('08:00', '2027-03-08')), fact('mro', 'w1', '1.1.0', at('08:00', '2027-03-09'))],
  samples: looks('mro', 'se', at('06:00'), at('11:55'), { release: '1.1.0' }),
  ...changes,
});
const told = (of: Stage): string[] =>
  soaksOf(worldOf(stage(of))).map(
    ({ ring, since, pilot, control }) => `${ring} ${new Date(since).toISOString().slice(11, 16)} ${namesOf(pilot)} / ${namesOf(control)}`,
  );
const namesOf = (clusters: readonly { readonly name: string; readonly vendor: string }[]): string => clusters.map(({ name }) => name).join(',');

test('a release that runs unverified is held against the rings after it that do not have it', () => {
  expect(told(story())).toEqual(['w3 06:05 se / es,de']);
  const [soak] = soaksOf(worldOf(stage(story())));
  expect(soak).toMatchObject({ agent: 'mro', release: '1.1.0', until: Date.parse(at('07:00')), quorum: 0.95, kpis: ['R1'] });
});

test('what is verified, barred, or does not run is not judged', () => {
  expect(told(story({ facts: [fact('mro', 'w3', '1.1.0', at('11:00'))] }))).toEqual([]);
  expect(told(story({ barred: [['mro', '1.1.0']] }))).toEqual([]);
  expect(told(story({ samples: [] }))).toEqual([]);
  expect(told(story({ samples: looks('mro', 'se', at('06:00'), at('11:00'), { release: '1.1.0' }) }))).toEqual([]);
});

test('a ring whose pin has moved since, or nobody knows when, is no measure', () => {
  const moved = (pinnedAt: Readonly<Record<string, string>>) => told(story({ pinnedAt }));
  const [old, lately] = [at('08:00', '2027-02-01'), at('09:00')];
  expect(moved({ 'mro/w5': lately, 'mro/w6b': old })).toEqual(['w3 06:05 se / de']);
  expect(moved({ 'mro/w6b': old })).toEqual(['w3 06:05 se / de']);
  expect(moved({})).toEqual(['w3 06:05 se / ']);
});

test('the last ring to have it is held against those that have verified it', () => {
  const last = story({
    clusters: [...path.slice(0, 3), cluster('se2', { wave: 'w2' })],
    pins: { mro: { w0: '1.1.0', w1: '1.1.0', w2: '1.1.0', w3: '1.1.0' } },
    pinnedAt: { 'mro/w1': at('08:00', '2027-02-01'), 'mro/w2': at('08:00', '2027-02-01') },
  });
  expect(told(last)).toEqual(['w3 06:05 se / stg']);
  // Production is measured by production.
  expect(told({ ...last, facts: [fact('mro', 'w1', '1.1.0', at('08:00', '2027-03-09')), fact('mro', 'w2', '1.1.0', at('08:00', '2027-03-09'))] })).toEqual([
    'w3 06:05 se / se2',
  ]);
});

test('a cluster is of the vendor of most of its cells', () => {
  const vendors = [
    { name: 'nokia', share: 30, simulated: false },
    { name: 'samsung', share: 70, simulated: false },
  ] as const;
  const mixed = path.map((c) => (c.name === 'es' ? { ...c, vendors: [...vendors] } : c.name === 'de' ? { ...c, vendors: [] } : c));
  const [soak] = soaksOf(worldOf(stage(story({ clusters: mixed }))));
  expect(soak?.control).toEqual([
    { name: 'es', vendor: 'samsung' },
    { name: 'de', vendor: 'none' },
  ]);
});
