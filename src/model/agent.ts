import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a kebab-case name');
const cpu = z.string().regex(/^[1-9][0-9]*m$/, 'must be CPU in millicores, like 500m');
const memory = z.string().regex(/^[1-9][0-9]*Mi$/, 'must be memory in mebibytes, like 1024Mi');
const release = z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a release, like 1.0.0');
const operation = z.enum(['set', 'create', 'delete', 'lock', 'unlock', 'restart']);
/** Record with the reasons and the undo plan. */
const changeRecord = z.string().regex(/^CHG-[0-9]+$/, 'must be a change record, like CHG-1042');
const persons = z
  .array(z.string().regex(/^@[a-z0-9-]+$/, 'must be a person, like @a-lind'))
  .min(2)
  .refine((all) => new Set(all).size === all.length, 'names one person twice');

/** The deployment tiers of a cluster: country hub, regional cluster, edge site. */
export const tiers = ['hub', 'region', 'edge'] as const;
export type Tier = (typeof tiers)[number];

const placed = z.strictObject({
  /** Pods of this agent in one cluster of the tier. */
  replicas: z.int().min(1),
  /** CPU request per pod. */
  cpu,
  /** Memory request and limit per pod. */
  memory,
});

/** How far one numeric attribute may move: by at most `step` at a time, within `min` and `max`. */
const range = z.strictObject({
  unit: z.string().min(1),
  step: z.number().positive(),
  min: z.number(),
  max: z.number(),
  relativeTo: z.enum(['baseline', 'absolute']),
});

/** What keeps a write that can silence a cell from taking the last one (rules 37 and 40 of the RAN change-safety rules). */
const guard = z.strictObject({
  /** Roles of the cells that the write may touch. */
  cellRoles: z.array(z.enum(['capacity-booster', 'coverage', 'coverage-only'])).min(1),
  /** Only while another active cell covers the same area. */
  overlaid: z.boolean(),
  /** Never the last layer of an area that can carry emergency calls and public warnings. */
  keepsEmergencyLayer: z.boolean(),
  /** Shortest time that a cell stays awake once it was woken, minutes. */
  wakeGuardMinutes: z.int().min(0).optional(),
});

/** One entry of the write envelope (rule 34 of the RAN change-safety rules). */
const write = z
  .strictObject({
    /** 3GPP NRM class (TS 28.541), or `*` for an adapter that carries out signed intents. */
    class: z.string().min(1),
    /** Attribute of the class, or `*`. Absent when the operation is on the object itself. */
    attribute: z.string().min(1).optional(),
    operations: z.array(operation).min(1),
    range: range.optional(),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    /** Which cells or objects the write may touch. */
    scope: z.string().min(1),
    /** Shortest time between two writes to the same cell, minutes. */
    paceMinutes: z.int().min(0),
    /** Fewest samples an observation needs before it may cause a write. */
    minSamples: z.int().min(0),
    /** True when the write takes effect only after a cell restart: maintenance window only. */
    needsRestart: z.boolean().optional(),
    /** Longest time the write may stand before it is undone, minutes. */
    timeBoxMinutes: z.int().min(1).optional(),
    /** Required where the write can take a cell out of service. */
    guard: guard.optional(),
  })
  .refine((w) => w.attribute !== undefined || !w.operations.includes('set'), 'a `set` names its attribute');

/** Two persons stand for a write that reaches further than before; it holds for the change that brings it (rule 34). */
const riskAcceptance = z.strictObject({
  class: z.string().min(1),
  attribute: z.string().min(1).optional(),
  change: changeRecord,
  reason: z.string().min(20).max(300),
  by: persons,
});

/** How the conflict-arbiter settles two conflict groups whose attributes are coupled (rule 35). */
const arbitration = z.strictObject({ groups: z.tuple([name, name]), precedence: z.string().min(10).max(200) });

/** How the network goes back where a write was: rules 1, 27 and 29 of the RAN change-safety rules. */
const undo = z
  .strictObject({
    /** Class, attribute and operations as in the write envelope. */
    class: z.string().min(1),
    attribute: z.string().min(1).optional(),
    operations: z.array(operation).min(1),
    how: z.enum(['restore-value', 'delete-created', 'create-deleted', 'opposite-operation', 'inverse-intent', 'self-ending']),
    /** Longest time from the decision to go back until the old state is read back, minutes. */
    withinMinutes: z.int().min(0),
    /** Why nothing is left to undo; only with `self-ending`, and needed there. */
    because: z.string().min(20).max(200).optional(),
  })
  .refine((u) => (u.how === 'self-ending') === (u.because !== undefined), '`self-ending`, and only that, says because of what');

/** What takes back an agent's effects on the network, which no rollback of pods does. */
const compensation = z.strictObject({
  /** Agent that keeps the values from before each write. */
  keeper: name,
  /** Name under which they are kept; `{intent}` stands for the id of the intent. */
  checkpoint: z.string().includes('{intent}'),
  undo: z.array(undo).min(1),
});
export type Compensation = z.infer<typeof compensation>;

/** What releases understand of each other. A patch release counts with its minor release; every other one has an entry of its own. */
const compatibility = z.strictObject({
  since: release,
  /** Format of the data on the agent's volume. */
  dataFormat: z.int().min(1).optional(),
  /** Formats that it reads besides its own. */
  readsFormats: z.array(z.int().min(1)).optional(),
  /** Version of the messages between replicas of one group. */
  protocol: z.int().min(1).optional(),
});
export type Compatibility = z.infer<typeof compatibility>;

/** An agent that must run at least this release where this one runs. */
const requirement = z.strictObject({ agent: name, atLeast: release });

