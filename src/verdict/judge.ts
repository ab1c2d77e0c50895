import type { CountMetric, Guardrail, GuardrailEvidence, KpiEvidence, MetricEvidence, Verdict, VerdictInput, VerdictPhase } from '#model/verdict.ts';
import { dispersionOf, unknownDispersion } from './dispersion.ts';
import { kpiVerdicts } from './kpi.ts';
import { isJointHarm, shareOf } from './multiplicity.ts';
import { type SequentialState, type SequentialTest, sequentialTest } from './sequential.ts';
import { sprt } from './sprt.ts';

/** Ratio that the smoke test is made to find. */
const smokeRatio = 2;

/** After so many intervals without evidence an earlier pass says nothing about now. */
const longestBlind = 8;

interface Judged {
  readonly evidence: MetricEvidence;
  /** Of this look; the peak may be higher. */
  readonly logHarm: number;
}

/**
 * Judges a canary: fails it on a broken guardrail, on sure harm in one metric or in all together, or on a failed KPI; passes it
 * only when every metric, guardrail and KPI passes and there is at least one. The same in rehearsal and at run time. Pure.
 */
export const verdict = (input: VerdictInput): Verdict => {
  const judged = input.metrics.map((metric) => judgeMetric(metric, input));
  const guardrails = input.guardrails.map(judgeGuardrail);
  const { evidence: kpis, unjudged } = input.kpis === undefined ? { evidence: [], unjudged: [] } : kpiVerdicts(input.kpis);
  const metrics = judged.map(({ evidence }) => evidence);
  const isJoint =
    input.mode === 'canary' &&
    isJointHarm(
      judged.map(({ logHarm }) => logHarm),
      input.alpha,
    );
  const phase = worstOf([...metrics, ...guardrails, ...kpis].map((e) => e.phase).concat(isJoint ? ['Failed'] : []));
  return {
    phase,
    reasons: [
      ...guardrails.filter((g) => g.phase === phase).map(guardrailReason),
      ...metrics.filter((m) => m.phase === phase).map(metricReason),
      ...(isJoint && phase === 'Failed' && !metrics.some((m) => m.phase === 'Failed') ? ['the metrics together show harm that no single one shows'] : []),
      ...kpis.filter((k) => k.phase === phase).map(kpiReason),
      ...unjudged.map((id) => `${id} is context and was not judged`),
      ...(metrics.length + guardrails.length + kpis.length === 0 ? ['nothing was there to judge by'] : []),
    ],
    evidence: { alpha: input.alpha, acceptAlpha: input.acceptAlpha, metrics, guardrails, kpis },
  };
};

/** Nothing judged is nothing passed. */
const worstOf = (phases: readonly VerdictPhase[]): VerdictPhase =>
  phases.includes('Failed') ? 'Failed' : phases.includes('Inconclusive') || phases.length === 0 ? 'Inconclusive' : 'Successful';

type Bounds = Pick<CountMetric, 'maxRatio' | 'maxShare'>;

/** The test of one metric of a canary; `alpha` is that of all its metrics together. */
export const metricTest = (
  bounds: Bounds,
  dispersion: number,
  { alpha, acceptAlpha }: Pick<VerdictInput, 'alpha' | 'acceptAlpha'>,
  metrics: number,
): SequentialTest => sequentialTest({ alpha: shareOf(alpha, metrics), acceptAlpha, maxRatio: bounds.maxRatio, maxShare: bounds.maxShare, dispersion });

/** A metric whose intervals were taken one by one. */
export interface OpenMetric {
  readonly bounds: Bounds;
  readonly test: SequentialTest;
  readonly state: SequentialState;
}

/** The phase that `verdict` gives to a canary whose intervals were taken one by one, for many verdicts over a growing time. */
export const canaryPhaseOf = (metrics: readonly OpenMetric[], guardrails: readonly Guardrail[], alpha: number): VerdictPhase => {
  const isJoint = isJointHarm(
    metrics.map(({ test, state }) => test.logHarm(state)),
    alpha,
  );
  return worstOf([
    ...metrics.map(({ test, state, bounds }) => canaryPhase(test, state, bounds).phase),
    ...guardrails.map((guardrail) => judgeGuardrail(guardrail).phase),
    ...(isJoint ? (['Failed'] as const) : []),
  ]);
};

const judgeMetric = (metric: CountMetric, input: VerdictInput): Judged => {
  const alpha = shareOf(input.alpha, input.metrics.length);
  const dispersion = metric.dispersion ?? dispersionOf(metric.history ?? []) ?? unknownDispersion;
  const test = metricTest(metric, dispersion, input, input.metrics.length);
  const state = metric.intervals.reduce(test.add, test.start);
  const { canary, control, intervals, blind } = state;
  const evidence: MetricEvidence = {
    name: metric.name,
    ...(input.mode === 'smoke'
      ? smokePhase(state, sprt({ ratio: smokeRatio, alpha, beta: input.acceptAlpha, dispersion }, metric.intervals))
      : canaryPhase(test, state, metric)),
    canary,
    control,
    intervals,
    blind,
    dispersion,
    logBayesFactor: state.peak,
    failsAt: -Math.log(alpha),
    upperRatio: test.upperRatio(state) ?? null,
  };
  return { evidence, logHarm: test.logHarm(state) };
};

type Judgement = Pick<MetricEvidence, 'phase' | 'reason'>;

const canaryPhase = (test: SequentialTest, state: SequentialState, { maxRatio, maxShare }: Bounds): Judgement => {
  if (test.isHarm(state)) return { phase: 'Failed', reason: 'the canary is surely worse than the control' };
  const blindness = blindnessOf(state);
  if (blindness !== undefined) return { phase: 'Inconclusive', reason: blindness };
  if (test.isHarmless(state)) return { phase: 'Successful', reason: 'the canary is surely within its bound' };
  const share = maxShare === undefined ? '' : `, nor of a share of ${maxShare}`;
  return { phase: 'Inconclusive', reason: `too little evidence to be sure of a ratio below ${maxRatio}${share}` };
};

const smokePhase = (state: SequentialState, outcome: ReturnType<typeof sprt>): Judgement => {
  if (outcome === 'harm') return { phase: 'Failed', reason: `the canary has ${smokeRatio} times the bad events rather than as many` };
  const blindness = blindnessOf(state);
  if (blindness !== undefined) return { phase: 'Inconclusive', reason: blindness };
  if (outcome === 'harmless') return { phase: 'Successful', reason: `the canary has as many bad events rather than ${smokeRatio} times` };
  return { phase: 'Inconclusive', reason: 'too little evidence for either' };
};

const blindnessOf = ({ intervals, blindSince }: SequentialState): string | undefined => {
  if (intervals === 0) return 'no interval has events in both arms';
  return blindSince > longestBlind ? `the last ${blindSince} intervals have no events in both arms` : undefined;
};

const judgeGuardrail = (guardrail: Guardrail): GuardrailEvidence => {
  const { observed, max } = guardrail;
  return { ...guardrail, phase: observed === null || Number.isNaN(observed) ? 'Inconclusive' : observed > max ? 'Failed' : 'Successful' };
};

const guardrailReason = ({ name, observed, max }: GuardrailEvidence): string =>
  observed === null ? `${name} could not be read` : `${name}: ${observed}, at most ${max} may be`;

const metricReason = ({ name, reason, canary, control }: MetricEvidence): string =>
  `${name}: ${reason} (${canary.bad} of ${canary.total} against ${control.bad} of ${control.total})`;

const kpiReason = ({ id, stratum, reason }: KpiEvidence): string => `${id} (${stratum}): ${reason}`;
