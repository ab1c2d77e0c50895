import { describe, expect, test } from 'vitest';
import { at, cluster, decided, fact, path, type Stage, short, wellNetwork } from '../../../test/support/stage.ts';
import { candidate } from '../../../test/support/stage-stories.ts';

const answer = (changes: Partial<Stage> = {}): string => short(decided(candidate(changes), 'mro', 'w3'));
const writer = { agents: [{ name: 'mro', tier: 'W' as const }] };

describe('maintenance windows', () => {
  const start = (when: string, changes: Partial<Stage> = {}, zone = 'UTC', window = { start: '00:00', end: '05:00' }): string => {
    const clusters = path.map((c) => (c.name === 'se' ? { ...c, timeZone: zone, maintenanceWindow: window } : c));
    const { action, reasons } = decided(candidate({ ...writer, at: when, clusters, ...changes }), 'mro', 'w3');
    return action === 'promote' ? 'now' : (reasons[0]?.until ?? reasons[0]?.code ?? '');
  };

  test('are for tier W in production', () => {
    expect(answer({ at: at('12:00') })).toBe('promote verified 1.1.0 gates.open');
    expect(answer({ ...writer, at: at('12:00') })).toBe('wait verified window.closed');
    const first = {
      at: at('12:00'),
      ...writer,
      pins: { mro: '1.0.0' },
      facts: [fact('mro', 'w0', '1.0.0', at('10:00', '2027-02-01'))],
      releases: { mro: ['1.0.0', '1.1.0'] },
      samples: wellNetwork(at('12:00')),
    };
    expect(short(decided(first, 'mro', 'w0'))).toBe('promote verified 1.1.0 gates.open');
  });

  test('must leave room for the rollout and its way back', () => {
    expect(start(at('03:40'))).toBe('now');
    expect(start(at('03:41'))).toBe(at('00:00', '2027-03-11'));
  });

  test('go by local clocks, also when those change', () => {
    expect(start(at('12:00'), {}, 'Europe/Stockholm')).toBe(at('23:00'));
    expect(start(at('23:00'), {}, 'Europe/Stockholm')).toBe('now');
    // Sunday 28 March 2027 has 23 hours, 31 October 25: the window is 4 and 6 hours long.
    expect(start(at('12:00', '2027-03-28'), {}, 'Europe/Madrid')).toBe(at('22:00', '2027-03-28'));
    expect(start(at('01:41', '2027-03-28'), {}, 'Europe/Madrid')).toBe(at('22:00', '2027-03-28'));
    expect(start(at('01:40', '2027-03-28'), {}, 'Europe/Madrid')).toBe('now');
    expect(start(at('02:40', '2027-10-31'), {}, 'Europe/Madrid')).toBe('now');
    expect(start(at('02:41', '2027-10-31'), {}, 'Europe/Madrid')).toBe(at('23:00', '2027-10-31'));
    expect(start(at('01:00', '2027-03-28'), {}, 'Europe/London', { start: '01:00', end: '05:00' })).toBe('now');
    expect(start(at('12:00', '2027-10-31'), {}, 'Europe/London')).toBe(at('00:00', '2027-11-01'));
  });

  test('may go past midnight', () => {
    const night = { start: '22:00', end: '02:00' };
    expect(start(at('12:00'), {}, 'UTC', night)).toBe(at('22:00'));
    expect(start(at('00:30'), {}, 'UTC', night)).toBe('now');
    expect(start(at('00:41'), {}, 'UTC', night)).toBe(at('22:00'));
  });

  test('of all clusters of a ring must be open together', () => {
    const pair = (zone: string, window: { start: string; end: string }) => [...path, cluster('se2', { timeZone: zone, maintenanceWindow: window })];
    const first = (clusters: Stage['clusters']) => decided(candidate({ ...writer, at: at('12:00'), clusters: clusters ?? [] }), 'mro', 'w3').reasons[0];
    expect(first(pair('Europe/Stockholm', { start: '00:00', end: '05:00' }))?.until).toBe(at('00:00', '2027-03-11'));
    expect(first(pair('UTC', { start: '04:00', end: '09:00' }))?.code).toBe('window.none');
  });

  test('leave nobody alone with the verdict of a weekend or a freeze', () => {
    expect(start(at('01:00', '2027-03-11'))).toBe('now'); // Thursday, verdict on Friday
    expect(start(at('01:00', '2027-03-12'))).toBe(at('00:00', '2027-03-14')); // Friday: Sunday's window has its verdict on Monday
    expect(start(at('01:00', '2027-03-13'))).toBe(at('00:00', '2027-03-14'));
    const freezes = [{ scope: { countries: ['SE'] }, from: '2027-03-11T00:00', until: '2027-03-12T00:00' }];
    expect(start(at('01:00'), { freezes })).toBe(at('00:00', '2027-03-14')); // Thursday is frozen, and after Friday's window comes a Saturday
    const short = [{ scope: { countries: ['SE'] }, from: '2027-03-10T12:00', until: '2027-03-11T02:00' }];
    expect(start(at('13:00'), { freezes: short })).toBe(at('02:00', '2027-03-11'));
  });
});
