import type { AnalysisPhase, AnalysisTemplate } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import type { AnalysisRun } from './analysis-run.ts';
import { canaryShare } from './exposure.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicaSet, RolloutPhase, RolloutState } from './rollout-state.ts';
import { Simulation } from './simulation.ts';
import type { SimulationOptions, World } from './world.ts';

/** One moment of a rehearsal. */
interface TraceEvent {
  /** Seconds from the start. */
  readonly at: number;
  readonly phase: RolloutPhase;
  /** Why it is in that phase, in the words of the controller. */
  readonly message: string;
  readonly step: number | undefined;
  readonly aborted: boolean;
  readonly pauses: readonly string[];
  readonly current: string;
  readonly stable: string;
  /** Weight that the status says, and that which the route holds; undefined where nothing is routed. */
  readonly weight: { readonly status: number; readonly route: number } | undefined;
  /** Template to which the canary's service points. */
  readonly canarySelector: string;
  /** Share of the work that pods of another template than stable do. */
  readonly exposure: number;
  readonly sets: readonly Pick<ReplicaSet, 'template' | 'replicas' | 'created' | 'available'>[];
  readonly runs: readonly { readonly id: number; readonly step: number | undefined; readonly template: string; readonly phase: AnalysisPhase | undefined }[];
}

export interface Trace {
  readonly outcome: Outcome;
  /** Seconds from the start. */
  readonly endedAt: number;
  /** Seconds from the start to the first abort. */
  readonly abortedAt: number | undefined;
  readonly events: readonly TraceEvent[];
}

/** What is left of a rehearsal without its trace. */
export type Summary = Omit<Trace, 'events'>;

/**
 * Rehearses a Rollout: gives every moment at which something changed.
 * @throws GateError GATE_REHEARSE_TEMPLATE where a template is missing or can not be judged
 */
export const simulate = (spec: RolloutSpec, templates: readonly AnalysisTemplate[], world: World, options: SimulationOptions): Trace => {
  const start = options.startAt ?? 0;
  const events: TraceEvent[] = [];
  let last = '';
  const observe = (at: number, state: RolloutState, runs: readonly AnalysisRun[]): void => {
    const event = momentOf(state, runs);
    const text = JSON.stringify(event);
    if (text !== last) events.push({ at: at - start, ...event });
    last = text;
  };
  const result = new Simulation(spec, templates, world, options, observe).run();
  return { ...summaryOf(result, start), events };
};

/**
 * Rehearses a Rollout and keeps only how it ends: for many runs of one Rollout.
 * @param onShare is told of each stretch of time with one share of exposed work, from its first to its last second after the start
 * @throws GateError GATE_REHEARSE_TEMPLATE where a template is missing or can not be judged
 */
export const simulateOutcome = (
  spec: RolloutSpec,
  templates: readonly AnalysisTemplate[],
  world: World,
  options: SimulationOptions,
  onShare: (share: number, from: number, to: number) => void = () => {},
): Summary => {
  const start = options.startAt ?? 0;
  let share = 0;
  let since = start;
  const observe = (at: number, state: RolloutState): void => {
    const next = canaryShare(state);
    if (next === share) return;
    if (at > since) onShare(share, since - start, at - start);
    share = next;
    since = at;
  };
  const result = new Simulation(spec, templates, world, options, observe).run();
  if (result.endedAt > since) onShare(share, since - start, result.endedAt - start);
  return summaryOf(result, start);
};

const summaryOf = ({ outcome, endedAt, abortedAt }: ReturnType<Simulation['run']>, start: number): Summary => ({
  outcome,
  endedAt: endedAt - start,
  abortedAt: abortedAt === undefined ? undefined : abortedAt - start,
});

const momentOf = (state: RolloutState, runs: readonly AnalysisRun[]): Omit<TraceEvent, 'at'> => {
  const { status, sets, canarySelector, routeWeight } = state;
  return {
    phase: status.phase,
    message: status.message,
    step: status.step,
    aborted: status.abort,
    pauses: status.pauses.map(({ reason }) => reason),
    current: status.current,
    stable: status.stable,
    weight: status.weights === undefined ? undefined : { status: status.weights.canary, route: routeWeight },
    canarySelector,
    exposure: canaryShare(state),
    sets: sets.map(({ template, replicas, created, available }) => ({ template, replicas, created, available })),
    runs: runs.map(({ id, step, template, phase }) => ({ id, step, template, phase })),
  };
};
