import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { clusterFacts, clusterSpec, smallFleet } from '../../test/support/small-fleet.ts';
import { windowFacts } from './windows.ts';

const windowOf = (changes: Readonly<Record<string, unknown>>) => {
  const name = 'prd-region-se-01';
  const fleet = smallFleet({ [`clusters/${name}/cluster.yaml`]: stringify(clusterFacts(clusterSpec(name, changes))) });
  return windowFacts(fleet)[name];
};

test('a window is shorter on the night on which the clocks go forward', () => {
  expect(windowOf({})).toEqual({ startMinute: 60, minutes: 180, shortestMinutes: 120, isLocal: true });
});

test('a window may go past midnight, and one of no length has none', () => {
  expect(windowOf({ maintenanceWindow: { start: '23:30', end: '02:00' } })).toMatchObject({ startMinute: 1410, minutes: 150, shortestMinutes: 90 });
  expect(windowOf({ maintenanceWindow: { start: '02:00', end: '02:00' } })).toMatchObject({ minutes: 0, shortestMinutes: 0 });
});

test('a zone is local in a country that uses it', () => {
  expect(windowOf({ country: 'ES', timeZone: 'Atlantic/Canary' })?.isLocal).toBe(true);
  expect(windowOf({ country: 'ES', timeZone: 'Europe/Paris' })?.isLocal).toBe(false);
  expect(windowOf({ timeZone: 'UTC' })).toMatchObject({ isLocal: false, minutes: 180, shortestMinutes: 180 });
  expect(windowOf({ country: 'none' })?.isLocal).toBe(false);
});
