import type { Agent } from '#model/agent.ts';
import { type Cluster, type Ring, rings } from '#model/cluster.ts';
import type { Fleet, PinnedPlacement, RingFacts } from '#model/fleet.ts';
import type { Freeze } from '#model/freeze.ts';
import type { AgentSample, ClusterSample, FleetSample, RingFact, Sample } from '#model/observation.ts';
import type { Decision, Plan } from '#model/promotion.ts';
import type { BreakGlass, StopTheLine } from '#model/stop.ts';
import { planOf } from '#ring/plan.ts';
import type { PlanInput } from '#ring/world.ts';

type Of<T> = Partial<T> & { readonly name: string };

/** A cluster of a region with cells in the north of Sweden, unless said otherwise. */
export const cluster = (name: string, changes: Partial<Cluster> = {}): Cluster => ({
  name,
  env: 'production',
  tier: 'region',
  wave: 'w3',
  hub: 'prd-hub-se-01',
  country: 'SE',
  residency: 'EU/SE',
  vendors: [{ name: 'ericsson', share: 100, simulated: false }],
  cells: 100,
  protectedShare: 0,
  timeZone: 'UTC',
  maintenanceWindow: { start: '00:00', end: '05:00' },
  trackingAreas: [],
  memoryPeers: [],
  components: [],
  nodes: { count: 3, cpu: 16, memoryGi: 64 },
  ...changes,
});

/** The whole path of a release: one cluster in each of five rings. */
export const path: readonly Cluster[] = [
  cluster('dev', { wave: 'w0', env: 'dev', cells: 12 }),
  cluster('stg', { wave: 'w1', env: 'staging', cells: 24 }),
  cluster('se', { wave: 'w3', trackingAreas: [1], cells: 400 }),
  cluster('es', { wave: 'w5', country: 'ES', timeZone: 'Europe/Madrid', trackingAreas: [2], cells: 2000 }),
  cluster('de', { wave: 'w6b', country: 'DE', trackingAreas: [3], cells: 3000 }),
];

const placement = (release: string): PinnedPlacement => ({ release, config: '1', tiers: ['hub', 'region', 'edge'], placed: {} });

const agentOf = (facts: Of<Agent>): Agent =>
  ({ tier: 'R', conflictGroup: facts.name, placement: { region: {} }, writes: [], canary: { kpis: ['R1'] }, ...facts }) as unknown as Agent;

export interface Stage {
  readonly at: string;
  readonly agents?: readonly Of<Agent>[];
  readonly clusters?: readonly Cluster[];
  /** Release of each agent in every ring that has a cluster, or by ring. */
  readonly pins?: Readonly<Record<string, string | Partial<Record<Ring, string>>>>;
  readonly releases?: Readonly<Record<string, readonly string[]>>;
  readonly barred?: readonly (readonly [agent: string, release: string])[];
  readonly freezes?: readonly Partial<Freeze>[];
  readonly bakeHours?: RingFacts['bakeHours'];
  readonly samples?: readonly Sample[];
  readonly facts?: readonly RingFact[];
  readonly pinnedAt?: Readonly<Record<string, string>>;
  readonly stop?: PlanInput['stop'];
  readonly breakGlass?: PlanInput['breakGlass'];
  readonly simulated?: boolean;
}

const ringFacts = (bakeHours: RingFacts['bakeHours']): Map<Ring, RingFacts> =>
  new Map(rings.map((name) => [name, { name, env: name === 'w0' ? 'dev' : name === 'w1' ? 'staging' : 'production', bakeHours } as RingFacts]));

/** Everything that a plan is made from, with what a test leaves out filled in: agent `mro`, release 1.0.0 everywhere. */
export const stage = (of: Stage): PlanInput => {
  const clusters = of.clusters ?? path;
  const pins = of.pins ?? { mro: '1.0.0' };
  const agents = (of.agents ?? Object.keys(pins).map((name) => ({ name }))).map(agentOf);
  const used = rings.filter((ring) => clusters.some(({ wave }) => wave === ring));
  const pinsOf = (name: string): Map<Ring, PinnedPlacement> => {
    const said = pins[name] ?? '1.0.0';
    const entries = used.flatMap((ring): [Ring, PinnedPlacement][] => {
      const release = typeof said === 'string' ? said : said[ring];
      return release === undefined ? [] : [[ring, placement(release)]];
    });
    return new Map(entries);
  };
  const fleet = {
    agents: new Map(agents.map((a) => [a.name, a])),
    clusters: new Map(clusters.map((c) => [c.name, c])),
    rings: ringFacts(of.bakeHours ?? { R: 0.5, A: 2, W: 24 }),
    freezes: new Map((of.freezes ?? []).map((f, i) => [`f${i}`, { name: `f${i}`, reason: 'a holiday', timeZone: 'UTC', scope: {}, ...f } as Freeze])),
    pins: new Map(agents.map((a) => [a.name, pinsOf(a.name)])),
  } as unknown as Fleet;
  return {
    revision: 'a'.repeat(40),
    at: of.at,
    fleet,
    releases: new Map(agents.map(({ name }) => [name, of.releases?.[name] ?? ['1.0.0', '1.1.0', '1.2.0']])),
    quarantines: quarantines(of.barred ?? []),
    pinnedAt: new Map(Object.entries(of.pinnedAt ?? {})),
    facts: of.facts ?? [],
    observations: { simulated: of.simulated ?? false, samples: of.samples ?? [] },
    stop: of.stop,
    breakGlass: of.breakGlass ?? [],
  };
};

