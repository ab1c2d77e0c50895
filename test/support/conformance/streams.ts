import type { Trace } from '#rehearse/simulate.ts';

/** What one watcher sees of a course: values in order, each with the second at which it came. Equal neighbours are one. */
export type Stream = readonly (readonly [at: number, value: string])[];

/**
 * The parts of a course that are compared, by name: `status` of the Rollout, `route` and `selector` of the canary, `pods <template>` asked
 * of each ReplicaSet, `run <name>` with its phases. Each keeps its own order, since no watcher sees two of them at the same moment.
 */
export type Streams = Readonly<Record<string, Stream>>;

/** One value of the stream `status`. */
export interface StatusView {
  readonly phase: string;
  readonly message: string;
  readonly step: number | undefined;
  readonly aborted: boolean;
  readonly pauses: readonly string[];
  readonly current: string;
  readonly stable: string;
  readonly weight: number | undefined;
}

/** Names of ReplicaSets and texts of providers are no matter of the simulator. */
const plainMessage = (message: string): string => message.replace(/ReplicaSet "[^"]*"/, 'ReplicaSet').replace(/: "Error Message: .*$/s, '');

export const statusValue = ({ phase, message, step, aborted, pauses, current, stable, weight }: StatusView): string =>
  [
    phase,
    plainMessage(message) || '-',
    `step ${step ?? '-'}`,
    ...(aborted ? ['aborted'] : []),
    ...pauses,
    `${current} over ${stable}`,
    ...(weight === undefined ? [] : [`${weight} %`]),
  ].join(' | ');

/** Streams while they are recorded: only changes are kept. */
export class StreamRecorder {
  readonly #streams = new Map<string, [number, string][]>();

  note(name: string, at: number, value: string): void {
    const stream = this.#streams.get(name) ?? [];
    this.#streams.set(name, stream);
    if (stream.at(-1)?.[1] !== value) stream.push([Math.round(at * 1000) / 1000, value]);
  }

  /** What was recorded, by name in order. */
  get streams(): Streams {
    return Object.fromEntries([...this.#streams].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Name of a run: what asked for it, for which template, and how many such runs came before. */
export const runName = (template: string, step: number | undefined, earlier: number): string =>
  `${template} ${step === undefined ? 'background' : `step ${step}`}${earlier === 0 ? '' : ` again ${earlier}`}`;

/** Names runs in the order in which they come. */
const runNames = (): ((run: Trace['events'][number]['runs'][number]) => string) => {
  const names = new Map<number, string>();
  const counts = new Map<string, number>();
  return ({ id, step, template }) => {
    const kind = `${template} ${step}`;
    const name = names.get(id) ?? runName(template, step, counts.get(kind) ?? 0);
    if (!names.has(id)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    names.set(id, name);
    return name;
  };
};

/** What watchers would have seen of a simulated course. */
export const streamsOf = (trace: Trace): Streams => {
  const recorder = new StreamRecorder();
  const nameOf = runNames();
  for (const event of trace.events) {
    const { at } = event;
    recorder.note('status', at, statusValue({ ...event, weight: event.weight?.status }));
    for (const { template, replicas } of event.sets) recorder.note(`pods ${template}`, at, String(replicas));
    for (const run of event.runs) {
      const name = nameOf(run);
      if (run.phase !== undefined) recorder.note(`run ${name}`, at, run.phase);
    }
    if (event.weight !== undefined) recorder.note('route', at, String(event.weight.route));
    if (event.canarySelector !== '') recorder.note('selector', at, event.canarySelector);
  }
  return recorder.streams;
};
