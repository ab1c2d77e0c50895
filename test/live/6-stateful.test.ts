import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { headSnapshot } from '#cli/context.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { drivePartition, type PartitionPlan, type PartitionPorts } from '#promotion/drive-partition.ts';
import { readyPods } from '#promotion/partition.ts';
import { withPin } from '#promotion/pin-file.ts';
import { quorumRuleOf } from '#promotion/quorum-facts.ts';
import { viewOf } from '#promotion/stateful-view.ts';
import { Plane, repository, until } from './support/plane.ts';
import { imageOf, writeRelease } from './support/releases.ts';
import { story } from './support/story.ts';
import { keepHazard } from './support/trace.ts';

const agent = 'byzantine-coordinator';
const pinFile = `agents/${agent}/rings/w3/pin/kustomization.yaml`;
const quorum = 3;

describe('a stateful agent', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await new Plane().open();
    await plane.inject([{ image: imageOf(agent, '1.0.2'), crash: true }]);
  });
  afterAll(() => plane.close());

  const view = async () => {
    const set = await plane.kube.find({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'agent', namespace: agent } });
    if (set === undefined) throw new Error(`${agent} has no StatefulSet`);
    return viewOf(set, await plane.kube.list('v1', 'Pod', agent), 'agent');
  };

  const planOf = (from: string, to: string): PartitionPlan => {
    const facts = readFleet(headSnapshot(repository, 'HEAD')).agents.get(agent);
    if (!facts) throw new Error(`there is no ${agent}`);
    return { agent, from, to, rule: quorumRuleOf(facts), minReadyMs: 2000, stepDeadlineMs: 90_000, pollMs: 300 };
  };

  /** The driver's world: one commit per step on main, judged by the gate; what it sees is the real StatefulSet. */
  const portsOf = (events: unknown[], startedAt: number): PartitionPorts => ({
    publish: async ({ message, ...pin }) => {
      const { commit } = await plane.publish(message, (folder) => {
        if (pin.release !== '1.0.0') writeRelease(folder, agent, pin.release);
        writeFileSync(path.join(folder, pinFile), withPin(readFileSync(path.join(folder, pinFile), 'utf8'), pinFile, pin));
      });
      return commit;
    },
    view,
    replacePod: (name) => plane.kube.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: agent } }),
    now: Date.now,
    pause: (ms) => wait(ms),
    onEvent: (event) => {
      const text = JSON.stringify(event);
      if (text !== JSON.stringify((events.at(-1) as { event?: unknown } | undefined)?.event)) events.push({ seconds: (Date.now() - startedAt) / 1000, event });
    },
  });

  const images = async (): Promise<string[]> => (await plane.kube.list('v1', 'Pod', agent)).map((pod) => pod['spec'].containers[0].image as string);

  story(
    `moves ${agent} (4 pods, 1 may be faulty) to a good release pod by pod, with ${quorum} always ready`,
    () => plane,
    agent,
    async ({ step, measured }) => {
      step('wait until four pods are ready');
      await plane.atRest(agent, 200_000);
      await until('four ready pods', 60_000, async () => (readyPods(await view()) === 4 ? true : undefined));
      step('drive');
      const startedAt = Date.now();
      const events: unknown[] = [];
      const result = await drivePartition(planOf('1.0.0', '1.0.1'), portsOf(events, startedAt));
      keepHazard('stateful-good', events);
      measured(
        `${result.outcome} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s, partitions ${result.steps.map((s) => s.partition).join(', ')}, fewest ready pods ${result.minReadyPods}`,
      );
      expect(result).toMatchObject({ outcome: 'finished' });
      expect(result.steps.map((s) => s.partition)).toEqual([3, 2, 1, 0]);
      expect(result.minReadyPods).toBeGreaterThanOrEqual(quorum);
      expect([...new Set(await images())]).toEqual([imageOf(agent, '1.0.1')]);
    },
    500_000,
  );

  story(
    `takes ${agent} back by one commit when the first pod of a bad release does not get ready`,
    () => plane,
    agent,
    async ({ step, measured }) => {
      step('drive');
      const startedAt = Date.now();
      const events: unknown[] = [];
      const result = await drivePartition(planOf('1.0.1', '1.0.2'), portsOf(events, startedAt));
      keepHazard('stateful-bad', events);
      measured(`${result.outcome} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s: ${result.reason}; fewest ready pods ${result.minReadyPods}`);
      expect(result).toMatchObject({ outcome: 'went-back', restored: { complete: true } });
      expect(result.minReadyPods).toBeGreaterThanOrEqual(quorum);
      expect(result.steps.map((s) => s.partition)).toEqual([3]);
      expect([...new Set(await images())]).toEqual([imageOf(agent, '1.0.1')]);
    },
    500_000,
  );
});
