import { describe, expect, test } from 'vitest';
import { at, decided, fact, look, plan, type Stage, short, stopped } from '../../test/support/stage.ts';
import { moving, noon as now, seen } from '../../test/support/stage-stories.ts';

const old = at('10:00', '2027-02-01');

describe('the way back', () => {
  const bad = { samples: [seen('se', { aborted: '1.1.0' })] };
  const moves = (changes: Partial<Stage>): string[] =>
    plan(moving({ ...bad, ...changes })).reverts.map(
      (r) => `${r.agent} ${r.release} from ${r.ring}: ${r.moves.map((m) => `${m.ring} ${m.from}->${m.to}`).join(' ')}`,
    );

  test('is one for the failing ring and those after it that have the release', () => {
    expect(moves({})).toEqual(['mro 1.1.0 from w3: w3 1.1.0->1.0.0']);
    expect(moves({ pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.1.0', w5: '1.1.0', w6b: '1.0.0' } } })).toEqual([
      'mro 1.1.0 from w3: w3 1.1.0->1.0.0 w5 1.1.0->1.0.0',
    ]);
  });

  test('two failing rings are one way back', () => {
    const pins = { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.1.0', w5: '1.1.0', w6b: '1.0.0' } };
    expect(moves({ pins, samples: [seen('es', { aborted: '1.1.0' }), seen('se', { aborted: '1.1.0' })] })).toEqual([
      'mro 1.1.0 from w3: w3 1.1.0->1.0.0 w5 1.1.0->1.0.0',
    ]);
  });

  test('goes to the last release that the ring verified, that is in Git and not barred', () => {
    const facts = [
      ...(moving().facts ?? []),
      fact('mro', 'w3', '0.9.0', at('10:00', '2027-02-02')),
      fact('mro', 'w3', '0.8.0', at('10:00', '2027-02-03')),
      fact('mro', 'w3', '0.7.0', at('10:00', '2027-02-04')),
    ];
    expect(moves({ facts, releases: { mro: ['0.7.0', '0.8.0', '0.9.0', '1.0.0', '1.1.0'] } })).toEqual(['mro 1.1.0 from w3: w3 1.1.0->0.7.0']);
    expect(moves({ facts, releases: { mro: ['0.8.0', '0.9.0', '1.0.0', '1.1.0'] }, barred: [['mro', '0.8.0']] })).toEqual([
      'mro 1.1.0 from w3: w3 1.1.0->0.9.0',
    ]);
  });

  test('is never guessed', () => {
    const facts = (moving().facts ?? []).filter(({ ring }) => ring !== 'w3');
    const made = plan(moving({ ...bad, facts }));
    expect(made.reverts).toEqual([]);
    expect(short(decided(made, 'mro', 'w3'))).toBe('hold failed revert.no_target,failure.aborted');
  });

  test('asks neither freeze, nor stop, nor window, nor a network that is ill', () => {
    const freezes = [{ scope: { countries: ['SE'] }, from: '2027-03-01T00:00', until: '2027-04-01T00:00' }];
    const stop = stopped(at('11:00'));
    expect(moves({ freezes, stop, agents: [{ name: 'mro', tier: 'W' }] })).toEqual(['mro 1.1.0 from w3: w3 1.1.0->1.0.0']);
  });

  test('once taken, there is nothing left to take back, and the rings before are held', () => {
    const pins = { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0', w5: '1.0.0', w6b: '1.0.0' } };
    const facts = [...(moving().facts ?? []), fact('mro', 'w3', '1.1.0', at('11:59'), 'reverted')];
    const made = plan(moving({ ...bad, pins, facts, barred: [['mro', '1.1.0']], pinnedAt: { 'mro/w3': at('11:59') } }));
    expect(made.reverts).toEqual([]);
    expect(short(decided(made, 'mro', 'w1'))).toBe('hold held release.quarantined,release.none');
    expect(short(decided(made, 'mro', 'w3'))).toBe('wait verified release.none');
    expect(made.promotions).toEqual([]);
  });

  test('of agents that write comes first, and is paced by cells of a tracking area', () => {
    const names = ['a', 'b', 'r'];
    const agents = [
      { name: 'a', tier: 'W' as const },
      { name: 'b', tier: 'W' as const },
      { name: 'r', tier: 'R' as const },
    ];
    const pins = Object.fromEntries(names.map((n) => [n, { w3: '1.1.0' as const }]));
    const facts = names.map((n) => fact(n, 'w3', '1.0.0', old));
    const samples = names.map((n) => look(n, 'se', at('11:59'), { release: '1.1.0', aborted: '1.1.0' }));
    const order = (extra: Partial<Stage> = {}) =>
      plan({ at: now, agents, pins, facts, samples, ...extra }).reverts.map((r) => [r.agent, r.step, r.notBefore.slice(11, 16)]);
    expect(order()).toEqual([
      ['a', 0, '12:00'],
      ['b', 0, '12:07'],
      ['r', 2, '12:00'],
    ]); // 400 cells at 60 a minute
    const recorded = [...facts, fact('b', 'w3', '0.9.0', at('11:57'), 'reverted')];
    expect(order({ facts: recorded })).toEqual([
      ['a', 0, '12:04'],
      ['b', 0, '12:11'],
      ['r', 2, '12:00'],
    ]);
  });
});
