import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Plane, until } from './support/plane.ts';
import { story } from './support/story.ts';

const agent = 'quality-monitor';
const targetSeconds = 30;

describe('scale-out', () => {
  let plane: Plane;
  beforeAll(() => {
    plane = new Plane();
  });
  afterAll(async () => {
    await load(0.4);
    plane.close();
  });

  const load = async (cpuUtilisation: number): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${plane.plan.ports.metrics}/load`, {
      method: 'PUT',
      body: JSON.stringify([{ namespace: agent, cpuUtilisation }]),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };

  const readyPods = async (): Promise<number> =>
    (await plane.kube.list('v1', 'Pod', agent)).filter((pod) =>
      pod['status']?.conditions?.some((c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True'),
    ).length;

  story(
    `has more pods of ${agent} ready within ${targetSeconds} s of the autoscaler's decision`,
    () => plane,
    agent,
    async ({ step, measured }) => {
      step('wait until the agent is at rest and the autoscaler has a number');
      await plane.atRest(agent, 120_000);
      const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'agent', namespace: agent } };
      await until(
        'a measured utilisation',
        120_000,
        async () => (await plane.kube.find(autoscaler))?.['status']?.currentMetrics?.[0]?.resource?.current?.averageUtilization,
      );
      const before = await readyPods();
      step('raise the simulated processor load to 140 % of the requests');
      const raisedAt = Date.now();
      await load(1.4);
      const decided = await until('the decision', 60_000, async () => {
        const status = (await plane.kube.find(autoscaler))?.['status'];
        return (status?.desiredReplicas ?? 0) > before ? (status?.desiredReplicas as number) : undefined;
      });
      const decidedAt = Date.now();
      step(`wait for ${decided} ready pods`);
      await until(`${decided} ready pods`, 60_000, async () => ((await readyPods()) >= decided ? true : undefined));
      const readyAt = Date.now();
      measured(
        `${before} to ${decided} pods: load to decision ${((decidedAt - raisedAt) / 1000).toFixed(1)} s, decision to ready ${((readyAt - decidedAt) / 1000).toFixed(1)} s (target ${targetSeconds} s; simulated pods start at once, images count as pulled)`,
      );
      expect(decided).toBeGreaterThan(before);
      expect((readyAt - raisedAt) / 1000).toBeLessThan(targetSeconds);
      step('Argo CD leaves the number of pods to the autoscaler');
      await wait(5000);
      expect(await readyPods()).toBeGreaterThanOrEqual(decided);
    },
  );
});
