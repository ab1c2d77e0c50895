import { describe, expect, test } from 'vitest';
import { at, breakGlass, cluster, decided, fact, network, path, plan, type Stage, short, stopped, wellNetwork } from '../../../test/support/stage.ts';
import { candidate } from '../../../test/support/stage-stories.ts';

const answer = (changes: Partial<Stage> = {}): string => short(decided(candidate(changes), 'mro', 'w3'));
const until = (changes: Partial<Stage> = {}): (string | undefined)[] => decided(candidate(changes), 'mro', 'w3').reasons.map((reason) => reason.until);

const writer = { agents: [{ name: 'mro', tier: 'W' as const }] };

test('with every gate open it goes on', () => {
  expect(answer()).toBe('promote verified 1.1.0 gates.open');
  expect(answer(writer)).toBe('promote verified 1.1.0 gates.open');
});

describe('freezes', () => {
  const freeze = { scope: { countries: ['SE'] }, from: '2027-03-10T00:00', until: '2027-03-11T08:00' };

  test('hold what they reach until they end', () => {
    expect(answer({ freezes: [freeze] })).toBe('wait verified freeze.active');
    expect(until({ freezes: [freeze] })).toEqual([at('08:00', '2027-03-11')]);
    expect(answer({ freezes: [freeze], at: at('08:00', '2027-03-11') })).toBe('promote verified 1.1.0 gates.open');
    expect(answer({ freezes: [{ ...freeze, scope: { countries: ['ES'] } }] })).toBe('promote verified 1.1.0 gates.open');
  });

  test('end by their own clock', () => {
    const madrid = { ...freeze, timeZone: 'Europe/Madrid' as never };
    expect(until({ freezes: [madrid] })).toEqual([at('07:00', '2027-03-11')]);
  });

  test('may stand and count down as a pull request that is not ready', () => {
    const [move] = plan(candidate({ freezes: [freeze] })).promotions;
    expect([move?.to, move?.ready, move?.reasons[0]?.until]).toEqual(['1.1.0', false, at('08:00', '2027-03-11')]);
  });
});

describe('the network', () => {
  const ill = (changes: Parameters<typeof network>[2]) => answer({ samples: [...wellNetwork(at('00:55')), network('se', at('01:00'), changes)] });

  test('must be known, reachable and well', () => {
    expect(ill({})).toBe('promote verified 1.1.0 gates.open');
    expect(ill({ criticalAlarms: 1 })).toBe('wait verified network.alarm');
    expect(ill({ incident: true })).toBe('wait verified network.incident');
    expect(ill({ reachable: false })).toBe('hold verified network.unreachable');
    expect(ill({ criticalAlarms: null })).toBe('hold verified network.unknown');
    expect(ill({ incident: null })).toBe('hold verified network.unknown');
    expect(answer({ samples: [] })).toBe('hold verified network.unknown');
    expect(answer({ samples: wellNetwork(at('00:50')) })).toBe('hold verified network.unknown');
  });
});

describe('conflicts', () => {
  const with2 = (other: { tier?: 'R' | 'W'; conflictGroup?: string }, own: { tier?: 'R' | 'W'; conflictGroup?: string } = {}, extra: Partial<Stage> = {}) =>
    answer({
      agents: [{ name: 'mro', conflictGroup: 'offsets', ...own }, { name: 'mlb', conflictGroup: 'balance', ...other }, ...(extra.agents ?? [])],
      pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0' }, mlb: { w3: '1.0.0' } },
    });

  test('of one group one agent is under observation', () => {
    expect(with2({})).toBe('promote verified 1.1.0 gates.open');
    expect(with2({ conflictGroup: 'offsets' })).toBe('wait verified conflict.group');
  });

  test('coupled groups count as one', () => {
    const arbiter = { name: 'arbiter', arbitration: [{ groups: ['balance', 'offsets'] as [string, string], precedence: 'offsets go first' }] };
    expect(with2({}, {}, { agents: [arbiter] })).toBe('wait verified conflict.coupled');
  });

  test('of tier W one agent is under observation in a cluster', () => {
    expect(with2({ tier: 'W' }, { tier: 'W' })).toBe('wait verified conflict.tier_w');
    expect(with2({ tier: 'W' })).toBe('promote verified 1.1.0 gates.open');
  });

  test('five agents move in the first rings at a time', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const facts = names.map((name) => fact(name, 'w0', '1.0.0', at('10:00', '2027-02-01')));
    const made = plan({ at: at('01:00'), pins: Object.fromEntries(names.map((n) => [n, { w0: '1.0.0' }])), facts, samples: wellNetwork(at('01:00')) });
    expect(made.promotions.filter(({ ready }) => ready).map(({ agent }) => agent)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(short(decided(made, 'f', 'w0'))).toBe('wait verified moves.too_many');
  });
});

