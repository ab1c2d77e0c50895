import type { KubeObject } from '#adapters/kube-client.ts';
import { templateOf } from '../../support/conformance/scenario.ts';
import { runName, StreamRecorder, type Streams, statusValue } from '../../support/conformance/streams.ts';

/** What watchers saw of one namespace: the raw changes first, since the names of templates are known only with their ReplicaSets. */
export class Course {
  readonly #seen: { readonly at: number; readonly object: KubeObject }[] = [];

  see(at: number, object: KubeObject): void {
    this.#seen.push({ at, object });
  }

  /** The streams from a moment on, in seconds after it; what stood at that moment comes first. @param from milliseconds since 1970 */
  streams(from: number, until: number): Streams {
    const templates = this.#templates();
    const recorder = new StreamRecorder();
    const before = new Map<string, { at: number; object: KubeObject }>();
    for (const entry of this.#seen) if (entry.at < from) before.set(`${entry.object.kind} ${entry.object.metadata.name}`, entry);
    const during = this.#seen.filter(({ at }) => at >= from && at <= from + until * 1000);
    const runs = new RunNames(templates);
    for (const { at, object } of [...before.values(), ...during]) note(recorder, Math.max(0, at - from) / 1000, object, templates, runs);
    return recorder.streams;
  }

  /** Template by pod template hash. */
  #templates(): ReadonlyMap<string, string> {
    const templates = new Map<string, string>();
    for (const { object } of this.#seen) {
      if (object.kind !== 'ReplicaSet') continue;
      templates.set(hashOf(object), templateOf(object['spec'].template.spec.containers[0].image));
    }
    return templates;
  }
}

const hashOf = ({ metadata }: KubeObject): string => metadata.labels?.['rollouts-pod-template-hash'] ?? '';

/** Names runs by what asked for them, in the order of their creation. */
class RunNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #templates: ReadonlyMap<string, string>;

  constructor(templates: ReadonlyMap<string, string>) {
    this.#templates = templates;
  }

  of(run: KubeObject): string {
    const known = this.#names.get(run.metadata.name);
    if (known !== undefined) return known;
    const step = run.metadata.labels?.['step-index'];
    const template = this.#templates.get(hashOf(run)) ?? '';
    const kind = `${template} ${step}`;
    const name = runName(template, step === undefined ? undefined : Number(step), this.#counts.get(kind) ?? 0);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    this.#names.set(run.metadata.name, name);
    return name;
  }
}

const note = (recorder: StreamRecorder, at: number, object: KubeObject, templates: ReadonlyMap<string, string>, runs: RunNames): void => {
  const named = (hash: unknown): string => templates.get(String(hash)) ?? '';
  const { status = {}, spec = {} } = object as { status?: Record<string, never>; spec?: Record<string, never> } & KubeObject;
  switch (object.kind) {
    case 'Rollout':
      if (object['status']?.phase !== undefined) recorder.note('status', at, statusOf(object['status'], named));
      return;
    case 'ReplicaSet':
      recorder.note(`pods ${named(hashOf(object))}`, at, String(spec['replicas'] ?? 0));
      return;
    case 'AnalysisRun': {
      const name = runs.of(object);
      if (status['phase']) recorder.note(`run ${name}`, at, status['phase']);
      return;
    }
    case 'HTTPRoute':
      recorder.note('route', at, String(canaryWeight(object)));
      return;
    case 'Service':
      if (object.metadata.name === 'agent-canary') recorder.note('selector', at, named(object['spec'].selector['rollouts-pod-template-hash']));
  }
};

// biome-ignore lint/suspicious/noExplicitAny: the status of a Rollout as the API server gives it.
const statusOf = (status: any, named: (hash: unknown) => string): string =>
  statusValue({
    phase: status.phase,
    message: status.message ?? '',
    step: status.currentStepIndex,
    aborted: status.abort === true,
    pauses: (status.pauseConditions ?? []).map(({ reason }: { reason: string }) => reason),
    current: named(status.currentPodHash),
    stable: named(status.stableRS),
    weight: status.canary?.weights?.canary?.weight ?? (status.canary?.weights === undefined ? undefined : 0),
  });

const canaryWeight = (route: KubeObject): number => {
  const backends: { name: string; weight?: number }[] = route['spec'].rules.flatMap((rule: { backendRefs: unknown[] }) => rule.backendRefs);
  return backends.find(({ name }) => name === 'agent-canary')?.weight ?? 0;
};
