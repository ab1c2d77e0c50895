import { z } from 'zod';
import { binomial, poisson, type Random, seededRandom } from '#util/random.ts';
import { bucketsOf, type LatencyDistribution } from './latency.ts';

export interface Baseline {
  /** Share (0..1) of decisions that end in an error. */
  readonly errorRatio: number;
  readonly latency: LatencyDistribution;
  /** Share (0..1) of shadow decisions that differ from the stable version's. */
  readonly divergence: number;
  readonly cyclesPerDecision: number;
  readonly kpiEventsPerDecision: number;
}

/**
 * How a healthy agent behaves, chosen against the limits of the analysis templates: the errors (0.6 %) pass at 1 % and five times
 * as many (3 %) fail at 2 %; 1.8 % of the decisions are slower than 100 ms, which passes at 5 %, and 12 % are when latency grows
 * by 60 %, which fails at 10 %; the divergence (0.1 %) passes at 0.5 %.
 */
export const baseline: Baseline = {
  errorRatio: 0.006,
  latency: { medianSeconds: 0.035, sigma: 0.5 },
  divergence: 0.001,
  cyclesPerDecision: 0.1,
  kpiEventsPerDecision: 0.05,
};

/** The network KPIs that every simulated agent counts, whichever of them its canary is judged by. */
export const kpis = ['A1', 'A2', 'A4', 'A6', 'E1', 'E2', 'I1', 'I3', 'I4', 'M1', 'M2', 'M3', 'R1', 'R4', 'U1', 'V1', 'V2', 'V3'] as const;

const factor = z.number().min(0).max(1e6);

/** What is wrong with the pods whose image contains `image`; a factor multiplies the healthy value. */
export const regressionSchema = z.strictObject({
  image: z.string().min(1),
  errors: factor.optional(),
  latency: z.number().min(0.001).max(1e6).optional(),
  /** Events per 1000 decisions. */
  unsafe: z.number().min(0).max(1000).optional(),
  divergence: factor.optional(),
  missing: z.boolean().optional(),
  nan: z.boolean().optional(),
  silent: z.boolean().optional(),
});
export type Regression = z.infer<typeof regressionSchema>;

/** All that is wrong with a pod of these images: where several regressions speak of one field, the last one counts. */
export const regressionOf = (images: readonly string[], regressions: readonly Regression[]): Regression | undefined => {
  const matching = regressions.filter((regression) => images.some((image) => image.includes(regression.image)));
  return matching.length === 0 ? undefined : Object.assign({}, ...matching);
};

export interface ModelOptions {
  readonly seed: number;
  /** Decisions of one pod per simulated second. */
  readonly decisionsPerSecond: number;
  /** Simulated seconds per second of the clock. */
  readonly timeScale: number;
  readonly baseline: Baseline;
}

/** What one pod has counted since it was first seen; every number is a whole number that never falls. */
export interface Counters {
  /** How often the pod was advanced; part of the seed of the next draws. */
  readonly step: number;
  readonly ok: number;
  readonly errors: number;
  /** Decisions per bucket of the histogram, not yet cumulative. */
  readonly buckets: readonly number[];
  readonly latencyMicroseconds: number;
  readonly unsafe: number;
  readonly emergencyFailures: number;
  readonly same: number;
  readonly different: number;
  readonly cycles: number;
  readonly kpis: readonly number[];
}

export const zeroCounters: Counters = {
  step: 0,
  ok: 0,
  errors: 0,
  buckets: bucketsOf(baseline.latency).map(() => 0),
  latencyMicroseconds: 0,
  unsafe: 0,
  emergencyFailures: 0,
  same: 0,
  different: 0,
  cycles: 0,
  kpis: kpis.map(() => 0),
};

export interface ModelPod {
  readonly uid: string;
  /** Running and ready; only such a pod decides anything. */
  readonly ready: boolean;
}

/** The counters after the span of clock seconds. Equal seeds, pods, steps and spans give equal draws; nothing else is read. */
export const advance = (
  counters: Counters,
  pod: ModelPod,
  span: { readonly from: number; readonly to: number },
  options: ModelOptions,
  regression?: Regression,
): Counters => {
  const stepped = { ...counters, step: counters.step + 1 };
  const expected = options.decisionsPerSecond * options.timeScale * (span.to - span.from);
  if (!pod.ready || regression?.silent === true || !(expected > 0)) return stepped;
  return draw(stepped, expected, seededRandom(`${options.seed}/${pod.uid}/${counters.step}`), options.baseline, regression);
};

const draw = (counters: Counters, expected: number, random: Random, healthy: Baseline, regression: Regression | undefined): Counters => {
  const { medianSeconds, sigma } = healthy.latency;
  const buckets = bucketsOf({ medianSeconds: medianSeconds * (regression?.latency ?? 1), sigma });
  // Independent Poisson draws per bucket are one Poisson draw split over the buckets, so the histogram and the total agree.
  const drawn = buckets.map(({ share }) => poisson(random, expected * share));
  const decisions = drawn.reduce((sum, count) => sum + count, 0);
  const seconds = drawn.reduce((sum, count, at) => sum + count * (buckets[at]?.meanSeconds ?? 0), 0);
  const errors = binomial(random, decisions, healthy.errorRatio * (regression?.errors ?? 1));
  const different = binomial(random, decisions, healthy.divergence * (regression?.divergence ?? 1));
  return {
    ...counters,
    ok: counters.ok + decisions - errors,
    errors: counters.errors + errors,
    buckets: counters.buckets.map((count, at) => count + (drawn[at] ?? 0)),
    latencyMicroseconds: counters.latencyMicroseconds + Math.round(seconds * 1e6),
    unsafe: counters.unsafe + binomial(random, decisions, (regression?.unsafe ?? 0) / 1000),
    same: counters.same + decisions - different,
    different: counters.different + different,
    cycles: counters.cycles + binomial(random, decisions, healthy.cyclesPerDecision),
    kpis: counters.kpis.map((count) => count + binomial(random, decisions, healthy.kpiEventsPerDecision)),
  };
};
