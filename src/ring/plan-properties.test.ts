import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ring, rings } from '#model/cluster.ts';
import type { RingFact } from '#model/observation.ts';
import type { Plan } from '#model/promotion.ts';
import { agentName, clusterName, clusters, names, now, releases, used, world } from '../../test/support/random-stage.ts';
import { breakGlass, cluster, fact, judged, later, look, type Stage, stage, stopped } from '../../test/support/stage.ts';
import { planOf } from './plan.ts';
import { soakEnd } from './soak.ts';

const runs = { numRuns: 300 };
const key = ({ agent, ring }: { agent: string; ring: string }): string => `${agent}/${ring}`;
const last = (all: readonly RingFact[], agent: string, ring: string, of: string): string | undefined =>
  [...all]
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.record < b.record ? -1 : 1))
    .findLast((f) => f.agent === agent && f.ring === ring && f.release === of)?.outcome;

test('what goes on was verified in the ring before, is barred nowhere, is newer, and its clusters were seen well', () => {
  let moved = 0;
  fc.assert(
    fc.property(world, (of) => {
      const made = planOf(stage(of));
      for (const p of made.promotions) {
        moved++;
        expect((of.barred ?? []).some(([agent, r]) => agent === p.agent && r === p.to)).toBe(false);
        expect(p.to > p.from).toBe(true);
        const before = used[used.indexOf(p.ring) - 1] ?? null;
        expect(p.verifiedIn).toBe(before);
        if (before !== null) expect(last(of.facts ?? [], p.agent, before, p.to)).toBe('verified');
        if (!p.ready) continue;
        expect(made.stopped).toBeNull();
        for (const c of clusters.filter(({ wave }) => wave === p.ring)) {
          const seen = (of.samples ?? [])
            .filter((s) => s.kind === 'cluster' && s.cluster === c.name && s.at <= now)
            .sort((a, b) => (a.at < b.at ? -1 : 1))
            .at(-1);
          expect(seen).toMatchObject({ reachable: true, criticalAlarms: 0, incident: false });
        }
      }
    }),
    { numRuns: 600 },
  );
  expect(moved).toBeGreaterThan(5);
});

test('without observations nothing moves, and nothing is verified', () => {
  fc.assert(
    fc.property(world, (of) => {
      const made = planOf(stage({ ...of, samples: [] }));
      expect([made.promotions.filter(({ ready }) => ready), made.reverts, made.decisions.filter((d) => d.verified !== null)]).toEqual([[], [], []]);
    }),
    runs,
  );
});

test('freeze, stop and an ill network hold no way back', () => {
  let back = 0;
  fc.assert(
    fc.property(world, (of) => {
      const free = { ...of, freezes: [] };
      const { stop: _, ...running } = free;
      const reverts = planOf(stage(running)).reverts;
      const stop = stopped(now);
      const frozen = [{ scope: { rings: [...used] }, from: '2027-03-01T00:00', until: '2027-04-01T00:00' }];
      const ill = (of.samples ?? []).map((s) => (s.kind === 'cluster' ? { ...s, criticalAlarms: 5, incident: true } : s));
      expect(planOf(stage({ ...running, freezes: frozen, stop, samples: ill })).reverts).toEqual(reverts);
      back += reverts.length;
    }),
    runs,
  );
  expect(back).toBeGreaterThan(5);
});

test('one more ill or unknown look never lets anything go on', () => {
  const illness = fc.constantFrom(
    { health: 'Unknown' },
    { sync: 'Unknown' },
    { release: null },
    { hasPin: false },
    { health: 'Progressing' },
    { analysis: 'Error' },
    { analysis: 'Failed' },
    { health: 'Degraded' },
  );
  fc.assert(
    fc.property(world, agentName, clusterName, illness, (of, agent, name, ill) => {
      const input = stage(of);
      const ring = clusters.find((c) => c.name === name)?.wave ?? '';
      const own = input.fleet.pins.get(agent)?.get(ring as Ring)?.release ?? '';
      const one = look(agent, name, now, { release: own, ...(ill as object) });
      const before = new Map(planOf(input).decisions.map((d) => [key(d), d]));
      const after = planOf({ ...input, observations: { ...input.observations, samples: [...input.observations.samples, one] } });
      for (const d of after.decisions.filter(({ agent: a }) => a === agent)) if (d.action === 'promote') expect(before.get(key(d))?.action).toBe('promote');
      const here = after.decisions.find((d) => key(d) === `${agent}/${ring}`);
      if (here?.verified) expect(before.get(key(here))?.verified).not.toBeNull();
    }),
    { numRuns: 600 },
  );
});

