import type { Agent } from '#model/agent.ts';
import { type Cluster, joiningOf, type Ring, rings } from '#model/cluster.ts';
import { clustersOf, type Fleet, membersOf, type RingFacts } from '#model/fleet.ts';
import type { Observations, RingFact } from '#model/observation.ts';
import type { Quarantine } from '#model/quarantine.ts';
import type { BreakGlass, StopTheLine } from '#model/stop.ts';
import { compareText } from '#util/order.ts';
import { indexObservations, type ObservationIndex } from './observation-index.ts';

/** Everything that a plan follows from: facts of Git, signed records, observations, the clock. */
export interface PlanInput {
  /** Commit of the facts. */
  readonly revision: string;
  /** The clock, an instant in UTC. */
  readonly at: string;
  readonly fleet: Fleet;
  /** Releases that stand in Git, by agent. */
  readonly releases: ReadonlyMap<string, readonly string[]>;
  readonly quarantines: ReadonlyMap<string, Quarantine>;
  /** When the commit came that gave a pin its release, by `<agent>/<ring>`; absent where nobody knows. */
  readonly pinnedAt: ReadonlyMap<string, string>;
  readonly facts: readonly RingFact[];
  readonly observations: Observations;
  readonly stop?: StopTheLine | undefined;
  readonly breakGlass: readonly BreakGlass[];
}

/** The input, looked up. */
export interface RingWorld extends PlanInput {
  readonly clock: number;
  readonly index: ObservationIndex;
  /** Records of a ring in order of time. */
  factsOf(agent: string, ring: Ring): readonly RingFact[];
  /** Clusters of a ring that run the agent, with those that join. */
  membersOf(agent: string, ring: Ring): readonly Cluster[];
  /** Clusters of a ring that follow its pin of the agent: one that joins shows nothing of the release that the pin names. */
  clustersOf(agent: string, ring: Ring): readonly Cluster[];
  ringFacts(ring: Ring): RingFacts | undefined;
  agent(name: string): Agent;
  isQuarantined(agent: string, release: string): boolean;
}

export const worldOf = (input: PlanInput): RingWorld => {
  const facts = new Map<string, RingFact[]>();
  const ordered = [...input.facts].sort((a, b) => compareText(a.at, b.at) || compareText(a.record, b.record));
  for (const fact of ordered) {
    const key = `${fact.agent}/${fact.ring}`;
    facts.set(key, [...(facts.get(key) ?? []), fact]);
  }
  const barred = new Set([...input.quarantines].flatMap(([agent, { releases }]) => releases.map(({ release }) => `${agent} ${release}`)));
  const clusters = new Map(rings.map((ring) => [ring, clustersOf(input.fleet, ring)]));
  const members = (name: string, ring: Ring): Cluster[] => membersOf(input.fleet, name, ring, clusters.get(ring));
  return {
    ...input,
    clock: Date.parse(input.at),
    index: indexObservations(input.observations, input.at),
    factsOf: (agent, ring) => facts.get(`${agent}/${ring}`) ?? [],
    membersOf: members,
    clustersOf: (name, ring) => members(name, ring).filter((cluster) => joiningOf(cluster, name) === undefined),
    ringFacts: (ring) => input.fleet.rings.get(ring),
    agent: (name) => input.fleet.agents.get(name) as Agent,
    isQuarantined: (agent, release) => barred.has(`${agent} ${release}`),
  };
};

/** Instant of a number of milliseconds. */
export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
