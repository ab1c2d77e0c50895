import { z } from 'zod';
import type { Agent, Tier } from './agent.ts';
import type { Cluster, Ring } from './cluster.ts';
import { environments, rings } from './cluster.ts';
import type { Component } from './component.ts';
import type { Freeze } from './freeze.ts';
import type { MetricContract } from './metric-contract.ts';

const ratio = z.number().min(0).max(1);

/** What a rehearsal takes an agent to do where its agent.yaml says nothing else. Shares are of decisions. */
const rehearsal = z.strictObject({
  /** Decisions for one cell in one hour. */
  decisionsPerCellHour: z.number().positive(),
  /** Share of decisions that fail in a healthy agent. */
  errorRatio: ratio,
  /** Share of decisions slower than 100 ms. */
  slowRatio: ratio,
  /** Share of shadow decisions that differ from those of the stable version although nothing is wrong. */
  divergenceRatio: ratio,
  /** Share of decisions that may go wrong in 30 days. */
  errorBudget: ratio,
});
export type RehearsalFacts = z.infer<typeof rehearsal>;

/** What the pods of one agent may request in one cluster, all together: cores, GiB, and whole devices like GPUs. */
const allowance = z.strictObject({ cpu: z.number().positive(), memoryGi: z.number().positive(), gpu: z.int().min(0) });

const price = z.number().min(0);

/** What a month of one requested core, GiB or device costs. `assumption` until a contract or the books say it. */
const prices = z.strictObject({
  basis: z.enum(['assumption', 'contract']),
  source: z.string().min(10).max(300),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency of ISO 4217, like EUR'),
  perMonth: z.strictObject({ cpu: price, memoryGi: price, gpu: price }),
});

const className = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a PriorityClass');

/** Facts about the fleet as a whole: `fleet.yaml`. */
export const fleetSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('Fleet'),
  /** Git URL that Argo CD reads. */
  repository: z.url(),
  /** Fully qualified ref, so that Argo CD need not scan refs. */
  revision: z.string().regex(/^refs\/heads\//),
  /** Image registries that production may pull from. */
  registries: z.array(z.string().min(1)).min(1),
  /** How many digests of one repository each registry keeps before it deletes the oldest. */
  retainedDigests: z.record(z.string().min(1), z.int().min(1)).optional(),
  /** Distinct agents that each environment must run. */
  expectedAgents: z.strictObject({ dev: z.int(), staging: z.int(), production: z.int() }),
  /** PriorityClass of an agent's pods, by its risk tier, and the rings whose clusters have these classes. Without it the rule about it is undecided. */
  priorityClasses: z.strictObject({ R: className, A: className, W: className, rings: z.array(z.enum(rings)) }).optional(),
  /** How each team is reached at any hour: `@org/team` to an address. Without it the rule about owners is undecided. */
  contacts: z.record(z.string().regex(/^@[a-z0-9-]+\/[a-z0-9-]+$/, 'must be a team, like @norvik/ran-mobility'), z.email()).optional(),
  /** Above `warn` the gate asks why, above `cap` it denies. Without them the rules about them are undecided. */
  allowances: z
    .strictObject({
      warn: allowance,
      cap: allowance,
      /** Agents that may take more, or must take less. */
      exceptions: z.record(z.string().min(1), z.strictObject({ warn: allowance.partial().optional(), cap: allowance.partial().optional() })).optional(),
    })
    .optional(),
  /** Without them a report says nothing of money. */
  prices: prices.optional(),
  /** Without it no rollout can be rehearsed. */
  rehearsal: rehearsal.optional(),
});
type FleetConfig = z.infer<typeof fleetSchema>;

const version = z.string().regex(/^v[1-9][0-9]*$/, 'must be a trait version, like v1');

/** Facts about one ring: `clusters/_rings/<ring>/ring.yaml`. */
export const ringSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('Ring'),
  name: z.enum(rings),
  env: z.enum(environments),
  summary: z.string().min(10).max(200),
  /** Least time that a release stays in this ring before it may go on, hours, by risk tier of the agent. */
  bakeHours: z.strictObject({ R: z.number(), A: z.number(), W: z.number() }),
  /** Versions of the shared traits that the generated files of this ring use: one ring moves at a time. */
  traits: z.strictObject({ tier: version, cluster: version }),
});
export type RingFacts = z.infer<typeof ringSchema>;

/** What a released configuration says about where its agent runs: `config/<n>/placement.yaml`, frozen with the configuration. */
export interface PinnedPlacement {
  readonly release: string;
  readonly config: string;
  readonly tiers: readonly Tier[];
  /** Pods per cluster of a tier, CPU in millicores (`500m`) and memory in mebibytes (`1024Mi`) per pod. */
  readonly placed: Readonly<Partial<Record<Tier, Placed>>>;
}

interface Placed {
  readonly replicas: number;
  readonly cpu: string;
  readonly memory: string;
}

/** Everything that the repository declares about the fleet at one revision. */
export interface Fleet {
  readonly config: FleetConfig;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly components: ReadonlyMap<string, Component>;
  readonly rings: ReadonlyMap<Ring, RingFacts>;
  /** The freeze calendar, by name. */
  readonly freezes: ReadonlyMap<string, Freeze>;
  /** What analyses may ask for; absent where the repository states none, and then nothing can be said about a query. */
  readonly metrics?: MetricContract;
  /** Pins by agent and ring. */
  readonly pins: ReadonlyMap<string, ReadonlyMap<Ring, PinnedPlacement>>;
}

export const clustersOf = (fleet: Fleet, ring: string, tier?: string): Cluster[] =>
  [...fleet.clusters.values()].filter((c) => c.wave === ring && (tier === undefined || c.tier === tier));

/** Does the cluster run this agent? A vendor adapter goes only where the cluster has the vendor. */
export const runsOn = (agent: Agent, cluster: Cluster): boolean => agent.vendor === undefined || cluster.vendors.some((v) => v.name === agent.vendor);

/** Clusters of a ring that run an agent, as its pin there places it. @param of the clusters of that ring */
export const membersOf = (fleet: Fleet, agentName: string, ring: Ring, of: readonly Cluster[] = clustersOf(fleet, ring)): Cluster[] => {
  const agent = fleet.agents.get(agentName);
  const placed = fleet.pins.get(agentName)?.get(ring)?.tiers ?? [];
  return agent === undefined ? [] : of.filter((c) => placed.includes(c.tier) && runsOn(agent, c));
};

/** Agents that one cluster runs, sorted. */
export const agentsOn = (fleet: Fleet, cluster: Cluster): string[] =>
  [...fleet.agents.values()]
    .filter((agent) => fleet.pins.get(agent.name)?.get(cluster.wave)?.tiers.includes(cluster.tier) === true && runsOn(agent, cluster))
    .map(({ name }) => name)
    .sort();
