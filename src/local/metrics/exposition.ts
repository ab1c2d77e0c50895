import { compareText } from '#util/order.ts';
import { bucketBounds } from './latency.ts';
import { type Counters, kpis, type Regression } from './model.ts';
import type { Pod } from './pod.ts';

/** One pod with what it has counted, and what is wrong with it. */
export interface PodState {
  readonly pod: Pod;
  readonly counters: Counters;
  readonly regression?: Regression | undefined;
}

type Labels = readonly (readonly [name: string, value: string])[];
type Sample = readonly [suffix: string, labels: Labels, value: number];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: (counters: Counters) => readonly Sample[];
}

const histogramSamples = ({ buckets, latencyMicroseconds }: Counters): Sample[] => {
  let total = 0;
  const cumulative = bucketBounds.map((bound, at): Sample => {
    total += buckets[at] ?? 0;
    return ['_bucket', [['le', Number.isFinite(bound) ? String(bound) : '+Inf']], total];
  });
  return [...cumulative, ['_sum', [], latencyMicroseconds / 1e6], ['_count', [], total]];
};

const counter = (name: string, help: string, samples: Family['samples']): Family => ({ name, type: 'counter', help, samples });

const families: readonly Family[] = [
  counter('ran_agent_decisions_total', 'decisions by their outcome.', (c) => [
    ['', [['outcome', 'ok']], c.ok],
    ['', [['outcome', 'error']], c.errors],
  ]),
  { name: 'ran_agent_decision_seconds', type: 'histogram', help: 'time that decisions take.', samples: histogramSamples },
  counter('ran_agent_unsafe_actions_total', 'actions outside the safe range.', (c) => [['', [], c.unsafe]]),
  counter('ran_agent_emergency_access_failures_total', 'failed emergency set-ups on held cells.', (c) => [['', [], c.emergencyFailures]]),
  counter('ran_agent_shadow_decisions_total', 'shadow decisions by agreement with the stable version.', (c) => [
    ['', [['agreement', 'same']], c.same],
    ['', [['agreement', 'different']], c.different],
  ]),
  counter('ran_agent_cycle_completions_total', 'completed control cycles.', (c) => [['', [], c.cycles]]),
  counter('ran_agent_kpi_total', 'events counted per KPI.', (c) => kpis.map((kpi, at) => ['', [['kpi', kpi]], c.kpis[at] ?? 0])),
];

const escapeValue = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const formatLine = (name: string, labels: Labels, value: number): string =>
  `${name}{${labels.map(([label, text]) => `${label}="${escapeValue(text)}"`).join(',')}} ${value}`;

const header = (name: string, type: Family['type'], help: string): string[] => [`# HELP ${name} Simulated: ${help}`, `# TYPE ${name} ${type}`];

/** Labels of the pod that the queries of the analysis templates choose by; an absent one is left out. */
const podLabels = ({ namespace, name, labels }: Pod): Labels => {
  const agent = labels['app.kubernetes.io/name'];
  const hash = labels['rollouts-pod-template-hash'];
  return [
    ['namespace', namespace],
    ['pod', name],
    ...(agent === undefined ? [] : [['app_kubernetes_io_name', agent] as const]),
    ...(hash === undefined ? [] : [['rollouts_pod_template_hash', hash] as const]),
    ['simulated', 'true'],
  ];
};

const familyLines = (family: Family, states: readonly PodState[]): string[] => [
  ...header(family.name, family.type, family.help),
  ...states.flatMap(({ pod, counters, regression }) =>
    family
      .samples(counters)
      .map(([suffix, labels, value]) => formatLine(family.name + suffix, [...podLabels(pod), ...labels], regression?.nan === true ? Number.NaN : value)),
  ),
];

/**
 * Restarts are no simulation: they are what the status of the pod says, which the help text admits. Like kube-state-metrics this
 * shows no label of the pod: a query that asks for one finds nothing here either.
 */
const restartLines = (states: readonly PodState[]): string[] => {
  const name = 'kube_pod_container_status_restarts_total';
  return [
    ...header(name, 'counter', 'stands in for kube-state-metrics; the number is the restart count of the pod status.'),
    ...states.flatMap(({ pod }) =>
      [...pod.restartCounts].sort(([a], [b]) => compareText(a, b)).map(([container, count]) => formatLine(name, restartLabels(pod, container), count)),
    ),
  ];
};

const restartLabels = ({ namespace, name, uid }: Pod, container: string): Labels => [
  ['container', container],
  ['namespace', namespace],
  ['pod', name],
  ['uid', uid],
  ['simulated', 'true'],
];

const compareStates = ({ pod: a }: PodState, { pod: b }: PodState): number =>
  compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.uid, b.uid);

/**
 * The pods in the Prometheus text format 0.0.4, in an order that does not depend on the order of the list. A pod that does not
 * run shows its restarts only, as nobody could scrape it; a pod that is `missing` shows nothing.
 */
export const formatExposition = (states: readonly PodState[]): string => {
  const shown = states.filter(({ regression }) => regression?.missing !== true).sort(compareStates);
  const running = shown.filter(({ pod }) => pod.running);
  const lines = [
    ...header('ranfleet_simulated', 'gauge', 'all metrics of this endpoint come from a model.'),
    formatLine('ranfleet_simulated', [['simulated', 'true']], 1),
    ...families.flatMap((family) => familyLines(family, running)),
    ...restartLines(shown),
  ];
  return `${lines.join('\n')}\n`;
};
