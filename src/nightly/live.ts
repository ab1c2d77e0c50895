import { clustersOf, type Fleet, runsOn } from '#model/fleet.ts';
import { type AgentSample, type Observations, upTo } from '#model/observation.ts';
import { count } from '#util/count.ts';
import { compareText } from '#util/order.ts';
import { nightlyLimits, type Remark } from './remark.ts';

export interface LiveFacts {
  readonly fleet: Fleet;
  readonly observations: Observations;
  /** When a pin got what it says, instant, by the path of its file. */
  readonly changedAt: ReadonlyMap<string, string>;
  /** Instant of the look. */
  readonly at: string;
}

const hourMs = 3_600_000;
const mostNamed = 5;

/** Clusters that run something else than their ring pins, long after it was pinned, and those that nobody has seen: by agent and ring. Pure. */
export const liveRemarks = (facts: LiveFacts): Remark[] => {
  const latest = latestSamples(facts.observations, facts.at);
  const oldest = new Date(Date.parse(facts.at) - nightlyLimits.unseenHours * hourMs).toISOString();
  // That nobody looks is one thing that is wrong, not one for each agent.
  if (![...latest.values()].some(({ at }) => at >= oldest)) return [blind];
  return [...facts.fleet.pins]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([agent, pins]) =>
      [...pins].flatMap(([ring, pin]): Remark[] => {
        const file = `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;
        if ((facts.changedAt.get(file) ?? '') > oldest) return [];
        const known = facts.fleet.agents.get(agent);
        const clusters = clustersOf(facts.fleet, ring).filter((c) => known !== undefined && runsOn(known, c) && pin.tiers.includes(c.tier));
        const seen = clusters.map(({ name }) => ({ name, sample: latest.get(`${agent}/${name}`) }));
        const unseen = seen.filter(({ sample }) => sample === undefined || sample.at < oldest);
        const other = seen.filter((s) => !unseen.includes(s) && s.sample?.release !== pin.release);
        const place = { agent, file, line: 1 };
        return [
          ...(other.length === 0 ? [] : [{ ...place, ...differs(ring, pin.release, other) }]),
          ...(unseen.length === 0 ? [] : [{ ...place, ...unknown(ring, unseen) }]),
        ];
      }),
    );
};

const blind: Remark = {
  code: 'nightly.live_unseen',
  effect: 'undecided',
  agent: null,
  message: `no cluster was seen for ${nightlyLimits.unseenHours} hours`,
  solution: 'Look at the observer, and at the way from it to here.',
};

type Told = Pick<Remark, 'code' | 'effect' | 'message' | 'solution'>;
interface Seen {
  readonly name: string;
  readonly sample: AgentSample | undefined;
}

const differs = (ring: string, release: string, clusters: readonly Seen[]): Told => ({
  code: 'nightly.live_differs',
  effect: 'deny',
  message: `${ring} pins ${release}; ${named(clusters, ({ name, sample }) => `${name} runs ${sample?.release ?? 'no release in one piece'}`)}`,
  solution: 'Look at the Application of the cluster: it does not follow Git, or a rollout stands still.',
});

const unknown = (ring: string, clusters: readonly Seen[]): Told => ({
  code: 'nightly.live_unseen',
  effect: 'undecided',
  message: `what ${named(clusters, ({ name }) => name)} of ${ring} ${clusters.length === 1 ? 'runs' : 'run'} was not seen for ${nightlyLimits.unseenHours} hours`,
  solution: 'Look at the observer, and at the way from it to the cluster.',
});

const named = (clusters: readonly Seen[], text: (one: Seen) => string): string =>
  [...clusters.slice(0, mostNamed).map(text), ...(clusters.length > mostNamed ? [`${count(clusters.length - mostNamed, 'more cluster')}`] : [])].join(', ');

/** The last look of each agent on each cluster, up to a clock. */
const latestSamples = ({ samples }: Observations, clock: string): Map<string, AgentSample> => {
  const latest = new Map<string, AgentSample>();
  for (const told of samples) {
    const sample = told.kind === 'agent' ? upTo(told, clock) : undefined;
    if (sample === undefined) continue;
    const key = `${sample.agent}/${sample.cluster}`;
    const before = latest.get(key);
    if (before === undefined || compareText(before.at, sample.at) < 0) latest.set(key, sample);
  }
  return latest;
};
