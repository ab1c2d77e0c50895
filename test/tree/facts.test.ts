import { expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { repository } from '../support/policy-cases.ts';

const fleet = readFleet(worktreeSnapshot(repository));
const agents = [...fleet.agents.values()];
const clusters = [...fleet.clusters.values()];

const sumBy = <T>(items: readonly T[], key: (item: T) => string, amount: (item: T) => number): Record<string, number> => {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + amount(item));
  return Object.fromEntries(sums);
};

const tally = (values: readonly string[]): Record<string, number> =>
  sumBy(
    values,
    (v) => v,
    () => 1,
  );

test('there are 54 agents in the groups, risk tiers and states of the catalogue', () => {
  expect(agents).toHaveLength(54);
  expect(tally(agents.map((a) => a.group))).toEqual({
    coordination: 5,
    consensus: 2,
    memory: 3,
    'data-ingestion': 4,
    mobility: 4,
    coverage: 4,
    capacity: 3,
    energy: 2,
    quality: 3,
    diagnostics: 5,
    security: 2,
    'vendor-adapters': 5,
    learning: 2,
    deployment: 4,
    monitoring: 4,
    enterprise: 2,
  });
  expect(tally(agents.map((a) => a.tier))).toEqual({ R: 17, A: 21, W: 16 });
  expect(tally(agents.map((a) => a.state))).toEqual({ S: 12, M: 28, V: 14 });
  expect(agents.filter((a) => a.platformCritical)).toHaveLength(20);
});

// The catalogue has 31, 89 and 8. Rule REL-03 wants a second pod of each agent that writes or is critical (4 in regions, 6 on edges), a third of the gateway.
test('pods per tier are those of the catalogue and of the rule about replicas', () => {
  const pods = (tier: 'hub' | 'region' | 'edge') => agents.reduce((sum, a) => sum + (a.placement[tier]?.replicas ?? 0), 0);
  expect([pods('hub'), pods('region'), pods('edge')]).toEqual([31, 89 + 4 + 1, 8 + 6]);
});

test('there are 44 clusters with 9,510 production cells, in the waves of the plan', () => {
  expect(tally(clusters.map((c) => `${c.env} ${c.tier}`))).toEqual({
    'dev hub': 1,
    'dev region': 1,
    'staging hub': 1,
    'staging region': 3,
    'staging edge': 2,
    'production hub': 4,
    'production region': 8,
    'production edge': 24,
  });
  const production = clusters.filter((c) => c.env === 'production');
  const cellsByWave = sumBy(
    production,
    (c) => c.wave,
    (c) => c.cells,
  );
  expect(cellsByWave).toEqual({ w2: 210, w3: 534, w4: 1126, w5: 2170, w6a: 2530, w6b: 2940, w7a: 0, w7b: 0, w7c: 0, w7d: 0 });
});

test('no two clusters share a tracking area, so a step never takes all layers of one area', () => {
  const areas = clusters.flatMap((c) => c.trackingAreas);
  expect(new Set(areas).size).toBe(areas.length);
});

test('every hub that a cluster names is a hub, and every cluster has a ring that fits its environment', () => {
  for (const cluster of clusters) {
    expect(fleet.clusters.get(cluster.hub)?.tier, cluster.name).toBe('hub');
    expect(fleet.rings.get(cluster.wave)?.env, cluster.name).toBe(cluster.env);
  }
});

test('two agents that write the same attribute share a conflict group', () => {
  const groups = new Map<string, Set<string>>();
  for (const agent of agents) {
    for (const w of agent.writes.filter((x) => x.class !== '*' && x.attribute !== undefined)) {
      const key = `${w.class}.${w.attribute}`;
      groups.set(key, (groups.get(key) ?? new Set()).add(agent.conflictGroup));
    }
  }
  expect([...groups].filter(([, names]) => names.size > 1)).toEqual([]);
});

test('only adapters, the rollback manager and decision writers have a write envelope, and each is bounded', () => {
  for (const agent of agents) {
    expect(agent.writes.length > 0, agent.name).toBe(agent.tier === 'W');
    for (const w of agent.writes.filter((x) => x.class !== '*' && x.operations.includes('set'))) {
      expect(w.range !== undefined || w.values !== undefined, `${agent.name} ${w.class}.${w.attribute}`).toBe(true);
    }
  }
});