describe('areas and hubs', () => {
  test('clusters that share a tracking area do not change together', () => {
    const clusters = path.map((c) => (c.name === 'es' ? { ...c, trackingAreas: [1, 2] } : c));
    const pins = { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0', w5: '1.0.0' } };
    expect(answer({ clusters, pins })).toBe('wait verified area.shared');
    expect(answer({ pins })).toBe('promote verified 1.1.0 gates.open');
    expect(answer({ clusters: [...path, cluster('se2', { trackingAreas: [1] })] })).toBe('wait verified area.shared');
  });

  test('nor do two that stand in for each other', () => {
    const clusters = path.map((c) => (c.name === 'es' ? { ...c, memoryPeers: ['se'] } : c.name === 'se' ? { ...c, memoryPeers: ['es'] } : c));
    expect(answer({ clusters, pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0', w5: '1.0.0' } } })).toBe('wait verified area.shared');
  });

  const hubs = [path[0], cluster('hub-se', { wave: 'w7a', tier: 'hub', cells: 0 }), cluster('hub-es', { wave: 'w7b', tier: 'hub', cells: 0 })].filter(
    (c) => c !== undefined,
  );
  const hub = (when: string, verifiedAt: string, changes: Partial<Stage> = {}) =>
    decided(
      {
        at: when,
        clusters: hubs,
        pins: { mro: { w0: '1.1.0', w7a: '1.1.0', w7b: '1.0.0' } },
        facts: [
          fact('mro', 'w0', '1.1.0', at('10:00', '2027-03-01')),
          fact('mro', 'w7a', '1.1.0', verifiedAt),
          fact('mro', 'w7b', '1.0.0', at('10:00', '2027-02-01')),
        ],
        samples: wellNetwork(when, hubs),
        releases: { mro: ['1.0.0', '1.1.0'] },
        ...changes,
      },
      'mro',
      'w7b',
    );

  test('a hub gets a release a day after the hub before it', () => {
    expect(short(hub(at('12:00'), at('13:00', '2027-03-09')))).toBe('wait verified hub.day');
    expect(hub(at('12:00'), at('13:00', '2027-03-09')).reasons[0]?.until).toBe(at('13:00'));
    expect(short(hub(at('13:00'), at('13:00', '2027-03-09')))).toBe('promote verified 1.1.0 gates.open');
  });

  test('and alone', () => {
    const clusters = [...hubs, cluster('se')];
    const pins = { mro: { w0: '1.1.0', w3: '1.0.0', w7a: '1.1.0', w7b: '1.0.0' } };
    expect(short(hub(at('13:00'), at('13:00', '2027-03-08'), { clusters, pins, samples: wellNetwork(at('13:00'), clusters) }))).toBe('wait verified hub.alone');
  });
});

test('no ring brings a release to more cells than its share', () => {
  const clusters = path.map((c) => (c.name === 'se' ? { ...c, cells: 600 } : c)); // 600 of 5,600 are 10.7 %
  expect(answer({ clusters })).toBe('hold verified caps.exceeded');
});

describe('a break-glass', () => {
  const urgent = (change: Parameters<typeof breakGlass>[0] = {}, of: Partial<Stage> = {}): Stage =>
    candidate({ ...writer, at: at('12:00'), breakGlass: [breakGlass(change)], ...of });

  test('opens the gate that it names, and leaves a mark', () => {
    const [move] = plan(urgent()).promotions;
    expect([move?.ready, move?.breakGlass, move?.approvals, move?.reasons.map(({ code }) => code)]).toEqual([
      true,
      true,
      2,
      ['gates.open', 'break_glass.used'],
    ]);
  });

  test('is for one agent, ring, release and time', () => {
    const others: Parameters<typeof breakGlass>[0][] = [
      { agent: 'mlb' },
      { ring: 'w5' },
      { release: '1.2.0' },
      { until: at('12:00') },
      { from: at('12:01') },
      { skips: ['freeze'] },
    ];
    for (const change of others) expect(short(decided(urgent(change), 'mro', 'w3'))).toBe('wait verified window.closed');
  });

  test('opens neither order, nor the network, nor a stop', () => {
    const all: Parameters<typeof breakGlass>[0] = { skips: ['window', 'freeze', 'caps'] };
    expect(short(decided(urgent(all, { facts: [fact('mro', 'w3', '1.0.0', at('10:00', '2027-02-01'))] }), 'mro', 'w3'))).toBe(
      'wait verified order.previous_unverified',
    );
    expect(short(decided(urgent(all, { samples: [] }), 'mro', 'w3'))).toBe('hold verified network.unknown,break_glass.used');
    const stop = stopped(at('11:00'));
    expect(short(decided(urgent(all, { stop }), 'mro', 'w3'))).toBe('hold verified stop.the_line,break_glass.used');
    expect(plan(urgent(all, { stop })).promotions).toEqual([]);
  });
});

test('how many people must approve', () => {
  const approvals = (changes: Partial<Stage>): number | undefined => plan(candidate(changes)).promotions.find(({ ring }) => ring === 'w3')?.approvals;
  expect(approvals({})).toBe(1);
  expect(approvals(writer)).toBe(2);
  expect(approvals({ ...writer, clusters: path.map((c) => (c.name === 'se' ? { ...c, protectedShare: 2 } : c)) })).toBe(3);
});
