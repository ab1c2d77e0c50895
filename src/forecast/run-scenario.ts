import { type CompiledConditions, compileConditions, judgeMeasurement } from '#analysis/condition.ts';
import type { AnalysisTemplate, ControllerVersion, MeasurementPhase, MetricSpec } from '#model/analysis.ts';
import type { RolloutSpec } from '#model/rollout.ts';
import { verdictCodes } from '#model/verdict.ts';
import { Simulation } from '#rehearse/simulation.ts';
import type { World } from '#rehearse/world.ts';
import { seededRandom } from '#util/random.ts';
import type { BoundJudge } from './bind-judge.ts';
import type { BoundQuery, Look } from './bind-query.ts';
import { CourseTree, type Ending, type Question } from './course-tree.ts';
import { eventKinds, type Revision, type Source } from './event.ts';
import { type Baseline, chanceOf, crashRestarts, kills, querySeconds, readySeconds, type Scenario } from './scenario.ts';
import { certainLook, indexOf, isCertain, type Rates, sourceCount, Tallies } from './tallies.ts';
import { Track } from './track.ts';
import type { Division } from './work.ts';

/** A metric with its query, or its question to the judge, bound to what the agent counts. */
export type BoundMetric = { readonly query: BoundQuery; readonly shape: 'scalar' | 'vector' } | { readonly judge: BoundJudge };

/** All that a forecast of one Rollout rests on. */
export interface Subject {
  readonly spec: RolloutSpec;
  readonly templates: readonly AnalysisTemplate[];
  readonly metrics: ReadonlyMap<MetricSpec, BoundMetric>;
  readonly division: Division;
  readonly baseline: Baseline;
  /** Decisions per second of the whole agent in one cluster. */
  readonly decisionsPerSecond: number;
  /** Seconds between two scrapes. */
  readonly scrapeSeconds: number;
  /** A rehearsal ends after so many seconds, settled or not. */
  readonly untilSeconds: number;
  readonly version: ControllerVersion;
}

export interface Courses {
  readonly endings: readonly Ending[];
  readonly replications: number;
  /** Simulations that they needed. */
  readonly simulated: number;
}

const templates = { stable: 'stable', canary: 'canary' } as const;

/** Rehearses a Rollout many times under one scenario. Equal seeds give equal results. */
export const runScenario = (subject: Subject, scenario: Scenario, replications: number, seed: string): Courses => {
  const rates = ratesOf(subject, scenario);
  const tallies = new Tallies(rates, subject.scrapeSeconds, seededRandom(`${seed}/${scenario.name}`));
  const judges = new Map([...subject.metrics].map(([metric, bound]) => [metric, judgeOf(metric, bound, subject)]));
  const certain = new Set([...judges].flatMap(([metric, { sources }]) => (sources?.every((source) => isCertain(source, rates)) ? [metric] : [])));
  const tree = new CourseTree((ask) =>
    simulateOnce(subject, scenario, (metric, now, track) => {
      if (isSilent(scenario, now)) return 'Error';
      if (certain.has(metric)) return judges.get(metric)?.measure(certainLook(track, now, subject.scrapeSeconds)) ?? 'Error';
      return ask(metric, now, () => ({ bins: track.take(now), birth: track.birth }));
    }),
  );
  const answer = ({ metric, at, bins, birth }: Question): MeasurementPhase => {
    tallies.advance(at, bins, birth);
    return judges.get(metric)?.measure(tallies, tallies) ?? 'Error';
  };
  for (let done = 0; done < replications; done++) {
    tallies.reset();
    for (const { reset } of judges.values()) reset?.();
    tree.replicate(answer);
  }
  return { endings: tree.endings, replications, simulated: tree.simulated };
};

const isSilent = ({ silent }: Scenario, at: number): boolean => silent !== undefined && at >= silent.from && at < silent.to;

const ratesOf = ({ baseline, decisionsPerSecond }: Subject, scenario: Scenario): Rates => {
  const rates = new Float64Array(sourceCount);
  for (const revision of ['canary', 'stable'] satisfies Revision[])
    for (const event of eventKinds) rates[indexOf({ revision, event })] = decisionsPerSecond * chanceOf(event, revision, baseline, scenario);
  return rates;
};

/** How one metric comes to the phases of its measurements. */
interface Measurer {
  readonly measure: (look: Look, tallies?: Tallies) => MeasurementPhase;
  /** Begins a replication. */
  readonly reset?: () => void;
  /** All that it depends on; undefined where it is a matter of chance in any case. */
  readonly sources?: readonly Source[];
}

const judgeOf = (metric: MetricSpec, bound: BoundMetric, { version, baseline, decisionsPerSecond }: Subject): Measurer => {
  if ('query' in bound) return queryJudge(metric, bound, version);
  const conditions = compileConditions(metric, 'scalar', version);
  const perSecond = ({ event, revision }: Source): number => decisionsPerSecond * chanceOf(event, revision, baseline, healthy);
  let judge = bound.judge.open(perSecond);
  return {
    reset: () => {
      judge = bound.judge.open(perSecond);
    },
    measure: (_look, tallies) => phaseOf(conditions, verdictCodes[tallies === undefined ? 'Inconclusive' : judge.ask(tallies.forJudge())]),
  };
};

const healthy: Scenario = { name: 'before', title: 'before', isBad: false };

const queryJudge = (metric: MetricSpec, { query, shape }: Extract<BoundMetric, { query: unknown }>, version: ControllerVersion): Measurer => {
  const conditions = compileConditions(metric, shape, version);
  const known = new Map<number | undefined, MeasurementPhase>();
  const measure = (look: Look): MeasurementPhase => {
    const value = query.value(look);
    const seen = known.get(value);
    if (seen !== undefined) return seen;
    const phase = phaseOf(conditions, shape === 'scalar' ? (value ?? Number.NaN) : value === undefined ? [] : [value]);
    known.set(value, phase);
    return phase;
  };
  return { measure, sources: query.sources };
};

const phaseOf = (conditions: CompiledConditions, sample: number | readonly number[]): MeasurementPhase => {
  const measured = judgeMeasurement(conditions, sample);
  if ('unsupported' in measured) throw new Error(measured.unsupported);
  return measured.phase;
};

type Measure = (metric: MetricSpec, now: number, track: Track) => MeasurementPhase;

const simulateOnce = (subject: Subject, scenario: Scenario, measure: Measure): Omit<Ending, 'visits'> => {
  const track = new Track(subject.division, subject.scrapeSeconds, restartsOf(scenario, subject.untilSeconds));
  const world: World = {
    initial: templates.stable,
    events: [{ at: 0, kind: 'release', template: templates.canary }, ...kills(scenario, templates.canary, subject.untilSeconds)],
    readyAfter: (template) => (scenario.crashes && template === templates.canary ? undefined : readySeconds),
    measure: (metric, _runStartedAt, now) => ({ phase: measure(metric, now, track), latency: querySeconds }),
  };
  const options = { version: subject.version, seed: 1, until: subject.untilSeconds, stop: 'outcome' } as const;
  const { outcome, endedAt, abortedAt } = new Simulation(subject.spec, subject.templates, world, options, (at, state) => track.observe(at, state)).run();
  return { outcome, endedAt, abortedAt, work: track.finish(endedAt), load: track.load };
};

const restartsOf = (scenario: Scenario, until: number): number[] => {
  if (scenario.crashes) return crashRestarts(until);
  const { killedAfter } = scenario;
  if (killedAfter === undefined) return [];
  const times: number[] = [];
  for (let at = readySeconds + killedAfter; at < until; at += killedAfter + readySeconds) times.push(at);
  return times;
};
