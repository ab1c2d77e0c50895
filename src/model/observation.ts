import { z } from 'zod';

/** An instant, UTC, with milliseconds: of fixed length, so that text order is time order. */
export const instantSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be an instant like 2027-01-31T09:30:00.000Z');
const gitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full Git id');
const name = z.string().min(1).max(253);

/**
 * The same was seen at every look from then on, and no two of them were ten minutes apart: a run of looks is one line. The commit that Argo CD
 * compared with may have moved on meanwhile. Of lines about one thing with one beginning the last counts.
 */
const since = instantSchema.optional();

/** Argo CD's words. */
const syncStates = ['Synced', 'OutOfSync', 'Unknown'] as const;
const healthStates = ['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'] as const;
/** Argo Rollouts' words. */
const analysisPhases = ['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'] as const;

/** One agent on one cluster, as its Application, its workload and its analyses showed it at one moment. */
const agentSample = z.strictObject({
  kind: z.literal('agent'),
  at: instantSchema,
  since,
  cluster: name,
  agent: name,
  /** Commit that Argo CD compared the cluster with; null where it said none. */
  revision: gitId.nullable(),
  /** The commit holds the pin that Git has now: it is that commit or comes after it. */
  hasPin: z.boolean(),
  sync: z.enum(syncStates),
  health: z.enum(healthStates),
  /** Release whose pod template (images and hashed configuration) every pod runs; null for mixed, none or unknown. */
  release: name.nullable(),
  /** Release that Argo Rollouts has given up, where it has. */
  aborted: name.nullable(),
  /** Worst analysis of the release that Git asks for; null where none ran. */
  analysis: z.enum(analysisPhases).nullable(),
  /** For people: what the controllers said. */
  message: z.string().max(2000).optional(),
});

/** The network under one cluster: rule 21 wants it well before anything starts. */
const clusterSample = z.strictObject({
  kind: z.literal('cluster'),
  at: instantSchema,
  since,
  cluster: name,
  /** Its API server answered. */
  reachable: z.boolean(),
  /** Open critical alarms; null where nobody could be asked. */
  criticalAlarms: z.int().min(0).nullable(),
  /** An incident or a storm in its area; null where nobody could be asked. */
  incident: z.boolean().nullable(),
});

/** What the fleet's metrics say of a release over a whole ring, against the rings that do not have it yet. */
const fleetSample = z.strictObject({
  kind: z.literal('fleet'),
  at: instantSchema,
  agent: name,
  ring: name,
  release: name,
  phase: z.enum(['Successful', 'Failed', 'Inconclusive', 'Error']),
  query: z.string().min(1).max(4000),
  reason: z.string().min(1).max(2000),
  samples: z.int().min(0),
});

/** One line of an observation log; lines are in any order, the same line twice counts once. */
export const sampleSchema = z.discriminatedUnion('kind', [agentSample, clusterSample, fleetSample]);
export type Sample = z.infer<typeof sampleSchema>;
export type AgentSample = z.infer<typeof agentSample>;
export type ClusterSample = z.infer<typeof clusterSample>;
export type FleetSample = z.infer<typeof fleetSample>;

/** What was known of a sample at an instant: of a run of looks that goes on beyond it the part before. */
export const upTo = <T extends Sample>(sample: T, clock: string): T | undefined => {
  if (sample.at <= clock) return sample;
  return 'since' in sample && sample.since !== undefined && sample.since <= clock ? { ...sample, at: clock } : undefined;
};

/** First line of an observation log. */
export const observationHeader = z.strictObject({
  kind: z.literal('observations'),
  version: z.literal(1),
  /** Its clusters or its metrics are simulated: production is never promoted on it. */
  simulated: z.boolean(),
});

/** What was seen, in order of time. */
export interface Observations {
  readonly simulated: boolean;
  readonly samples: readonly Sample[];
}

/** A release that went through its whole soak in a ring, or was taken back there: from the signed records. */
export interface RingFact {
  readonly agent: string;
  readonly ring: string;
  readonly release: string;
  readonly outcome: 'verified' | 'reverted';
  /** Instant of the record. */
  readonly at: string;
  /** SHA-256 of what the ring rendered with it. */
  readonly renderSha256: string;
  /** The record that says so. */
  readonly record: string;
}

/** What the signed records of one revision say of all rings. */
export interface RingRecords {
  /** Of each ring in the order of its records. */
  readonly facts: readonly RingFact[];
  /** Rings of agents of which there is a record of any kind, as `<agent>/<ring>`. */
  readonly recorded: ReadonlySet<string>;
}

/** What the last record of a release in a ring says; `unverified` when there are only others, `unrecorded` when there is none of the ring at all. */
export type Standing = 'verified' | 'reverted' | 'unverified' | 'unrecorded';
