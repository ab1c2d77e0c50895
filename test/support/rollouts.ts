import type { AnalysisTemplate, MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { readRollout } from '#rehearse/read-rollout.ts';
import type { SimulationOptions, World, WorldEvent } from '#rehearse/world.ts';

export const routed = { canaryService: 'canary', stableService: 'stable', trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': {} } } };

/** A Rollout read from a manifest with this strategy. @throws Error when it can not be rehearsed */
export const rolloutOf = (canary: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>> = {}): RolloutSpec => {
  const reading = readRollout({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'agent', namespace: 'ran' },
    spec: { replicas: 10, ...fields, strategy: { canary } },
  });
  if ('unreadable' in reading) throw new Error(JSON.stringify(reading.unreadable));
  return reading.rollout;
};

export const metricOf = (name: string, fields: Partial<MetricSpec> = {}): MetricSpec => ({
  name,
  interval: undefined,
  initialDelay: 0,
  count: undefined,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
  successCondition: 'result[0] < 1',
  failureCondition: undefined,
  provider: { kind: 'prometheus', address: '', query: '', timeout: 30 },
  ...fields,
});

export const templateOf = (name: string, metrics: readonly MetricSpec[], dryRun: readonly string[] = []): AnalysisTemplate => ({
  name,
  namespace: 'ran',
  args: [],
  metrics,
  dryRun,
});

export const inline = (...names: readonly string[]): unknown => ({ analysis: { templates: names.map((templateName) => ({ templateName })) } });

export const release: WorldEvent = { at: 0, kind: 'release', template: 'v2' };

/** Pods ready after 20 s; each metric answers what its list says, the last for ever; Successful where it has none. */
export const worldOf = (
  answers: Readonly<Record<string, readonly MeasurementPhase[]>> = {},
  { events = [release], latency = 0, readyAfter = 20 }: { events?: readonly WorldEvent[]; latency?: number; readyAfter?: number | null } = {},
): World => {
  const asked = new Map<string, number>();
  return {
    initial: 'v1',
    events,
    readyAfter: () => readyAfter ?? undefined,
    measure: ({ name }) => {
      const at = asked.get(name) ?? 0;
      asked.set(name, at + 1);
      const list = answers[name] ?? ['Successful'];
      return { phase: list[Math.min(at, list.length - 1)] ?? 'Error', latency };
    },
  };
};

/** Without latencies worth naming, so that times come out as the specification counts them. */
export const options: SimulationOptions = {
  version: '1.10',
  seed: 1,
  until: 3600,
  stop: 'quiet',
  latency: { rollout: 0.001, analysis: 0.001, sets: 0.001, spread: 1 },
};
