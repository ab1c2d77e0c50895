import type { AnalysisPhase, MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import { effectiveCount, type RunSpec } from './prepare-run.ts';

/** Seconds from an Error to the next try, whatever the interval (`analysis/analysis.go: DefaultErrorRetryInterval`). */
const errorRetrySeconds = 10;

/** What one metric has come to. Times are whole seconds, as the controller keeps them. */
interface MetricState {
  readonly phase: AnalysisPhase;
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  /** Measurements that are no Error. */
  readonly count: number;
  readonly consecutiveErrors: number;
  readonly consecutiveSuccesses: number;
  readonly last: MeasurementPhase | undefined;
  readonly finishedAt: number;
}

/** One AnalysisRun. */
export interface AnalysisRun {
  readonly id: number;
  /** Pod template that it judges. */
  readonly template: string;
  /** Step that asked for it; undefined for the one in the background. */
  readonly step: number | undefined;
  readonly spec: RunSpec;
  readonly metrics: readonly MetricState[];
  /** Whole second at the end of its first reconcile. */
  readonly startedAt: number | undefined;
  /** Whether the Rollout has asked it to end. */
  readonly terminate: boolean;
  /** Undefined before its first reconcile. */
  readonly phase: AnalysisPhase | undefined;
  readonly message: string;
}

/** A measurement that has ended: index of its metric, what it came to, and when, in seconds. */
export interface Sample {
  readonly metric: number;
  readonly phase: MeasurementPhase;
  readonly finishedAt: number;
}

const untouched: MetricState = {
  phase: 'Pending',
  successful: 0,
  failed: 0,
  inconclusive: 0,
  errors: 0,
  count: 0,
  consecutiveErrors: 0,
  consecutiveSuccesses: 0,
  last: undefined,
  finishedAt: 0,
};

export const newRun = (id: number, template: string, step: number | undefined, spec: RunSpec): AnalysisRun => ({
  id,
  template,
  step,
  spec,
  metrics: spec.metrics.map(() => untouched),
  startedAt: undefined,
  terminate: false,
  phase: undefined,
  message: '',
});

export const isCompleted = (phase: AnalysisPhase | undefined): boolean => phase !== undefined && phase !== 'Pending' && phase !== 'Running';

const isBad = (phase: AnalysisPhase): boolean => phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';

/** A run ends early when it is told to, or when one metric that counts is judged bad (`utils/analysis/helpers.go: IsTerminating`). */
const isTerminating = (run: AnalysisRun): boolean => run.terminate || run.metrics.some((metric, at) => isBad(metric.phase) && !run.spec.dryRun[at]);

/** When a metric is due next, in seconds; infinite when it is not to be measured again (`calculateNextReconcileTime`). */
const dueAt = (run: AnalysisRun, at: number): number => {
  const state = run.metrics[at] as MetricState;
  const spec = run.spec.metrics[at] as MetricSpec;
  if (isCompleted(state.phase)) return Number.POSITIVE_INFINITY;
  if (state.last === undefined) {
    if (spec.initialDelay === 0) return Number.NEGATIVE_INFINITY;
    return run.startedAt === undefined ? Number.POSITIVE_INFINITY : run.startedAt + spec.initialDelay;
  }
  if (state.count >= effectiveCount(spec)) return Number.POSITIVE_INFINITY;
  return state.finishedAt + (state.last === 'Error' ? errorRetrySeconds : (spec.interval ?? errorRetrySeconds));
};

/** Indices of the metrics that are to be measured now; none once the run ends. @param now seconds */
export const dueMeasurements = (run: AnalysisRun, now: number): readonly number[] => {
  if (run.spec.invalid !== undefined || isCompleted(run.phase) || isTerminating(run)) return [];
  const due: number[] = [];
  for (let at = 0; at < run.metrics.length; at++) if (dueAt(run, at) <= now) due.push(at);
  return due;
};

/** Second at which the run has to be looked at again: at once where it is to end, never where nothing is due. */
export const nextLookAt = (run: AnalysisRun): number => {
  if (isCompleted(run.phase)) return Number.POSITIVE_INFINITY;
  if (isTerminating(run)) return Number.NEGATIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  for (let at = 0; at < run.metrics.length; at++) next = Math.min(next, dueAt(run, at));
  return next;
};

/**
 * One reconcile of an AnalysisRun: takes in the samples, judges each metric, then the run (`reconcileAnalysisRun`).
 * A metric that turns bad ends the others only in the reconcile after.
 * @param now seconds, after the last sample
 * @returns the run as it is afterwards; the same object when nothing has changed
 */
export const stepAnalysisRun = (run: AnalysisRun, samples: readonly Sample[], now: number): AnalysisRun => {
  if (isCompleted(run.phase)) return run;
  if (run.spec.invalid !== undefined) return { ...run, phase: 'Error', message: run.spec.invalid };
  const terminating = isTerminating(run);
  const metrics = measured(run.metrics, samples).map((metric, at) => judged(metric, run.spec.metrics[at] as MetricSpec, terminating));
  const startedAt = run.startedAt ?? Math.floor(now);
  const { phase, message } = judgeRun(run, metrics, terminating);
  const isSame = startedAt === run.startedAt && phase === run.phase && metrics.every((metric, at) => metric === run.metrics[at]);
  return isSame ? run : { ...run, metrics, startedAt, phase, message: phase === run.phase ? run.message : message };
};

const measured = (metrics: readonly MetricState[], samples: readonly Sample[]): readonly MetricState[] => {
  if (samples.length === 0) return metrics;
  const next = [...metrics];
  for (const { metric, phase, finishedAt } of samples) next[metric] = counted(next[metric] as MetricState, phase, Math.floor(finishedAt));
  return next;
};

/** Adds one measurement to the counters; an Error does not count as a measurement (`runMeasurements`). */
const counted = (state: MetricState, phase: MeasurementPhase, finishedAt: number): MetricState => ({
  phase: state.phase === 'Pending' ? 'Running' : state.phase,
  successful: state.successful + (phase === 'Successful' ? 1 : 0),
  failed: state.failed + (phase === 'Failed' ? 1 : 0),
  inconclusive: state.inconclusive + (phase === 'Inconclusive' ? 1 : 0),
  errors: state.errors + (phase === 'Error' ? 1 : 0),
  count: state.count + (phase === 'Error' ? 0 : 1),
  consecutiveErrors: phase === 'Error' ? state.consecutiveErrors + 1 : 0,
  consecutiveSuccesses: phase === 'Successful' ? state.consecutiveSuccesses + 1 : 0,
  last: phase,
  finishedAt,
});

const judged = (state: MetricState, spec: MetricSpec, terminating: boolean): MetricState => {
  if (state.last === undefined || isCompleted(state.phase)) return state;
  const phase = judgeMetric(state, spec, terminating);
  return phase === state.phase ? state : { ...state, phase };
};

/** What a metric has come to by its limits (`assessMetricStatus`). */
const judgeMetric = (state: MetricState, spec: MetricSpec, terminating: boolean): AnalysisPhase => {
  const limit = exceeded(state, spec);
  if (limit !== undefined) return limit.phase;
  const wanted = spec.consecutiveSuccessLimit;
  if (wanted > 0 && state.consecutiveSuccesses >= wanted) return 'Successful';
  if (state.count >= effectiveCount(spec)) {
    if (wanted === 0) return 'Successful';
    return spec.failureLimit >= 0 ? 'Inconclusive' : 'Failed';
  }
  return terminating ? 'Successful' : 'Running';
};

/** The limit that a metric has gone beyond; of several the last one of the list (`assessMetricFailureInconclusiveOrError`). */
const exceeded = (state: MetricState, spec: MetricSpec): { phase: MeasurementPhase; message: string } | undefined => {
  const { failed, inconclusive, consecutiveErrors } = state;
  if (consecutiveErrors > spec.consecutiveErrorLimit)
    return { phase: 'Error', message: `consecutiveErrors (${consecutiveErrors}) > consecutiveErrorLimit (${spec.consecutiveErrorLimit})` };
  if (inconclusive > spec.inconclusiveLimit)
    return { phase: 'Inconclusive', message: `inconclusive (${inconclusive}) > inconclusiveLimit (${spec.inconclusiveLimit})` };
  if (spec.failureLimit >= 0 && failed > spec.failureLimit) return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${spec.failureLimit})` };
  return undefined;
};

/** From best to worst (`utils/analysis/helpers.go: analysisStatusOrder`). */
const severity: readonly AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

const judgeRun = (run: AnalysisRun, metrics: readonly MetricState[], terminating: boolean): { phase: AnalysisPhase; message: string } => {
  let worst: AnalysisPhase | undefined;
  let message = run.terminate ? 'Run Terminated' : '';
  let everyCompleted = true;
  for (let at = 0; at < metrics.length; at++) {
    const metric = metrics[at] as MetricState;
    if (!isCompleted(metric.phase)) {
      everyCompleted = false;
      continue;
    }
    if (run.spec.dryRun[at]) {
      worst ??= 'Successful';
      continue;
    }
    if (worst !== undefined && severity.indexOf(metric.phase) <= severity.indexOf(worst)) continue;
    worst = metric.phase;
    const spec = run.spec.metrics[at] as MetricSpec;
    const limit = exceeded(metric, spec);
    if (limit !== undefined) message = `Metric "${spec.name}" assessed ${metric.phase} due to ${limit.message}`;
  }
  if (terminating) return { phase: worst ?? 'Successful', message };
  return everyCompleted && worst !== undefined ? { phase: worst, message } : { phase: 'Running', message: '' };
};
