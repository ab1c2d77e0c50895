import type { AnalysisTemplate, MeasurementPhase } from '#model/analysis.ts';
import type { RecordedTrace } from '#model/recorded-trace.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { simulate, type Trace } from './simulate.ts';
import type { World } from './world.ts';

type Seen = RecordedTrace['events'][number];
type Simulated = Trace['events'][number];

/** A recorded rollout beside its rehearsal. */
export interface Replay {
  readonly trace: Trace;
  /** Moments of the recording that differ from the one before in what is compared. */
  readonly moments: number;
  /** Longest distance between the two in a wait from one moment to the next, seconds. */
  readonly farthest: number;
  readonly differences: readonly string[];
}

/** Seconds by which a wait may differ: the recording looks twice a second, and the controllers of a loaded machine are late. */
const replayTolerance = 3;

/** What was measured, in the order in which the limits allow it: what ended the run comes last. */
const answersOf = ({ measurements }: RecordedTrace): Map<string, MeasurementPhase[]> =>
  new Map(
    Object.entries(measurements).flatMap(([run, metrics]) =>
      metrics.map(({ name, successful, failed, inconclusive, error }): [string, MeasurementPhase[]] => [
        `${stepOf(run) ?? 'background'}/${name}`,
        [
          ...Array<MeasurementPhase>(inconclusive).fill('Inconclusive'),
          ...Array<MeasurementPhase>(error).fill('Error'),
          ...Array<MeasurementPhase>(successful).fill('Successful'),
          ...Array<MeasurementPhase>(failed).fill('Failed'),
        ],
      ]),
    ),
  );

/** `2-5` is the run of step 5, `2` the one in the background. */
const stepOf = (run: string): number | undefined => (run.includes('-') ? Number(run.split('-')[1]) : undefined);

/**
 * Rehearses a recorded rollout with what was measured in it, and compares: every moment that was seen must come in the rehearsal, in the
 * same order and after about the same wait, and both must end alike.
 * @param spec with the steps and durations of the recording
 */
export const replay = (spec: RolloutSpec, templates: readonly AnalysisTemplate[], recorded: RecordedTrace): Replay => {
  const seen = momentsOf(recorded);
  const trace = simulate(spec, templates, worldOf(recorded, seen), { version: '1.10', seed: 1, until: 3600, stop: 'quiet' });
  const { differences, farthest } = compared(seen, trace.events);
  return { trace, moments: seen.length, farthest, differences: [...differences, ...endDifferences(recorded, trace)] };
};

/** From the release on, without repetitions. */
const momentsOf = ({ events }: RecordedTrace): Seen[] => {
  const last = events.at(-1) as Seen;
  const first = events.findIndex(({ current }) => current === last.current);
  const released = events.slice(first);
  return released.filter((moment, at) => at === 0 || keyOf(moment) !== keyOf(released[at - 1] as Seen));
};

const keyOf = ({ phase, step, aborted, weight }: Pick<Seen, 'phase' | 'step' | 'aborted' | 'weight'>): string =>
  `${phase}${aborted ? ', aborted' : ''}, step ${step ?? '-'}${weight === undefined ? '' : `, weight ${weight}`}`;

/** Pods are ready as soon as they were in the recording; a canary that never was ready never is. */
const worldOf = (recorded: RecordedTrace, seen: readonly Seen[]): World => {
  const { current } = seen[0] as Seen;
  const readyAt = seen.find(({ ready }) => (ready[current] ?? 0) > 0)?.seconds;
  const answers = answersOf(recorded);
  const asked = new Map<string, number>();
  return {
    initial: 'stable',
    events: [{ at: 0, kind: 'release', template: 'canary' }],
    readyAfter: () => (readyAt === undefined ? undefined : 1),
    measure: ({ name }, _startedAt, _now, _template, step) => {
      const key = `${step ?? 'background'}/${name}`;
      const at = asked.get(key) ?? 0;
      asked.set(key, at + 1);
      const list = answers.get(key) ?? [];
      return { phase: list[Math.min(at, list.length - 1)] ?? 'Successful', latency: 0.2 };
    },
  };
};

const compared = (seen: readonly Seen[], events: readonly Simulated[]): { differences: string[]; farthest: number } => {
  const differences: string[] = [];
  let [next, farthest] = [0, 0];
  let before: { readonly seen: number; readonly simulated: number } | undefined;
  for (const moment of seen) {
    const at = events.findIndex((event, index) => index >= next && keyOf({ ...event, weight: event.weight?.route }) === keyOf(moment));
    const event = events[at];
    if (event === undefined) {
      differences.push(`the recording has ${keyOf(moment)} at ${moment.seconds} s, the rehearsal has not`);
      continue;
    }
    const distance = before === undefined ? 0 : Math.abs(moment.seconds - before.seen - (event.at - before.simulated));
    farthest = Math.max(farthest, distance);
    if (distance > replayTolerance)
      differences.push(
        `${keyOf(moment)} comes ${distance.toFixed(1)} s apart, at ${moment.seconds} s in the recording and ${event.at.toFixed(1)} s in the rehearsal`,
      );
    [next, before] = [at, { seen: moment.seconds, simulated: event.at }];
  }
  return { differences, farthest };
};

const endDifferences = ({ events }: RecordedTrace, trace: Trace): string[] => {
  const last = events.at(-1) as Seen;
  const end = trace.events.at(-1) as Simulated;
  const stable = last.stable === last.current ? 'canary' : 'stable';
  const pairs = [
    ['phase', last.phase, end.phase],
    ['step', last.step, end.step],
    ['aborted', last.aborted, end.aborted],
    ['stable', stable, end.stable],
  ] as const;
  return pairs.flatMap(([what, recorded, simulated]) => (recorded === simulated ? [] : [`ends with ${what} ${recorded}, the rehearsal with ${simulated}`]));
};
