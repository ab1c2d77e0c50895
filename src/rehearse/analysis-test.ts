import { fillArguments } from '#analysis/arguments.ts';
import { type CompiledConditions, compileConditions, judgeMeasurement } from '#analysis/condition.ts';
import { readQuery } from '#analysis/query.ts';
import type { AnalysisTemplate, ControllerVersion, MeasurementPhase, MetricSpec, ResultShape } from '#model/analysis.ts';
import type { AnalysisCase } from '#model/analysis-test.ts';
import { type AnalysisRun, dueMeasurements, isCompleted, newRun, nextLookAt, stepAnalysisRun } from './analysis-run.ts';
import type { RunSpec } from './prepare-run.ts';

type Entry = AnalysisCase['samples'][string][number];
type Answer = Exclude<Entry, { times: number }>;

/** How one case went. */
export interface CaseResult {
  readonly phase: string;
  readonly measurements: Readonly<Record<string, number>>;
  /** What is not as the case expects, or keeps it from being run; empty where it passes. */
  readonly problems: readonly string[];
}

/** Seconds of the virtual clock after which a run is given up: it never ends. */
const longestRun = 30 * 86_400;

/** Runs one case as the controller would take its answers. Pure. */
export const runCase = (
  { metrics, args }: Pick<AnalysisTemplate, 'metrics' | 'args'>,
  { samples, expect }: AnalysisCase,
  version: ControllerVersion,
): CaseResult => {
  const chosen = metrics.filter(({ name }) => name in samples);
  const strangers = Object.keys(samples).filter((name) => !metrics.some((metric) => metric.name === name));
  if (strangers.length > 0) return broken(strangers.map((name) => `the template has no metric ${name}`));
  const judges = chosen.map((metric) => judgeOf(metric, args, samples[metric.name] ?? [], version));
  const unusable = judges.flatMap((judge) => (typeof judge === 'string' ? [judge] : []));
  if (unusable.length > 0) return broken(unusable);
  const spec: RunSpec = { metrics: chosen, dryRun: chosen.map(() => false), invalid: undefined };
  const run = courseOf(newRun(1, '', undefined, spec), (metric, at) => (judges[metric] as (at: number) => MeasurementPhase)(at));
  if (run === undefined) return broken(['the run never ends: the last answer is given again for ever, and no limit is reached']);
  const measurements = Object.fromEntries(chosen.map(({ name }, at) => [name, (run.metrics[at]?.count ?? 0) + (run.metrics[at]?.errors ?? 0)]));
  const phase = run.phase ?? 'Pending';
  return {
    phase,
    measurements,
    problems: [
      ...(phase === expect.phase ? [] : [`ends ${phase}, not ${expect.phase}${run.message === '' ? '' : ` (${run.message})`}`]),
      ...Object.entries(expect.measurements ?? {}).flatMap(([name, wanted]) =>
        measurements[name] === wanted ? [] : [`${name} is measured ${measurements[name] ?? 0} times, not ${wanted}`],
      ),
    ],
  };
};

const broken = (problems: readonly string[]): CaseResult => ({ phase: '', measurements: {}, problems });

/** Measures what is due until the run is over; undefined where it never is. */
const courseOf = (start: AnalysisRun, phaseOf: (metric: number, at: number) => MeasurementPhase): AnalysisRun | undefined => {
  const taken = start.metrics.map(() => 0);
  const next = (metric: number): number => {
    const at = taken[metric] ?? 0;
    taken[metric] = at + 1;
    return at;
  };
  let [run, now] = [start, 0];
  while (!isCompleted(run.phase)) {
    const samples = dueMeasurements(run, now).map((metric) => ({ metric, phase: phaseOf(metric, next(metric)), finishedAt: now }));
    const stepped = stepAnalysisRun(run, samples, now);
    const at = nextLookAt(stepped);
    if (stepped === run && !(at > now && at < longestRun)) return undefined;
    [run, now] = [stepped, Math.max(now, Number.isFinite(at) ? at : now)];
    if (now >= longestRun) return undefined;
  }
  return run;
};

/** The phase of a metric's n-th measurement, or why that can not be said. */
const judgeOf = (
  metric: MetricSpec,
  args: readonly string[],
  entries: readonly Entry[],
  version: ControllerVersion,
): ((at: number) => MeasurementPhase) | string => {
  const shape = shapeOf(metric, args);
  if (shape === undefined) return `what the provider of ${metric.name} answers is not known`;
  const conditions = compileConditions(metric, shape, version);
  const answers = entries.flatMap((entry): Answer[] =>
    typeof entry === 'object' && 'times' in entry ? Array<Answer>(entry.times).fill(entry.answer) : [entry],
  );
  const wrong = answers.find((answer) => answer !== 'error' && (typeof answer === 'number') !== (shape === 'scalar'));
  if (wrong !== undefined) return `${metric.name} gives ${shape === 'scalar' ? 'one number, not a list' : 'a list of numbers, like [0.5]'}`;
  const phases = answers.map((answer) => (answer === 'error' ? 'Error' : phaseOf(conditions, answer)));
  const unsupported = phases.find((phase) => phase === undefined);
  if (unsupported !== undefined || phases.includes(undefined)) return `a condition of ${metric.name} is not supported`;
  return (at) => phases[Math.min(at, phases.length - 1)] as MeasurementPhase;
};

const phaseOf = (conditions: CompiledConditions, answer: number | readonly number[]): MeasurementPhase | undefined => {
  const measured = judgeMeasurement(conditions, answer);
  return 'unsupported' in measured ? undefined : measured.phase;
};

/** Whether two metrics of one provider make the same of every answer that their conditions could tell apart. */
export const isSameJudge = (a: MetricSpec, b: MetricSpec, args: readonly string[], version: ControllerVersion): boolean => {
  const shape = shapeOf(a, args);
  if (shape === undefined) return false;
  const [first, second] = [compileConditions(a, shape, version), compileConditions(b, shape, version)];
  return probesOf([a, b], shape).every((answer) => phaseOf(first, answer) === phaseOf(second, answer));
};

/** All numbers of the conditions, what lies between and beside them, NaN, infinities, and lists of none, one and two. */
const probesOf = (metrics: readonly MetricSpec[], shape: ResultShape): (number | number[])[] => {
  const texts = metrics.flatMap(({ successCondition, failureCondition }) => [successCondition ?? '', failureCondition ?? '']);
  const numbers = [...new Set(texts.flatMap((text) => text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number))].sort((x, y) => x - y);
  const near = numbers.flatMap((n, at) => [n, -n, n - 1e-9, n + 1e-9, (n + (numbers[at + 1] ?? n + 1)) / 2]);
  const all = [...near, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return shape === 'scalar' ? all : [[], ...all.map((n) => [n]), ...all.map((n) => [n, n]), ...all.map((n) => [n, n, n])];
};

const shapeOf = ({ provider }: MetricSpec, args: readonly string[]): ResultShape | undefined => {
  if (provider.kind === 'web') return 'scalar';
  if (provider.kind === 'other') return undefined;
  const reading = readQuery(fillArguments(provider.query, new Map(args.map((name) => [name, '1']))).text);
  if ('error' in reading || reading.query.shape === 'matrix') return undefined;
  return reading.query.shape;
};
