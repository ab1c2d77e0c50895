import { readTemplate } from '#analysis/read-template.ts';
import type { AnalysisTemplate, MeasurementPhase } from '#model/analysis.ts';
import type { Manifest } from '#model/ports.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { readRollout } from '#rehearse/read-rollout.ts';
import type { World, WorldEvent } from '#rehearse/world.ts';

/** What a scripted metric answers: Successful, Failed, Inconclusive, Error; the last letter goes on for ever. */
type Script = string;

export interface ScenarioMetric {
  readonly name: string;
  /** Fields of the metric beside name, conditions and provider. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly script: Script;
}

interface ScenarioTemplate {
  readonly name: string;
  readonly metrics: readonly ScenarioMetric[];
  readonly dryRun?: readonly string[];
}

/** Events of the simulated world, but with steps as a manifest has them. */
export type ScenarioEvent = Exclude<WorldEvent, { kind: 'steps' }> | { readonly at: number; readonly kind: 'steps'; readonly steps: readonly unknown[] };

/** One course of a Rollout, told to the real controller and to the simulator alike. Its first event releases `v2` at 0 s; `v1` is stable before. */
export interface Scenario {
  readonly name: string;
  readonly replicas: number;
  readonly steps: readonly unknown[];
  /** Fields of the canary strategy beside the steps. */
  readonly canary: Readonly<Record<string, unknown>>;
  readonly isRouted: boolean;
  /** Fields of the Rollout's spec beside replicas, template and strategy. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly templates: readonly ScenarioTemplate[];
  /** Seconds until a pod of a template is ready; null: never. */
  readonly readyAfter: Readonly<Record<string, number | null>>;
  readonly events: readonly ScenarioEvent[];
  /** Seconds for which it is watched. */
  readonly until: number;
}

/** What changes of a Rollout while a scenario runs. */
export interface Wanted {
  readonly replicas: number;
  readonly template: string;
  readonly steps: readonly unknown[];
  readonly paused: boolean;
}

export const wantedAtFirst = ({ replicas, steps }: Scenario): Wanted => ({ replicas, template: 'v1', steps, paused: false });

/** What an event changes of the manifest; events that write into the status change nothing. */
export const wantedAfter = (wanted: Wanted, event: ScenarioEvent): Wanted => {
  if (event.kind === 'release') return { ...wanted, template: event.template };
  if (event.kind === 'steps') return { ...wanted, steps: event.steps };
  if (event.kind === 'replicas') return { ...wanted, replicas: event.replicas };
  return event.kind === 'pause' ? { ...wanted, paused: event.paused } : wanted;
};

export const readyAfterAnnotation = 'ranfleet.norvik.example/ready-after';
const labels = { 'app.kubernetes.io/component': 'agent' };

/** The image of a template, by which its ReplicaSet is known again. */
const imageOf = (template: string): string => `registry.norvik.example/conformance@sha256:${template.replace('v', '').repeat(64)}`;
export const templateOf = (image: string): string => `v${image.at(-1)}`;

const routing = (namespace: string): Record<string, unknown> => ({
  canaryService: 'agent-canary',
  stableService: 'agent-stable',
  trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'agent', namespace } } },
});

export const rolloutOf = (scenario: Scenario, wanted: Wanted, namespace: string): Manifest => {
  const ready = scenario.readyAfter[wanted.template];
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'agent', namespace },
    spec: {
      ...scenario.fields,
      replicas: wanted.replicas,
      paused: wanted.paused,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { [readyAfterAnnotation]: ready === null ? '24h' : `${Math.round((ready ?? 0) * 1000)}ms` } },
        spec: { containers: [{ name: 'agent', image: imageOf(wanted.template) }] },
      },
      strategy: { canary: { maxSurge: 1, maxUnavailable: 0, ...scenario.canary, ...(scenario.isRouted ? routing(namespace) : {}), steps: wanted.steps } },
    },
  };
};

/** @param url where the scripted answers of a metric are served, up to and without the name of the metric */
export const templatesOf = (scenario: Scenario, namespace: string, url: string): Manifest[] =>
  scenario.templates.map(({ name, metrics, dryRun = [] }) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name, namespace },
    spec: {
      dryRun: dryRun.map((metricName) => ({ metricName })),
      metrics: metrics.map((metric) => ({
        name: metric.name,
        ...metric.fields,
        successCondition: 'result == 1',
        failureCondition: 'result == 2',
        provider: { web: { url: `${url}/${metric.name}`, jsonPath: '{$.value}' } },
      })),
    },
  }));

const phases: Readonly<Record<string, MeasurementPhase>> = { S: 'Successful', F: 'Failed', I: 'Inconclusive', E: 'Error' };

/** The answer number `at` of a script. */
export const answerOf = (script: Script, at: number): MeasurementPhase => {
  const phase = phases[script[Math.min(at, script.length - 1)] ?? ''];
  if (phase === undefined) throw new Error(`${JSON.stringify(script)} is no script`);
  return phase;
};

/** A scenario as the simulator takes it; each pod takes up to `podSpread` seconds longer than it declares. @throws Error when the project's own readers refuse what the scenario declares */
export const simulated = (
  scenario: Scenario,
  measureSeconds: number,
  podSpread: number,
): { spec: RolloutSpec; templates: AnalysisTemplate[]; world: World } => {
  const read = (steps: readonly unknown[]): RolloutSpec => {
    const reading = readRollout(rolloutOf(scenario, { ...wantedAtFirst(scenario), steps }, 'conformance'));
    if ('unreadable' in reading) throw new Error(`${scenario.name}: ${JSON.stringify(reading.unreadable)}`);
    return reading.rollout;
  };
  const templates = templatesOf(scenario, 'conformance', 'http://127.0.0.1').map((manifest) => {
    const reading = readTemplate(manifest);
    if ('unreadable' in reading) throw new Error(`${scenario.name}: ${JSON.stringify(reading.unreadable)}`);
    return reading.template;
  });
  const scripts = new Map(scenario.templates.flatMap(({ metrics }) => metrics.map(({ name, script }) => [name, script] as const)));
  const asked = new Map<string, number>();
  return {
    spec: read(scenario.steps),
    templates,
    world: {
      initial: 'v1',
      events: scenario.events.map((event): WorldEvent => (event.kind === 'steps' ? { ...event, steps: read(event.steps).steps } : event)),
      readyAfter: (template, random) => {
        const seconds = scenario.readyAfter[template] ?? undefined;
        return seconds === undefined ? undefined : seconds + random() * podSpread;
      },
      measure: ({ name }) => {
        const at = asked.get(name) ?? 0;
        asked.set(name, at + 1);
        return { phase: answerOf(scripts.get(name) ?? '', at), latency: measureSeconds };
      },
    },
  };
};
