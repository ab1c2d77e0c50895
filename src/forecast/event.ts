import type { Selector } from '#analysis/selectors.ts';

export type Revision = 'canary' | 'stable';

/** What happens in an agent and is counted. A decision fails or succeeds, and is slow or fast; a shadow decision differs or is the same. */
export const eventKinds = ['failed', 'succeeded', 'slow', 'fast', 'different', 'same', 'unsafe', 'emergency', 'restart'] as const;
export type EventKind = (typeof eventKinds)[number];

/** The events of one revision. */
export interface Source {
  readonly revision: Revision;
  readonly event: EventKind;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly events: readonly EventKind[];
}

const one = (...events: EventKind[]): Series[] => [{ labels: {}, events }];

/** What each metric of the contract counts, as the agents expose it; a bucket counts what is not slower than its bound. */
const seriesOf: Readonly<Record<string, readonly Series[]>> = {
  ran_agent_decisions_total: [
    { labels: { outcome: 'error' }, events: ['failed'] },
    { labels: { outcome: 'ok' }, events: ['succeeded'] },
  ],
  ran_agent_decision_seconds_count: one('slow', 'fast'),
  ran_agent_decision_seconds_bucket: [
    { labels: { le: '0.1' }, events: ['fast'] },
    { labels: { le: '+Inf' }, events: ['slow', 'fast'] },
  ],
  ran_agent_shadow_decisions_total: [
    { labels: { agreement: 'different' }, events: ['different'] },
    { labels: { agreement: 'same' }, events: ['same'] },
  ],
  ran_agent_unsafe_actions_total: one('unsafe'),
  ran_agent_emergency_access_failures_total: one('emergency'),
  kube_pod_container_status_restarts_total: one('restart'),
};

/** Labels that tell one revision from the other. */
const revisionLabels = new Set(['rollouts_pod_template_hash', 'pod']);
/** Labels that all series share: they choose nothing between two revisions of one agent. */
const sharedLabels = new Set(['namespace', 'job', 'container', 'app_kubernetes_io_name', 'endpoint']);

/** What the arguments of an analysis are filled with for the two revisions. */
export const revisionHashes: Readonly<Record<Revision, string>> = { canary: 'canaryhash', stable: 'stablehash' };

/** The events that a selector finds, or why that can not be said. */
export const sourcesOf = ({ metric, matchers }: Selector): readonly Source[] | string => {
  const family = metric === undefined ? undefined : seriesOf[metric];
  if (family === undefined) return `what ${metric ?? 'a selector without a name'} counts is not modelled`;
  const own = new Set(family.flatMap(({ labels }) => Object.keys(labels)));
  const stranger = matchers.find(({ label }) => !own.has(label) && !revisionLabels.has(label) && !sharedLabels.has(label));
  if (stranger) return `what the label ${stranger.label} of ${metric} chooses is not modelled`;
  if (
    own.has('le') &&
    !matchers.some(({ label, operator, value }) => label === 'le' && operator === '=' && family.some(({ labels }) => labels['le'] === value))
  )
    return 'of the time that decisions take only the bounds 0.1 and +Inf are modelled';
  return (['canary', 'stable'] as const).flatMap((revision) =>
    family
      .filter(({ labels }) => matchers.every((matcher) => sharedLabels.has(matcher.label) || matches(matcher, { ...labels, ...labelsOf(revision) })))
      .flatMap(({ events }) => events.map((event) => ({ revision, event }))),
  );
};

const labelsOf = (revision: Revision): Record<string, string> => ({
  rollouts_pod_template_hash: revisionHashes[revision],
  pod: `agent-${revisionHashes[revision]}-0`,
});

/** Prometheus anchors regular expressions at both ends. */
const matches = ({ label, operator, value }: Selector['matchers'][number], labels: Readonly<Record<string, string>>): boolean => {
  const text = labels[label] ?? '';
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  const found = new RegExp(`^(?:${value})$`, 'u').test(text);
  return operator === '=~' ? found : !found;
};
