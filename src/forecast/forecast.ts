import type { RolloutForecast, SampleNeed, ScenarioForecast } from '#model/forecast.ts';
import type { Ending } from './course-tree.ts';
import { type Courses, runScenario, type Subject } from './run-scenario.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { decisionsToSee, estimate, weightedQuantile } from './statistics.ts';

/** What a forecast counts with, beside the Rollout. */
export interface ForecastOptions {
  readonly replications: number;
  readonly seed: string;
  readonly cells: number;
  /** Share (0..1) of the decisions that may go wrong in 30 days. */
  readonly errorBudget: number;
  /** Names of scenarios; undefined for all. */
  readonly only?: ReadonlySet<string>;
  readonly onScenario?: (name: string) => void;
}

/** Least share of rollouts that must abort before a canary is said to see a regression (rollouts.md section 7: P(detect 2x) >= .8). */
const leastDetected = 0.8;
const budgetSeconds = 30 * 86_400;
const rises = [1.25, 2, 5, 20];

/** Rehearses a Rollout under all scenarios. Equal seeds give equal results. */
export const forecast = (subject: Subject, options: ForecastOptions): RolloutForecast => {
  const chosen = scenarios.filter(({ name }) => options.only?.has(name) ?? true);
  const results = chosen.map((scenario) => {
    options.onScenario?.(scenario.name);
    return scenarioForecast(subject, scenario, runScenario(subject, scenario, options.replications, options.seed), options);
  });
  const canaryShare = shareBeforePromotion(subject);
  const perHour = subject.decisionsPerSecond * 3600;
  return {
    rollout: subject.spec.name,
    namespace: subject.spec.namespace,
    replications: options.replications,
    seed: options.seed,
    exposureSeconds: subject.scrapeSeconds,
    cells: options.cells,
    decisionsPerHour: perHour,
    canaryShare,
    seesFrom: rises.find((rise) => results.some(({ name, aborted }) => name === `errors-${rise}x` && aborted.share >= leastDetected)),
    needs: rises.flatMap((factor) => needOf(factor, subject.baseline.errorRatio, canaryShare, perHour)),
    scenarios: results,
  };
};

/** Share of the decisions that the canary gets by lease, or at its largest weight. */
const shareBeforePromotion = ({ division, spec }: Subject): number =>
  division.leaseShare ?? Math.max(0, ...spec.steps.flatMap((step) => (step.kind === 'setWeight' ? [step.weight] : []))) / (spec.routing?.maxWeight ?? 100);

const needOf = (factor: number, errorRatio: number, share: number, perHour: number): SampleNeed[] => {
  if (share <= 0 || share >= 1 || perHour <= 0) return [];
  const decisions = decisionsToSee(errorRatio, factor, share);
  return [{ factor, decisions, hours: decisions / (perHour * share) }];
};

const scenarioForecast = (subject: Subject, scenario: Scenario, { endings, replications }: Courses, options: ForecastOptions): ScenarioForecast => {
  const hits = (chosen: (ending: Ending) => boolean): number => endings.reduce((sum, ending) => sum + (chosen(ending) ? ending.visits : 0), 0);
  const spread = (value: (ending: Ending) => number | undefined): { median: number; p95: number } | undefined => {
    const values = endings
      .flatMap((ending) => [[value(ending), ending.visits] as const])
      .flatMap(([at, visits]) => (at === undefined ? [] : [[at, visits] as const]));
    const [median, p95] = [weightedQuantile(values, 0.5), weightedQuantile(values, 0.95)];
    return median === undefined || p95 === undefined ? undefined : { median, p95 };
  };
  const isAborted = ({ abortedAt }: Ending): boolean => abortedAt !== undefined;
  const aborted = hits(isAborted);
  const promoted = hits((ending) => ending.outcome === 'promoted' && !isAborted(ending));
  const workSeconds = endings.map(({ work, visits }) => [sum(work), visits] as const);
  const meanWork = sum(workSeconds.map(([seconds, visits]) => seconds * visits)) / replications;
  const exposure = exposureOf(endings, replications, subject.scrapeSeconds);
  return {
    name: scenario.name,
    title: scenario.title,
    isBad: scenario.isBad,
    aborted: estimate(aborted, replications),
    held: estimate(replications - aborted - promoted, replications),
    promoted: estimate(promoted, replications),
    toAbort: spread(({ abortedAt }) => abortedAt),
    toRestore: spread(({ abortedAt, endedAt, outcome }) => (abortedAt === undefined || outcome !== 'aborted' ? undefined : endedAt - abortedAt)),
    toPromote: spread(({ outcome, endedAt }) => (outcome === 'promoted' ? endedAt : undefined)),
    decisionsExposed: { mean: meanWork * subject.decisionsPerSecond, p95: (weightedQuantile(workSeconds, 0.95) ?? 0) * subject.decisionsPerSecond },
    cellsExposed: Math.ceil(Math.max(0, ...endings.flatMap(({ work }) => Math.max(0, ...work))) * (options.cells / subject.scrapeSeconds) - 1e-9),
    budgetBurnt: (meanWork * excessOf(subject, scenario)) / (options.errorBudget * budgetSeconds),
    loadAfterAbort: mostLoad(endings.map(({ load }) => load.after)),
    loadBefore: mostLoad(endings.map(({ load }) => load.before)),
    exposure,
    abortedBy: abortedBy(endings, replications, subject.scrapeSeconds, exposure.length),
  };
};

const mostLoad = (loads: readonly number[]): number | undefined => {
  const most = Math.max(1, ...loads);
  return Number.isFinite(most) ? most : undefined;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Share of the canary's decisions that go wrong or come late beyond those of a healthy agent. */
const excessOf = ({ baseline }: Subject, { errors = 1, slow = 1 }: Scenario): number =>
  Math.min(1, baseline.errorRatio * errors) - baseline.errorRatio + Math.min(1, baseline.slowRatio * slow) - baseline.slowRatio;

const exposureOf = (endings: readonly Ending[], replications: number, seconds: number): number[] => {
  const total: number[] = [];
  for (const { work, visits } of endings) for (const [at, share] of work.entries()) total[at] = (total[at] ?? 0) + share * visits;
  return total.map((share) => rounded(share / (replications * seconds)));
};

/** Curves are looked at, not counted with. */
const rounded = (share: number): number => Math.round(share * 1e5) / 1e5;

const abortedBy = (endings: readonly Ending[], replications: number, seconds: number, bins: number): number[] =>
  Array.from(
    { length: bins },
    (_, at) => sum(endings.map(({ abortedAt, visits }) => (abortedAt !== undefined && abortedAt <= (at + 1) * seconds ? visits : 0))) / replications,
  );
