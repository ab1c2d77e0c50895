import type { Agent } from '#model/agent.ts';
import type { QuorumRule } from './partition.ts';

/**
 * The quorum that the facts of an agent ask for. `consensus.f` states Byzantine consensus, as the rule consensus_quorum
 * reads it; an agent of the group consensus, or one that promises the time of a consensus round, decides by majority; no
 * other agent states that its pods vote. Pure.
 */
export const quorumRuleOf = (agent: Pick<Agent, 'consensus' | 'group' | 'slos'>): QuorumRule => {
  if (agent.consensus) return { kind: 'byzantine', tolerated: agent.consensus.f };
  const votes = agent.group === 'consensus' || agent.slos.some((slo) => slo.name.startsWith('consensus-round'));
  return { kind: votes ? 'majority' : 'none' };
};