const quarantines = (barred: NonNullable<Stage['barred']>): PlanInput['quarantines'] =>
  new Map(
    [...Map.groupBy(barred, ([agent]) => agent)].map(([agent, entries]) => [
      agent,
      {
        apiVersion: 'ranfleet.norvik.example/v1alpha1',
        kind: 'Quarantine',
        releases: entries.map(([, release]) => ({ release, ring: 'w0', reason: 'it failed in a ring', at: '2027-01-01T00:00:00.000Z' })),
      },
    ]),
  );

/** `2027-03-10T..`: a Wednesday, unless another day is named. */
export const at = (clock: string, day = '2027-03-10'): string => `${day}T${clock.length === 5 ? `${clock}:00` : clock}.000Z`;

export const later = (instant: string, minutes: number): string => new Date(Date.parse(instant) + minutes * 60_000).toISOString();

/** One look at an agent on a cluster: all well, unless said otherwise. */
export const look = (agent: string, name: string, when: string, changes: Partial<AgentSample> = {}): AgentSample => ({
  kind: 'agent',
  at: when,
  cluster: name,
  agent,
  revision: 'a'.repeat(40),
  hasPin: true,
  sync: 'Synced',
  health: 'Healthy',
  release: '1.0.0',
  aborted: null,
  analysis: null,
  ...changes,
});

/** Looks every five minutes. */
export const looks = (agent: string, name: string, from: string, to: string, changes: Partial<AgentSample> = {}): AgentSample[] => {
  const all: AgentSample[] = [];
  for (let when = from; when <= to; when = later(when, 5)) all.push(look(agent, name, when, changes));
  return all;
};

export const network = (name: string, when: string, changes: Partial<ClusterSample> = {}): ClusterSample => ({
  kind: 'cluster',
  at: when,
  cluster: name,
  reachable: true,
  criticalAlarms: 0,
  incident: false,
  ...changes,
});

export const judged = (agent: string, ring: Ring, when: string, changes: Partial<FleetSample> = {}): FleetSample => ({
  kind: 'fleet',
  at: when,
  agent,
  ring,
  release: '1.0.0',
  phase: 'Successful',
  query: 'errors',
  reason: 'no harm found',
  samples: 1000,
  ...changes,
});

/** A break-glass that skips the window for 1.1.0 in w3, all of 10 March. */
export const breakGlass = (changes: Partial<BreakGlass> = {}): BreakGlass => ({
  apiVersion: 'ranfleet.norvik.example/v1alpha1',
  kind: 'BreakGlass',
  name: 'urgent',
  agent: 'mro',
  ring: 'w3',
  release: '1.1.0',
  skips: ['window'],
  reason: 'paging storms in the north, the fix can not wait',
  incident: 'INC-1',
  owner: '@norvik/ran-operations',
  approvers: [1, 2],
  from: at('00:00'),
  until: at('23:00'),
  ...changes,
});

export const stopped = (since: string): StopTheLine => ({
  apiVersion: 'ranfleet.norvik.example/v1alpha1',
  kind: 'StopTheLine',
  reason: 'a storm of alarms',
  owner: '@norvik/ran-operations',
  since,
});

let records = 0;

export const fact = (agent: string, ring: Ring, release: string, when: string, outcome: RingFact['outcome'] = 'verified'): RingFact => ({
  agent,
  ring,
  release,
  outcome,
  at: when,
  renderSha256: 'b'.repeat(64),
  record: `evidence/${agent}/${ring}/${String(++records).padStart(8, '0')}.json`,
});

/** A healthy network under all clusters, looked at now. */
export const wellNetwork = (when: string, clusters: readonly Cluster[] = path): ClusterSample[] => clusters.map(({ name }) => network(name, when));

export const plan = (of: Stage): Plan => planOf(stage(of));

/** The decision about one ring. */
export const decided = (of: Plan | Stage, agent: string, ring: Ring): Decision => {
  const made = 'decisions' in of ? of : plan(of);
  const found = made.decisions.find((d) => d.agent === agent && d.ring === ring);
  if (found === undefined) throw new Error(`no decision about ${agent} in ${ring}`);
  return found;
};

/** `action state code,code`: short enough to compare. */
export const short = ({ action, state, to, reasons }: Decision): string =>
  [action, state, ...(to === null ? [] : [to]), reasons.map(({ code }) => code).join(',')].join(' ');
