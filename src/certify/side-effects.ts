import type { Agent, Compensation } from '#model/agent.ts';
import { frozenFacts } from './frozen-facts.ts';
import { compatibilityOf, releaseMove } from './releases.ts';
import { factsProblem, notApplicable, type Result, safe } from './result.ts';
import type { CertifiedUnit, World } from './unit.ts';

/**
 * R12: pods go back, the network does not. An agent that writes must declare how each write of both frozen envelopes is taken back, and
 * whose keeper of former values runs; replicas that vote must understand each other while they are mixed.
 */
export const sideEffects = (unit: CertifiedUnit, world: World): readonly Result[] => {
  const name = unit.root.agent ?? '';
  const agent = world.head.fleet.agents.get(name) ?? world.base.fleet.agents.get(name);
  if (unit.root.kind !== 'agent') return [notApplicable('the unit is no agent')];
  if (!agent) return [factsProblem('both', 'unproven', `agents/${name}/agent.yaml`, 'the facts of the agent can not be read')];
  const effects = agent.tier === 'W' ? compensations(unit, agent, world) : [];
  const votes = isVoting(agent) ? votingMix(unit, agent, world) : [];
  const results = [...effects, ...votes];
  return results.length > 0 ? results : [notApplicable(`the agent writes nothing in the network (tier ${agent.tier}) and votes with nobody`)];
};

type Write = Agent['writes'][number];

const compensations = (unit: CertifiedUnit, agent: Agent, world: World): readonly Result[] =>
  (['base', 'head'] as const).flatMap((side): Result[] => {
    const objects = unit[side];
    if (objects === null) return [];
    const direction = side === 'head' ? 'back' : 'forward';
    const file = `agents/${agent.name}/agent.yaml`;
    const frozen = frozenFacts(objects);
    if (!frozen?.writes)
      return [factsProblem(direction, 'unproven', file, `no envelope is frozen in the configuration of ${side}: nobody knows what it writes`)];
    const declared = frozen.compensation ?? agent.compensation;
    if (!declared) return [factsProblem(direction, 'unproven', file, 'the agent writes in the network and declares no compensation')];
    return covered(direction, frozen.writes, declared, agent, unit, world);
  });

const covered = (
  direction: 'forward' | 'back',
  writes: readonly Write[],
  declared: Compensation,
  agent: Agent,
  unit: CertifiedUnit,
  world: World,
): Result[] => {
  const file = `agents/${agent.name}/agent.yaml`;
  const missing = writes.flatMap((write) =>
    write.operations.filter((op) => !isCovered(write, op, declared)).map((op) => `${op} ${write.class}${write.attribute ? `.${write.attribute}` : ''}`),
  );
  if (missing.length > 0) return [factsProblem(direction, 'unsafe', file, `nothing takes back: ${missing.join(', ')}`)];
  if (!runsBeside(declared.keeper, unit, world))
    return [factsProblem(direction, 'unsafe', file, `${declared.keeper}, which keeps the former values, is pinned in no ring of this environment`)];
  const longest = Math.max(...declared.undo.map((u) => u.withinMinutes));
  return [
    safe(direction, `each of ${writes.length} writes has its undo, from checkpoint ${declared.checkpoint} of ${declared.keeper}, within ${longest} minutes`),
  ];
};

const isCovered = (write: Write, operation: string, { undo }: Compensation): boolean =>
  undo.some((u) => u.class === write.class && u.attribute === write.attribute && u.operations.some((o) => o === operation));

const runsBeside = (keeper: string, { root }: CertifiedUnit, { head: { fleet } }: World): boolean => {
  const env = fleet.rings.get((root.ring ?? '') as never)?.env;
  return [...(fleet.pins.get(keeper)?.keys() ?? [])].some((ring) => fleet.rings.get(ring)?.env === env);
};

const isVoting = (agent: Agent): boolean => agent.consensus !== undefined || (agent.network ?? []).includes('peers');

/** While replicas go one by one, two releases vote together: they must speak one protocol. */
const votingMix = (unit: CertifiedUnit, agent: Agent, world: World): Result[] => {
  const { from, to } = releaseMove(unit, world);
  if (from === undefined || to === undefined || unit.base === null || unit.head === null) return [];
  const [before, after] = [from, to].map((release) => compatibilityOf(agent.compatibility, release)?.protocol);
  const file = `agents/${agent.name}/agent.yaml`;
  if (before === undefined || after === undefined) {
    return [factsProblem('both', 'unproven', file, `no entry of compatibility says which protocol the replicas of ${before === undefined ? from : to} speak`)];
  }
  if (before === after) return [safe('both', `replicas of ${from} and ${to} speak protocol ${before} and may vote together`)];
  return [
    factsProblem(
      'both',
      'unsafe',
      file,
      `replicas of ${from} speak protocol ${before} and those of ${to} protocol ${after}: in the middle neither has a quorum`,
    ),
  ];
};
