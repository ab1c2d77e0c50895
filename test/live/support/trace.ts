import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KubeObject } from '#adapters/kube-client.ts';
import { type Plane, repository, until } from './plane.ts';

/** What is seen of a Rollout at one moment. */
export interface Moment {
  readonly phase: string;
  readonly message: string;
  readonly step: number | undefined;
  readonly aborted: boolean;
  readonly stable: string;
  readonly current: string;
  /** Ready pods by pod template hash. */
  readonly ready: Readonly<Record<string, number>>;
  /** Ready pods by lease role, where the agent takes a share of cells. */
  readonly leases: Readonly<Record<string, number>>;
  /** Percent of requests that the route sends to the canary, where the agent serves requests. */
  readonly weight: number | undefined;
  /** Phase of each AnalysisRun of the current revision. */
  readonly analyses: Readonly<Record<string, string>>;
}

export interface Trace {
  readonly agent: string;
  readonly timeScale: number;
  /** Steps of the Rollout as they were served. */
  readonly steps: unknown;
  /** What was measured in each AnalysisRun. */
  readonly measurements: Readonly<Record<string, unknown>>;
  readonly events: readonly ({ readonly seconds: number } & Moment)[];
}

const rollout = (agent: string) => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'agent', namespace: agent } }) as const;

const isReady = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod['status']?.conditions ?? []).some((c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True');

const countBy = (pods: readonly KubeObject[], label: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { metadata } of pods) {
    const value = metadata.labels?.[label];
    if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
};

const canaryWeight = (route: KubeObject | undefined): number | undefined => {
  const backends: { name: string; weight?: number }[] = (route?.['spec']?.rules ?? []).flatMap((rule: { backendRefs?: unknown[] }) => rule.backendRefs ?? []);
  return backends.find(({ name }) => name === 'agent-canary')?.weight;
};

/** The Rollout of an agent, its pods, analyses and route, now. */
export const look = async (plane: Plane, agent: string): Promise<{ moment: Moment; object: KubeObject; runs: KubeObject[] } | undefined> => {
  const object = await plane.kube.find(rollout(agent));
  if (object === undefined) return undefined;
  const [pods, allRuns, route] = await Promise.all([
    plane.kube.list('v1', 'Pod', agent),
    plane.kube.list('argoproj.io/v1alpha1', 'AnalysisRun', agent),
    plane.kube.find({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'agent', namespace: agent } }),
  ]);
  const { status = {} } = object;
  const runs = allRuns.filter(({ metadata }) => metadata.labels?.['rollouts-pod-template-hash'] === status.currentPodHash);
  const ready = pods.filter(isReady);
  const moment: Moment = {
    phase: status.phase ?? 'Unknown',
    message: status.message ?? '',
    step: status.currentStepIndex,
    aborted: status.abort === true,
    stable: status.stableRS ?? '',
    current: status.currentPodHash ?? '',
    ready: countBy(ready, 'rollouts-pod-template-hash'),
    leases: countBy(ready, 'ranfleet.norvik.example/lease-role'),
    weight: canaryWeight(route),
    analyses: Object.fromEntries(runs.map(({ metadata, status: s }) => [metadata.name.replace(/^agent-[^-]+-/, ''), s?.phase ?? 'Pending'])),
  };
  return { moment, object, runs };
};

type Seen = NonNullable<Awaited<ReturnType<typeof look>>>;

/** Looks at a Rollout until `isEnd`; every change goes into `events`. @throws Error with the last moment when the time is up. */
const watch = (plane: Plane, agent: string, what: string, timeoutMs: number, events: unknown[], isEnd: (moment: Moment) => boolean): Promise<Seen> => {
  const startedAt = Date.now();
  let last = '';
  const ask = async (): Promise<Seen | undefined> => {
    const seen = await look(plane, agent);
    if (!seen) return undefined;
    const text = JSON.stringify(seen.moment);
    if (text !== last) events.push({ seconds: Number(((Date.now() - startedAt) / 1000).toFixed(2)), ...seen.moment });
    last = text;
    return isEnd(seen.moment) ? seen : undefined;
  };
  return until(`${agent}: ${what}`, timeoutMs, ask, () => last);
};

/** Follows a Rollout until `isEnd`, and gives its whole trace. */
export const follow = async (plane: Plane, agent: string, timeoutMs: number, isEnd: (moment: Moment, events: Trace['events']) => boolean): Promise<Trace> => {
  const events: ({ seconds: number } & Moment)[] = [];
  const { object, runs } = await watch(plane, agent, 'the end', timeoutMs, events, (moment) => isEnd(moment, events));
  return traceOf(plane, agent, object, runs, events);
};

const traceOf = (plane: Plane, agent: string, object: KubeObject, runs: readonly KubeObject[], events: Trace['events']): Trace => ({
  agent,
  timeScale: plane.plan.timeScale,
  steps: object['spec'].strategy.canary.steps,
  measurements: Object.fromEntries(
    runs.map(({ metadata, status }) => [
      metadata.name.replace(/^agent-[^-]+-/, ''),
      (status?.metricResults ?? []).map(({ measurements: _, metadata: __, ...counts }: Record<string, unknown>) => counts),
    ]),
  ),
  events,
});

/** Keeps a trace: in the scratch folder, or with RANFLEET_RECORD=1 as a fixture of the rehearsal simulator. */
export const keep = (name: string, trace: Trace | { readonly events: readonly unknown[] }): void => {
  const folder =
    process.env['RANFLEET_RECORD'] === '1' ? path.join(repository, 'test', 'fixtures', 'rollout-traces') : path.join(repository, '.cache', 'live', 'traces');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(trace, null, 1)}\n`);
};

/** Waits for a moment of a Rollout; every change until then goes into `events`. */
export const untilMoment = async (
  plane: Plane,
  namespace: string,
  what: string,
  isIt: (m: Moment) => boolean,
  events: unknown[],
  timeoutMs: number,
): Promise<Moment> => (await watch(plane, namespace, what, timeoutMs, events, isIt)).moment;

/** The trace of a known hazard, beside those of the stories. */
export const keepHazard = (name: string, events: readonly unknown[]): void => keep(`hazard-${name}`, { events });