test('neither approval nor break-glass shortens a soak or opens an order', () => {
  fc.assert(
    fc.property(world, (of) => {
      const always = { skips: ['window', 'freeze', 'caps'], from: '2027-01-01T00:00:00.000Z', until: '2028-01-01T00:00:00.000Z' } as const;
      const glasses = names.flatMap((agent) =>
        used.flatMap((ring) => releases.map((r) => breakGlass({ ...always, skips: [...always.skips], agent, ring, release: r }))),
      );
      const plain = planOf(stage(of));
      const broken = planOf(stage({ ...of, breakGlass: glasses }));
      const state = ({ decisions }: Plan) => decisions.map((d) => [key(d), d.state, d.verified]);
      expect(state(broken)).toEqual(state(plain));
      for (const p of broken.promotions) if (p.verifiedIn !== null) expect(last(of.facts ?? [], p.agent, p.verifiedIn, p.to)).toBe('verified');
    }),
    runs,
  );
});

test('a release is verified exactly when its soak is as long as its tier demands', () => {
  const tiers = fc.constantFrom('R' as const, 'A' as const, 'W' as const);
  fc.assert(
    fc.property(tiers, fc.integer({ min: 1, max: 40 * 60 }), fc.constantFrom('UTC', 'Europe/Madrid'), (tier, minutes, timeZone) => {
      const since = later(now, -minutes);
      const seen = Array.from({ length: Math.floor(minutes / 9) + 2 }, (_, i) => look('mro', 'se', later(since, 9 * i - 1)));
      const one = { at: now, clusters: [cluster('se', { timeZone })], agents: [{ name: 'mro', tier }], samples: [...seen, judged('mro', 'w3', now)] };
      const demand = { hours: { R: 0.5, A: 2, W: 24 }[tier], busyZones: tier === 'W' ? [timeZone] : [] };
      const [{ verified } = { verified: null }] = planOf(stage(one)).decisions;
      const from = Date.parse(later(since, 8)); // the second look
      expect(verified !== null).toBe(soakEnd(from, demand) <= Date.parse(now));
    }),
    { numRuns: 400 },
  );
});

const pinned = (of: Stage, agent: string): Partial<Record<Ring, string>> => of.pins?.[agent] as Partial<Record<Ring, string>>;

/** The world after the ways back of its plan were taken. */
const taken = (of: Stage, { reverts }: Plan): Stage => ({
  ...of,
  pins: Object.fromEntries(
    names.map((n) => [
      n,
      Object.fromEntries(used.map((ring) => [ring, reverts.flatMap((r) => r.moves).find((m) => m.agent === n && m.ring === ring)?.to ?? pinned(of, n)[ring]])),
    ]),
  ),
  barred: [...(of.barred ?? []), ...reverts.map((r) => [r.agent, r.release] as const)],
  facts: [...(of.facts ?? []), ...reverts.flatMap((r) => r.moves.map((m) => fact(m.agent, m.ring, m.from, now, 'reverted')))],
  pinnedAt: { ...of.pinnedAt, ...Object.fromEntries(reverts.flatMap((r) => r.moves.map((m) => [`${m.agent}/${m.ring}`, later(now, 0.1)]))) },
});

test('a way back is taken once, goes to what the ring verified, and reaches every ring after the failing one', () => {
  let back = 0;
  fc.assert(
    fc.property(world, (of) => {
      const made = planOf(stage(of));
      back += made.reverts.length;
      for (const { agent, release: bad, ring, moves } of made.reverts) {
        for (const m of moves) {
          expect(m.from).toBe(bad);
          expect(rings.indexOf(m.ring)).toBeGreaterThanOrEqual(rings.indexOf(ring));
          expect(last(of.facts ?? [], agent, m.ring, m.to)).toBe('verified');
        }
      }
      const done = new Set(made.reverts.map((r) => `${r.agent} ${r.release}`));
      const again = planOf(stage(taken(of, made))).reverts.filter(
        (r) => done.has(`${r.agent} ${r.release}`) && r.moves.some((m) => made.reverts.some((b) => b.moves.some((n) => key(n) === key(m)))),
      );
      expect(again).toEqual([]);
    }),
    { numRuns: 500 },
  );
  expect(back).toBeGreaterThan(5);
});

test('the order of samples and records changes nothing', () => {
  fc.assert(
    fc.property(world, fc.integer(), (of, seed) => {
      const input = stage(of);
      const turn = <T>(list: readonly T[]): T[] =>
        list
          .map((value, i) => [value, Math.sin(seed + i)] as const)
          .sort((a, b) => a[1] - b[1])
          .map(([value]) => value);
      const turned = {
        ...input,
        facts: turn(input.facts),
        observations: { ...input.observations, samples: turn([...input.observations.samples, ...input.observations.samples]) },
      };
      expect(JSON.stringify(planOf(turned))).toBe(JSON.stringify(planOf(input)));
    }),
    { numRuns: 200 },
  );
});
