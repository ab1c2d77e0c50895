import type { AgentSample, Sample } from '#model/observation.ts';
import { count } from '#util/count.ts';

/** An agent that is where Git wants it. */
const isAtRest = ({ hasPin, sync, health, release }: AgentSample): boolean => hasPin && sync === 'Synced' && health === 'Healthy' && release !== null;

/** What one look saw, for people: how many are at rest, and a line for each that is not. */
export const summaryOf = (samples: readonly Sample[]): string => {
  const agents = samples.filter((sample) => sample.kind === 'agent');
  const clusters = samples.filter((sample) => sample.kind === 'cluster');
  const fleet = samples.filter((sample) => sample.kind === 'fleet');
  const silent = clusters.filter(({ reachable }) => !reachable);
  const others = agents.filter((sample) => !isAtRest(sample));
  return [
    `${samples[0]?.at ?? 'nothing'}: ${count(clusters.length, 'cluster')}, ${agents.length - others.length} of ${count(agents.length, 'agent')} at rest on what Git says`,
    ...silent.map(({ cluster }) => `  ${cluster} gave no whole answer`),
    ...others.map(lineOf),
    ...fleet.map(({ agent, ring, release, phase, reason }) => `  ${agent} ${release} over ${ring}: ${phase}: ${reason}`),
    '',
  ].join('\n');
};

const lineOf = ({ agent, cluster, sync, health, hasPin, release, aborted, analysis, message }: AgentSample): string =>
  [
    `  ${agent} on ${cluster}: ${sync}${hasPin ? '' : ', not at its pin'}, ${health}, runs ${release ?? 'no one known release'}`,
    ...(aborted === null ? [] : [`gave up ${aborted}`]),
    ...(analysis === null ? [] : [`analysis ${analysis}`]),
    ...(message === undefined ? [] : [message.slice(0, 160)]),
  ].join(', ');
