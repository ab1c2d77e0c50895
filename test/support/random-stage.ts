import fc from 'fast-check';
import type { Ring } from '#model/cluster.ts';
import type { RingFact, Sample } from '#model/observation.ts';
import { at, cluster, fact, judged, later, look, network, type Stage, stopped } from './stage.ts';

export const now = at('01:00');
export const clusters = [
  cluster('dev', { wave: 'w0', env: 'dev' }),
  cluster('stg', { wave: 'w1', env: 'staging', trackingAreas: [9] }),
  cluster('se', { trackingAreas: [1], cells: 90 }),
  cluster('se2', { trackingAreas: [4], cells: 90 }),
  cluster('es', { wave: 'w5', cells: 820, trackingAreas: [2] }),
  cluster('de', { wave: 'w6b', cells: 1000, trackingAreas: [3] }),
];
export const used: readonly Ring[] = ['w0', 'w1', 'w3', 'w5', 'w6b'];
export const releases = ['1.0.0', '1.1.0', '1.2.0'];
export const names = ['mro', 'mlb'];

/** Mostly one, so that pins, looks and records often speak of the same. */
const release = fc.constantFrom('1.1.0', '1.1.0', '1.1.0', '1.1.0', '1.0.0', '1.0.0', '1.2.0');
const ago = fc.integer({ min: -40, max: 60 * 30 }).map((minutes) => later(now, -minutes));
export const agentName = fc.constantFrom(...names);
export const clusterName = fc.constantFrom(...clusters.map((c) => c.name));

const agentSample = fc
  .record({
    agent: agentName,
    cluster: clusterName,
    when: ago,
    changes: fc.record(
      {
        hasPin: fc.boolean(),
        sync: fc.constantFrom('Synced', 'Synced', 'OutOfSync', 'Unknown'),
        health: fc.constantFrom('Healthy', 'Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'),
        release: fc.option(release),
        aborted: fc.option(release),
        analysis: fc.option(fc.constantFrom('Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive')),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ agent, cluster: of, when, changes }): Sample => look(agent, of, when, changes as never));

/** Long healthy stretches, so that soaks do end. */
const healthy = fc
  .record({ agent: agentName, cluster: clusterName, hours: fc.integer({ min: 1, max: 30 }), of: release })
  .map(({ agent, cluster: name, hours, of }) => Array.from({ length: hours * 7 }, (_, i): Sample => look(agent, name, later(now, -9 * i), { release: of })));

const clusterSample = fc
  .record({
    name: clusterName,
    when: ago,
    reachable: fc.boolean(),
    criticalAlarms: fc.option(fc.integer({ min: 0, max: 2 })),
    incident: fc.option(fc.boolean()),
  })
  .map(({ name, when, ...changes }): Sample => network(name, when, changes));
const fleetSample = fc
  .record({
    agent: agentName,
    ring: fc.constantFrom(...used),
    when: ago,
    release,
    phase: fc.constantFrom('Successful', 'Successful', 'Failed', 'Inconclusive', 'Error'),
  })
  .map(({ agent, ring, when, ...changes }): Sample => judged(agent, ring, when, changes as never));

const samples = fc
  .tuple(
    fc.array(healthy, { minLength: 2, maxLength: 8 }),
    fc.array(fc.oneof(agentSample, clusterSample, fleetSample), { maxLength: 10 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([long, loose, isWell, isJudged]) => [
    ...long.flat(),
    ...loose,
    ...(isWell ? clusters.map(({ name }) => network(name, now)) : []),
    ...(isJudged ? names.flatMap((agent) => used.map((ring) => judged(agent, ring, now, { release: '1.1.0' }))) : []),
  ]);

const facts = fc.array(
  fc
    .record({ agent: agentName, ring: fc.constantFrom(...used), release, when: ago, outcome: fc.constantFrom('verified', 'verified', 'verified', 'reverted') })
    .map((f): RingFact => fact(f.agent, f.ring, f.release, f.when, f.outcome as never)),
  { maxLength: 20 },
);

const pins = fc.record({ mro: fc.array(release, { minLength: 5, maxLength: 5 }), mlb: fc.array(release, { minLength: 5, maxLength: 5 }) });

export const world: fc.Arbitrary<Stage> = fc
  .record({
    pins,
    samples,
    facts,
    barred: fc.array(fc.tuple(agentName, release), { maxLength: 2 }),
    tiers: fc.record({ mro: fc.constantFrom('R', 'A', 'W'), mlb: fc.constantFrom('R', 'A', 'W') }),
    group: fc.boolean(),
    pinnedAt: fc.array(ago, { minLength: 5, maxLength: 5 }),
    freeze: fc.boolean(),
    stop: fc.boolean(),
    simulated: fc.boolean(),
  })
  .map(({ pins: of, tiers, group, pinnedAt, freeze, stop, ...rest }) => ({
    at: now,
    clusters,
    agents: names.map((name) => ({ name, tier: tiers[name as 'mro'] as 'R', conflictGroup: group ? 'one' : name })),
    pins: Object.fromEntries(names.map((n) => [n, Object.fromEntries(used.map((ring, i) => [ring, of[n as 'mro'][i]]))])),
    releases: Object.fromEntries(names.map((n) => [n, releases])),
    pinnedAt: Object.fromEntries(names.flatMap((n) => used.map((ring, i) => [`${n}/${ring}`, pinnedAt[i] ?? now]))),
    ...(freeze ? { freezes: [{ scope: { rings: [...used] }, from: '2027-03-01T00:00', until: '2027-04-01T00:00' }] } : {}),
    ...(stop ? { stop: stopped(now) } : {}),
    ...rest,
  }));
