import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Plane, until } from './support/plane.ts';
import { imageOf, pin, writeRelease } from './support/releases.ts';
import { story, type Telling } from './support/story.ts';
import { follow, keep, look, type Moment, type Trace } from './support/trace.ts';

const ring = 'w3';
const good = { lease: 'mro-optimizer', requests: 'api-gateway-agent' } as const;
// Of agents that write to the network, the gate lets one at a time into a ring: the good one. These only read or advise.
const bad = { errors: 'ran-optimizer', latency: 'task-orchestrator', crash: 'energy-optimizer' } as const;
const blind = { missing: 'anomaly-detector', nan: 'diagnostics-specialist', silent: 'topology-inventory-sync' } as const;

const seconds = (value: number | undefined): string => (value === undefined ? 'never' : `${value.toFixed(1)} s`);

describe.concurrent('Argo Rollouts', () => {
  let plane: Plane;
  beforeAll(async () => {
    plane = await new Plane().open();
    await plane.inject([
      { image: imageOf(bad.errors, '1.0.1'), errors: 5 },
      { image: imageOf(bad.latency, '1.0.1'), latency: 1.6 },
      { image: imageOf(bad.crash, '1.0.1'), crash: true },
      { image: imageOf(good.requests, '1.0.2'), errors: 5 },
      { image: imageOf(blind.missing, '1.0.1'), missing: true },
      { image: imageOf(blind.nan, '1.0.1'), nan: true },
      { image: imageOf(blind.silent, '1.0.1'), silent: true },
    ]);
  });
  afterAll(() => plane.close());

  /** Waits until the agent runs its release everywhere, then publishes another one. */
  const release = async (agent: string, version: string, { step }: Telling): Promise<Moment> => {
    step(`wait until ${agent} is at rest`);
    await plane.atRest(agent, 200_000);
    const before = await until(`the Rollout of ${agent}`, 10_000, () => look(plane, agent));
    step(`publish ${agent} ${version}`);
    await plane.publish(`Release ${agent} ${version} to ${ring}`, (folder) => {
      writeRelease(folder, agent, version);
      pin(folder, agent, ring, version);
    });
    return before.moment;
  };

  const isNew = (moment: Moment, before: Moment): boolean => moment.current !== before.current;

  for (const [kind, agent] of Object.entries(good)) {
    story(
      `takes a good release of ${agent} (${kind}) through all its steps and makes it stable`,
      () => plane,
      agent,
      async (telling) => {
        const before = await release(agent, '1.0.1', telling);
        telling.step('follow the canary');
        const trace = await follow(plane, agent, 240_000, (moment) => isNew(moment, before) && moment.stable === moment.current && moment.phase === 'Healthy');
        keep(`good-${agent}`, trace);
        const canary = trace.events.filter((event) => isNew(event, before));
        const count = (trace.steps as unknown[]).length;
        telling.measured(`${count} steps in ${seconds(duration(canary))}, durations divided by ${trace.timeScale}`);
        telling.measured(
          `analyses: ${Object.entries(trace.events.at(-1)?.analyses ?? {})
            .map(([name, phase]) => `${name} ${phase}`)
            .join(', ')}`,
        );
        expect([...new Set(canary.map(({ step }) => step))]).toEqual(expect.arrayContaining(waitingSteps(trace.steps)));
        expect(canary.every(({ aborted }) => !aborted)).toBe(true);
        // The analysis in the background ends with the last step, whatever it has measured by then; those of the steps decide.
        const judged = Object.entries(trace.events.at(-1)?.analyses ?? {}).filter(([name]) => name.includes('-'));
        expect(judged.map(([, phase]) => phase)).toEqual(judged.map(() => 'Successful'));
        expect(judged.length).toBe((trace.steps as object[]).filter((s) => 'analysis' in s).length);
        if (kind === 'requests')
          expect(weightsGoUp(canary).filter((weight) => weight !== 100)).toEqual([5, 25, 50]); // 100 lasts a moment, between the last step and the promotion
        else expect(canary.some(({ leases }) => (leases['canary'] ?? 0) > 0)).toBe(true);
      },
    );
  }

  for (const [fault, agent] of Object.entries(bad)) {
    story(
      `takes back a bad release of ${agent} (${fault}) by itself`,
      () => plane,
      agent,
      async (telling) => {
        const before = await release(agent, '1.0.1', telling);
        telling.step('follow the canary');
        const trace = await follow(plane, agent, 240_000, (moment) => moment.aborted && isRestored(moment, before));
        keep(`bad-${fault}-${agent}`, trace);
        tellAbort(trace, before, telling);
        expect(trace.events.at(-1)).toMatchObject({ phase: 'Degraded', aborted: true, stable: before.stable });
        expect(trace.events.at(-1)?.leases['canary'] ?? 0).toBe(0);
        if (fault !== 'crash') expect(Object.values(trace.events.at(-1)?.analyses ?? {})).toContain('Failed');
      },
    );
  }

  for (const [fault, agent] of Object.entries(blind)) {
    story(
      `never promotes ${agent} when its metrics are ${fault}`,
      () => plane,
      agent,
      async (telling) => {
        const before = await release(agent, '1.0.1', telling);
        telling.step('follow the canary until it holds or is taken back');
        const trace = await follow(plane, agent, 280_000, (moment) => isNew(moment, before) && (moment.aborted || /Inconclusive/.test(moment.message)));
        keep(`blind-${fault}-${agent}`, trace);
        telling.measured(`held after ${seconds(trace.events.at(-1)?.seconds)}: ${trace.events.at(-1)?.phase} ${trace.events.at(-1)?.message}`);
        telling.step('it still holds 30 s later, twice the longest pause');
        const held = Date.now();
        const later = await follow(plane, agent, 60_000, (_, events) => events.length > 0 && Date.now() > held + 30_000);
        expect([...trace.events, ...later.events].every(({ stable }) => stable === before.stable)).toBe(true);
      },
    );
  }

  story(
    `takes back a bad release of ${good.requests} and with it all requests`,
    () => plane,
    good.requests,
    async (telling) => {
      telling.step('wait for the good release');
      await until('1.0.1 stable', 280_000, async () => {
        const seen = await look(plane, good.requests);
        const image: string = seen?.object['spec'].template.spec.containers[0].image ?? '';
        return image === imageOf(good.requests, '1.0.1') && seen?.moment.phase === 'Healthy' && seen.moment.stable === seen.moment.current ? true : undefined;
      });
      const before = await release(good.requests, '1.0.2', telling);
      telling.step('follow the canary');
      const trace = await follow(plane, good.requests, 240_000, (moment) => moment.aborted && moment.weight === 0);
      keep(`bad-errors-${good.requests}`, trace);
      tellAbort(trace, before, telling);
      expect(trace.events.some(({ weight }) => (weight ?? 0) > 0)).toBe(true);
      expect(trace.events.at(-1)).toMatchObject({ phase: 'Degraded', aborted: true, stable: before.stable, weight: 0 });
    },
    600_000,
  );
});

