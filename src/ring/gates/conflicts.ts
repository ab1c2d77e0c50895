import type { Agent } from '#model/agent.ts';
import type { Reason } from '#model/promotion.ts';
import { policy } from '../policy.ts';
import type { RingView } from '../ring-view.ts';
import type { RingWorld } from '../world.ts';
import { type Gate, isMoving } from './gate.ts';

/** Rule 12 and kargo#3681: what touches the same or coupled attributes is under observation one at a time in a cluster; so is tier W. */
export const conflictGate: Gate = ({ view }, { world, views }) => {
  const agent = world.agent(view.agent);
  const coupled = coupledWith(agent.conflictGroup, world);
  const names = new Set(view.clusters.map(({ name }) => name));
  return views
    .filter((other) => other.agent !== view.agent && isMoving(other) && other.clusters.some(({ name }) => names.has(name)))
    .flatMap((other) => clashOf(agent, world.agent(other.agent), other, coupled));
};

const clashOf = (agent: Agent, other: Agent, { ring, state }: RingView, coupled: ReadonlySet<string>): Reason[] => {
  const about = `${other.name} is ${state} in ${ring}`;
  if (other.conflictGroup === agent.conflictGroup)
    return [{ code: 'conflict.group', text: `${about} and is of the same conflict group ${agent.conflictGroup}` }];
  if (coupled.has(other.conflictGroup)) return [{ code: 'conflict.coupled', text: `${about}; ${other.conflictGroup} is coupled with ${agent.conflictGroup}` }];
  if (agent.tier === 'W' && other.tier === 'W')
    return [{ code: 'conflict.tier_w', text: `${about}: one agent of tier W is under observation in a cluster at a time` }];
  return [];
};

const coupledWith = (group: string, { fleet }: RingWorld): Set<string> =>
  new Set(
    [...fleet.agents.values()].flatMap(({ arbitration = [] }) => arbitration).flatMap(({ groups: [a, b] }) => (a === group ? [b] : b === group ? [a] : [])),
  );

/**
 * At most so many agents move in the first rings: there every new release lands first, and blame must stay possible. One that is held moves
 * nowhere.
 */
export const earlyGate: Gate = ({ view }, { views }) => {
  const early = new Set(['w0', 'w1', 'w2']);
  if (!early.has(view.ring)) return [];
  const moving = new Set(views.filter((v) => early.has(v.ring) && isMoving(v) && v.state !== 'held' && v.agent !== view.agent).map((v) => v.agent));
  return moving.size < policy.earlyMoves
    ? []
    : [{ code: 'moves.too_many', text: `${moving.size} agents move in w0 to w2 already, at most ${policy.earlyMoves} may` }];
};