/** Two persons stand for that a release is Healthy in a ring and was not aborted there; it holds for the change that brings it. */
const settled = z.strictObject({ ring: z.string().regex(/^w[0-7][a-d]?$/, 'must be a ring, like w3'), release, change: changeRecord, by: persons });

const slo = z.strictObject({
  name: z.string().min(1),
  objective: z.number(),
  unit: z.string().min(1),
  direction: z.enum(['at-most', 'at-least']),
});

/** What a rehearsal of the agent's rollouts counts with, where it is not what fleet.yaml says. */
const rehearsal = z.strictObject({
  /** Decisions for one cell in one hour. */
  decisionsPerCellHour: z.number().positive().optional(),
  /** Share (0..1) of decisions that fail although nothing is wrong. */
  errorRatio: z.number().min(0).max(1).optional(),
  /** Share (0..1) of decisions slower than 100 ms. */
  slowRatio: z.number().min(0).max(1).optional(),
  /** The owner knows that the canary does not see errors double, and why that is borne. */
  blindSpot: z
    .strictObject({
      /** Smallest rise of the error ratio that the canary does see, as a factor; left out where it sees none of 1.25, 2, 5 and 20. */
      seesFrom: z.number().min(2).optional(),
      because: z.string().min(20).max(300),
    })
    .optional(),
});

const scaling = z.strictObject({
  kind: z.enum(['hpa', 'keda']),
  /** Most pods in one cluster. */
  maxReplicas: z.int().min(2),
});

/** Facts about one agent: `agents/<agent>/agent.yaml`. */
export const agentSchema = z
  .strictObject({
    apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
    kind: z.literal('Agent'),
    name,
    summary: z.string().min(10).max(200),
    /** Team that owns the agent, as in CODEOWNERS. */
    owner: z.string().regex(/^@norvik\/[a-z0-9-]+$/, 'must be a team, like @norvik/ran-mobility'),
    group: z.enum([
      'coordination',
      'consensus',
      'memory',
      'data-ingestion',
      'mobility',
      'coverage',
      'capacity',
      'energy',
      'quality',
      'diagnostics',
      'security',
      'vendor-adapters',
      'learning',
      'deployment',
      'monitoring',
      'enterprise',
    ]),
    /** R read-only, A advisory, W closed-loop write. */
    tier: z.enum(['R', 'A', 'W']),
    /** Its failure stops or corrupts all. */
    platformCritical: z.boolean(),
    /** S stateless, M memory that can be rebuilt, V persistent volume. */
    state: z.enum(['S', 'M', 'V']),
    placement: z.strictObject({ hub: placed.optional(), region: placed.optional(), edge: placed.optional() }),
    inputs: z.array(z.string().min(1)).min(1),
    writes: z.array(write),
    /** Who accepted a wider envelope; an entry that is older than the change accepts nothing. */
    riskAccepted: z.array(riskAcceptance).optional(),
    /** Only with tier W: how each write is taken back. A certificate that misses it is unproven. */
    compensation: compensation.optional(),
    compatibility: z.array(compatibility).min(1).optional(),
    /** Releases of other agents without which this one does not work. */
    requires: z.array(requirement).min(1).optional(),
    settled: z.array(settled).min(1).optional(),
    /** Only on the conflict-arbiter. */
    arbitration: z.array(arbitration).min(1).optional(),
    /** Agents of one group are never in observation at the same time in one ring. */
    conflictGroup: name,
    canary: z.strictObject({ kpis: z.array(z.string().regex(/^([AIMRSUVE]\d{1,2})v?$/)).min(1) }),
    slos: z.array(slo).min(1),
    /** Network paths beyond the bus, DNS, metrics, memory and the arbiter, which follow from the other facts. */
    network: z.array(z.enum(['agents', 'delivery', 'gateway', 'ingest', 'oss', 'peers'])).optional(),
    /** Only on a vendor adapter: the vendor whose nodes it writes. */
    vendor: name.optional(),
    /** Only on a Byzantine-fault-tolerant group: the faults it must survive (n >= 3f + 1). */
    consensus: z.strictObject({ f: z.int().min(1) }).optional(),
    scaling: scaling.optional(),
    rehearsal: rehearsal.optional(),
    /** Only with state V: size of the volume of each pod. */
    volume: z.strictObject({ size: z.string().regex(/^[1-9][0-9]*Gi$/) }).optional(),
  })
  .superRefine((agent, ctx) => {
    const fail = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
    if (Object.values(agent.placement).every((p) => p === undefined)) fail(['placement'], 'places the agent nowhere');
    if ((agent.tier === 'W') !== agent.writes.length > 0) fail(['writes'], 'tier W, and only tier W, has a write envelope');
    if ((agent.group === 'vendor-adapters') !== (agent.vendor !== undefined)) fail(['vendor'], 'vendor adapters, and only they, name a vendor');
    if ((agent.state === 'V') !== (agent.volume !== undefined)) fail(['volume'], 'state V, and only state V, has a volume');
    if (agent.state === 'V' && agent.scaling) fail(['scaling'], 'a StatefulSet agent does not scale by itself');
    if (agent.arbitration && agent.name !== 'conflict-arbiter') fail(['arbitration'], 'only the conflict-arbiter settles conflicts');
    if (agent.compensation && agent.tier !== 'W') fail(['compensation'], 'only tier W has something to take back');
    for (const [i, w] of agent.writes.entries()) {
      if (w.range && w.range.min >= w.range.max) ctx.addIssue({ code: 'custom', path: ['writes', i, 'range'], message: 'min must be below max' });
    }
  });

export type Agent = z.infer<typeof agentSchema>;