/** The weights of a canary in the order in which they were seen, from its first share until it is promoted: each higher than the one before. */
const weightsGoUp = (canary: Trace['events']): (number | undefined)[] => {
  const seen = canary.filter(({ current, stable }) => current !== stable).map(({ weight }) => weight);
  return seen.slice(seen.findIndex((weight) => weight !== 0)).filter((weight, at, all) => weight !== all[at - 1]);
};

const duration = (events: Trace['events']): number => (events.at(-1)?.seconds ?? 0) - (events[0]?.seconds ?? 0);

/** Indices of the steps that take time: the others are passed within one look. */
const waitingSteps = (steps: unknown): number[] =>
  (steps as Record<string, unknown>[]).flatMap((step, at) => ('pause' in step || 'analysis' in step ? [at] : []));

const isRestored = (moment: Moment, before: Moment): boolean =>
  (moment.leases['canary'] ?? 0) === 0 &&
  (moment.ready[before.stable] ?? 0) >= (before.ready[before.stable] ?? 1) &&
  Object.keys(moment.ready).every((hash) => hash === before.stable);

const tellAbort = (trace: Trace, before: Moment, { measured }: Telling): void => {
  const exposed = trace.events.find((e) => e.current !== before.current && ((e.ready[e.current] ?? 0) > 0 || (e.weight ?? 0) > 0))?.seconds;
  const started = trace.events.find((e) => e.current !== before.current)?.seconds ?? 0;
  const aborted = trace.events.find((e) => e.aborted)?.seconds;
  const restored = trace.events.at(-1)?.seconds;
  measured(
    `detected ${seconds(aborted === undefined ? undefined : aborted - (exposed ?? started))} after the first exposed pod, restored ${seconds((restored ?? 0) - (aborted ?? 0))} later (durations divided by ${trace.timeScale})`,
  );
  measured(`${trace.events.at(-1)?.message}`);
};
