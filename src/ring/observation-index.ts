import { type AgentSample, type ClusterSample, type FleetSample, type Observations, type Sample, upTo } from '#model/observation.ts';
import { compareText } from '#util/order.ts';

/** Samples up to a clock, by what they are about, each list in order of time. */
export interface ObservationIndex {
  agent(agent: string, cluster: string): readonly AgentSample[];
  cluster(name: string): ClusterSample | undefined;
  fleet(agent: string, ring: string): readonly FleetSample[];
}

/** Sorts samples once for a whole plan. The order of the log does not matter, and the same sample twice counts once. */
export const indexObservations = ({ samples }: Observations, clock: string): ObservationIndex => {
  const agents = new Map<string, AgentSample[]>();
  const clusters = new Map<string, ClusterSample[]>();
  const fleet = new Map<string, FleetSample[]>();
  for (const told of samples) {
    const sample = upTo(told, clock);
    if (sample === undefined) continue;
    if (sample.kind === 'agent') put(agents, `${sample.agent}/${sample.cluster}`, sample);
    else if (sample.kind === 'cluster') put(clusters, sample.cluster, sample);
    else put(fleet, `${sample.agent}/${sample.ring}`, sample);
  }
  for (const map of [agents, clusters, fleet]) for (const [key, list] of map) if (list.length > 1) map.set(key, lastOfRuns(inOrder(list as never)) as never);
  return {
    agent: (agent, cluster) => agents.get(`${agent}/${cluster}`) ?? [],
    cluster: (name) => clusters.get(name)?.at(-1),
    fleet: (agent, ring) => fleet.get(`${agent}/${ring}`) ?? [],
  };
};

/** Of lines about one run only the last: it holds the others. */
const lastOfRuns = <T extends Sample>(list: readonly T[]): T[] =>
  list.filter((sample, i) => {
    const next = list[i + 1];
    return !('since' in sample) || sample.since === undefined || next === undefined || !('since' in next) || next.since !== sample.since;
  });

const put = <T>(map: Map<string, T[]>, key: string, value: T): void => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};

/** Where two samples of one moment differ the texts decide, so that the order of the log does not. */
const inOrder = <T extends Sample>(list: T[]): T[] => {
  const isSorted = list.every((sample, i) => i === 0 || (list[i - 1]?.at ?? '') < sample.at);
  if (isSorted) return list;
  const texts = new Map(list.map((sample) => [JSON.stringify(sample), sample]));
  return [...texts].sort(([a, x], [b, y]) => compareText(x.at, y.at) || compareText(a, b)).map(([, sample]) => sample);
};
