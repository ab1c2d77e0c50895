import path from 'node:path';
import { expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { quorumOf } from './partition.ts';
import { quorumRuleOf } from './quorum-facts.ts';

const agents = readFleet(worktreeSnapshot(path.resolve(import.meta.dirname, '../..'))).agents;
const stateful = [...agents.values()].filter((agent) => agent.state === 'V');

const ruleOf = (name: string) => {
  const agent = agents.get(name);
  return agent && quorumRuleOf(agent);
};

test('the facts of the fleet say who needs which quorum', () => {
  expect(ruleOf('byzantine-coordinator')).toEqual({ kind: 'byzantine', tolerated: 1 });
  expect(ruleOf('quorum-manager')).toEqual({ kind: 'majority' });
  expect(ruleOf('queen-coordinator')).toEqual({ kind: 'majority' });
  expect(ruleOf('crdt-synchronizer')).toEqual({ kind: 'none' });
  expect(ruleOf('nokia-netact-adapter')).toEqual({ kind: 'none' });
});

test('every stateful agent of the fleet can lose one pod without losing its quorum', () => {
  const places = stateful.flatMap((agent) => Object.values(agent.placement).map((placed) => ({ agent, replicas: placed?.replicas ?? 0 })));
  expect(places.length).toBeGreaterThan(10);
  expect(places.filter(({ agent, replicas }) => replicas - 1 < quorumOf(quorumRuleOf(agent), replicas)).map(({ agent }) => agent.name)).toEqual([]);
});
