import { expect, test } from 'vitest';
import { promisedSeries } from '#analysis/contract.ts';
import { formatExposition } from '#local/metrics/exposition.ts';
import { advance, baseline, zeroCounters } from '#local/metrics/model.ts';
import { type Pod, readPod } from '#local/metrics/pod.ts';
import type { MetricContract } from '#model/metric-contract.ts';
import { repositoryFleet } from '../support/repository-fleet.ts';

const contract = (): MetricContract => {
  const { metrics } = repositoryFleet();
  if (metrics === undefined) throw new Error('the repository has no metric contract');
  return metrics;
};

const exposition = (): string => {
  const labels = { 'app.kubernetes.io/name': 'pci-planner', 'rollouts-pod-template-hash': '5d4f' };
  const pod = {
    ...(readPod({ metadata: { namespace: 'a', name: 'b', uid: 'c', labels }, status: { phase: 'Running' } }) as Pod),
    restartCounts: new Map([['agent', 3]]),
  };
  const counters = advance(zeroCounters, { uid: pod.uid, ready: true }, { from: 0, to: 600 }, { seed: 1, decisionsPerSecond: 5, timeScale: 1, baseline });
  return formatExposition([{ pod, counters }]);
};

/** What stands only for the simulation itself. */
const simulation = { metric: 'ranfleet_simulated', label: 'simulated' };

test('the simulated metrics are those of the contract, with its types', () => {
  const { agent, platform } = contract();
  const types = new Map([...exposition().matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  types.delete(simulation.metric);
  expect(types).toEqual(new Map([...agent, ...platform].map(({ name, type }) => [name, type])));
});

test('the simulated series have no label that the contract does not promise, and all that the agent sets', () => {
  const promised = promisedSeries(contract());
  const { agent } = contract();
  const lines = [...exposition().matchAll(/^([a-z_]+)\{(.*)\} /gm)].filter(([, name]) => name !== simulation.metric);
  expect(lines.length).toBeGreaterThan(20);
  for (const [, name = '', list = ''] of lines) {
    const labels = [...list.matchAll(/([a-z_]+)="/g)].map((label) => label[1] ?? '').filter((label) => label !== simulation.label);
    expect(labels.filter((label) => promised.get(name)?.has(label) !== true)).toEqual([]);
    const own = agent.find((metric) => metric.name === name)?.labels ?? [];
    expect(own.filter((label) => !labels.includes(label))).toEqual([]);
  }
});
