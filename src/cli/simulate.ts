import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Sample } from '#model/observation.ts';
import { printableLines } from '#report/escape.ts';
import { type Period, simulate, type TimelineEntry } from '#ring/simulate.ts';
import type { Output } from './output.ts';
import { groundOf, instantIn, type PlanOptions } from './plan-for.ts';

export interface SimulateOptions extends PlanOptions {
  readonly from?: string;
  readonly to?: string;
  /** Minutes. */
  readonly step?: string | number;
  readonly agent?: string;
  readonly ring?: string;
  readonly json?: boolean;
}

/** More plans than anybody reads. */
const mostSteps = 10_000;
/** Ahead of the last sample where nobody says how far, milliseconds. */
const ahead = 48 * 3_600_000;

/** `ranfleet simulate`: what the engine would have decided over recorded observations, and will decide if they go on like that. */
export const simulateCommand = (directory: string, options: SimulateOptions, output: Output): ExitCode => {
  if (options.observations === undefined)
    throw new GateError('GATE_USAGE', 'usage', 'there is nothing to replay', { hint: 'Give --observations <file>, as `ranfleet observe` writes it.' });
  const ground = groundOf(directory, options);
  for (const note of ground.notes) output.note(note);
  const timeline = simulate(ground, periodOf(ground.observations.samples, options)).filter(
    ({ decision }) => (options.agent === undefined || decision.agent === options.agent) && (options.ring === undefined || decision.ring === options.ring),
  );
  output.print(options.json === true ? `${JSON.stringify(timeline, null, 2)}\n` : printableLines(timelineText(timeline)));
  return exitCodes.allow;
};

const periodOf = (samples: readonly Sample[], { from, to, step = 15 }: SimulateOptions): Period => {
  const begins = samples.map((sample) => ('since' in sample ? (sample.since ?? sample.at) : sample.at)).sort();
  const first = from === undefined ? begins[0] : instantIn(from, '--from');
  const last = samples
    .map(({ at }) => at)
    .sort()
    .at(-1);
  if (first === undefined || last === undefined) throw new GateError('GATE_USAGE', 'usage', 'the log holds no sample', { hint: 'Observe first.' });
  const period = { from: Date.parse(first), to: to === undefined ? Date.parse(last) + ahead : Date.parse(instantIn(to, '--to')), step: Number(step) * 60_000 };
  if (!(period.step > 0) || period.to < period.from || (period.to - period.from) / period.step > mostSteps)
    throw new GateError('GATE_USAGE', 'usage', `from --from to --to in steps of ${step} minutes there are none, or more than ${mostSteps}`, {
      hint: 'Give a shorter period, or a larger --step.',
    });
  return period;
};

const timelineText = (timeline: readonly TimelineEntry[]): string => {
  const lines = timeline.map(({ at, assumed, decision: { agent, ring, action, state, from, to, reasons } }) => {
    const [first] = reasons;
    const why = first === undefined ? '' : `  ${first.code}: ${first.text}${first.until === undefined ? '' : `, until ${first.until}`}`;
    return `${at}${assumed ? ' (assumed)' : ''}  ${action.padEnd(7)} ${agent} in ${ring}: ${to === null ? `${from} is ${state}` : `${from} -> ${to}`}${why}`;
  });
  return `${[...lines, `${timeline.length} changes. (assumed): after the last sample, if all stays as it was seen last.`].join('\n')}\n`;
};
