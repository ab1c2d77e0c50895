import type { Kpi } from '#model/kpi.ts';
import type { KpiInput, KpiQuestion, Stratum } from '#model/kpi-verdict.ts';
import type { KpiEvidence } from '#model/verdict.ts';
import { blockError, type Difference, differenceOf, quantileOf, shareAtLeast } from './did.ts';
import { holm } from './multiplicity.ts';
import { commonStarts, cyclesAt, stratumGaps, weightOf, windowGaps, windowOf } from './observation.ts';

/** Harm in the scale it is tested in: percentage points or units, or a logarithm where the margin is relative. */
interface Estimate {
  readonly harm: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the hypothesis that the harm is no more than the margin. */
  readonly pValue: number;
  readonly pilotValue: number;
  readonly pilotBefore: number;
}

interface Part {
  readonly kpi: Kpi;
  readonly stratum: string;
  /** The verdict on a KPI is on its strata together; a stratum alone can fail it or lack evidence, but not pass it. */
  readonly isDecisive: boolean;
  readonly cycles: number;
  readonly gaps: readonly string[];
  readonly estimate: Estimate | undefined;
}

export interface KpiVerdicts {
  readonly evidence: readonly KpiEvidence[];
  /** KPIs without a floor and a margin: context, which nothing follows from. */
  readonly unjudged: readonly string[];
}

const isJudged = ({ better, floor, margin }: Kpi): boolean => better !== 'neither' && (floor !== undefined || margin !== undefined);

/**
 * Difference-in-differences verdicts of all KPIs at one look. Failed: the floor broke with the change, or the harm is surely more than the
 * margin (Holm over all KPIs and strata). Successful: the harm is surely no more than the margin. All else is Inconclusive, and
 * so is everything that is observed through a storm, a freeze or missing cycles. Pure.
 */
export const kpiVerdicts = (input: KpiInput): KpiVerdicts => {
  const judged = input.questions.filter(({ kpi }) => isJudged(kpi));
  const gaps = windowGaps(input);
  const parts = judged.flatMap((question) => partsOf(question, input, gaps));
  const falls = holm(
    parts.map(({ gaps: missing, estimate, kpi }) => (missing.length === 0 && estimate && kpi.margin ? estimate.pValue : 1)),
    input.alpha,
  );
  return {
    evidence: parts.map((part, at) => evidenceOf(part, falls[at] === true)),
    unjudged: input.questions.flatMap(({ kpi }) => (isJudged(kpi) ? [] : [kpi.id])),
  };
};

const partsOf = (question: KpiQuestion, input: KpiInput, gaps: readonly string[]): Part[] => {
  const { kpi, strata } = question;
  const relative = kpi.margin?.scale === 'relative';
  const window = windowOf(input);
  const single = strata.map((stratum): Part => {
    const cycles = cyclesAt(stratum, commonStarts([stratum], input, window), input);
    const missing = [...gaps, ...stratumGaps(kpi, cycles, window.starts.length)];
    return {
      kpi,
      stratum: stratum.name,
      isDecisive: strata.length === 1,
      cycles: cycles.length,
      ...estimated(kpi, missing, drifting(differenceOf(cycles, relative, kpi.scale), stratum), cycles, input),
    };
  });
  if (single.length === 1) return single;
  const starts = commonStarts(strata, input, window);
  const cycles = strata.map((stratum) => cyclesAt(stratum, starts, input));
  const differences = cycles.map((list, at) => drifting(differenceOf(list, relative, kpi.scale), strata[at]));
  const missing = [...gaps, ...single.flatMap((p) => p.gaps.filter((gap) => !gaps.includes(gap)).map((gap) => `${p.stratum}: ${gap}`))];
  const pooled = poolOf(differences, cycles.map(weightOf));
  return [{ kpi, stratum: 'all', isDecisive: true, cycles: starts.length, ...estimated(kpi, missing, pooled, cycles.flat(), input) }, ...single];
};

interface Drifting extends Difference {
  readonly drift: number;
}

const drifting = (difference: Difference | undefined, stratum: Pick<Stratum, 'drift'> | undefined): Drifting | undefined =>
  difference === undefined ? undefined : { ...difference, drift: stratum?.drift ?? 0 };

/** Strata weigh as much as the pilot has in them, so that a mix that differs from the control's moves nothing. */
const poolOf = (differences: readonly (Drifting | undefined)[], weights: readonly number[]): Drifting | undefined => {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const known = differences.flatMap((d, at) => (d === undefined ? [] : [{ ...d, weight: (weights[at] ?? 0) / total }]));
  const [first] = known;
  if (first === undefined || known.length < differences.length) return undefined;
  const mix = (of: (d: Drifting) => number): number => known.reduce((sum, d) => sum + d.weight * of(d), 0);
  return {
    value: mix((d) => d.value),
    influences: first.influences.map((_, t) => mix((d) => d.influences[t] ?? 0)),
    pilotValue: mix((d) => d.pilotValue),
    pilotBefore: mix((d) => d.pilotBefore),
    drift: Math.hypot(...known.map((d) => d.weight * d.drift)),
  };
};

const fewestCycles = 4;

const estimated = (
  kpi: Kpi,
  gaps: readonly string[],
  difference: Drifting | undefined,
  cycles: Parameters<typeof weightOf>[0],
  input: KpiInput,
): Pick<Part, 'gaps' | 'estimate'> => {
  if (difference === undefined || difference.influences.length < fewestCycles)
    return { gaps: gaps.length > 0 ? gaps : ['there is no value to compare'], estimate: undefined };
  const sign = kpi.better === 'higher' ? -1 : 1;
  const harm = sign * difference.value;
  const { standardError, draws } = blockError(
    difference.influences.map((v) => sign * v),
    input,
  );
  const { pilotValue, pilotBefore } = difference;
  if (standardError === 0) {
    // Nothing varied: the bound is that of no event in so many attempts, and without attempts there is none.
    const slack = kpi.minAttempts === undefined ? Number.POSITIVE_INFINITY : (kpi.scale * -Math.log(input.alpha)) / weightOf(cycles);
    return { gaps, estimate: { harm, lower: harm - slack, upper: harm + slack, pValue: 1, pilotValue, pilotBefore } };
  }
  // For harm the drift counts as well; a pass is about what the cycles show.
  const apart = Math.hypot(standardError, difference.drift);
  const lower = harm - quantileOf(draws, 1 - input.alpha) * apart;
  const upper = harm - quantileOf(draws, input.alpha) * standardError;
  const pValue = shareAtLeast(draws, (harm - marginOf(kpi)) / apart);
  return { gaps, estimate: { harm, lower, upper, pValue, pilotValue, pilotBefore } };
};

/** The margin in the scale of the test. */
const marginOf = ({ margin, better }: Kpi): number => {
  if (margin === undefined) return Number.POSITIVE_INFINITY;
  if (margin.scale === 'absolute') return margin.limit;
  return better === 'higher' ? -Math.log(Math.max(0, 1 - margin.limit)) : Math.log1p(margin.limit);
};

const evidenceOf = (part: Part, falls: boolean): KpiEvidence => {
  const { kpi, stratum, cycles, estimate } = part;
  const told = (value: number | undefined): number | null => {
    if (value === undefined || !Number.isFinite(value)) return null;
    if (kpi.margin?.scale !== 'relative') return value;
    return kpi.better === 'higher' ? -Math.expm1(-value) : Math.expm1(value);
  };
  return {
    id: kpi.id,
    stratum,
    ...phaseOf(part, falls),
    harm: told(estimate?.harm),
    lower: told(estimate?.lower),
    upper: told(estimate?.upper),
    margin: kpi.margin?.limit ?? null,
    pilotValue: estimate === undefined || !Number.isFinite(estimate.pilotValue) ? null : estimate.pilotValue,
    cycles,
  };
};

const phaseOf = ({ kpi, gaps, estimate, isDecisive }: Part, falls: boolean): Pick<KpiEvidence, 'phase' | 'reason'> => {
  if (gaps.length > 0 || estimate === undefined) return { phase: 'Inconclusive', reason: gaps.join('; ') };
  if (falls) return { phase: 'Failed', reason: `the harm is surely more than the margin` };
  if (isBroken(kpi, estimate.pilotValue)) return beyondFloor(kpi, estimate);
  if (kpi.margin === undefined) return { phase: 'Successful', reason: 'the floor holds' };
  if (estimate.upper <= marginOf(kpi)) return { phase: 'Successful', reason: 'the harm is surely no more than the margin' };
  if (!isDecisive) return { phase: 'Successful', reason: 'no harm is shown here; the verdict is on all strata together' };
  return { phase: 'Inconclusive', reason: 'the harm may be on either side of the margin; more cycles or cells are needed' };
};

/** What was beyond its floor already was not brought there by the change, and taking it back mends nothing; nor is it well. */
const beyondFloor = (kpi: Kpi, { pilotBefore }: Estimate): Pick<KpiEvidence, 'phase' | 'reason'> => {
  const reason = `${kpi.name} is beyond its floor of ${kpi.floor} ${kpi.unit}`;
  return isBroken(kpi, pilotBefore) ? { phase: 'Inconclusive', reason: `${reason}, and was so before` } : { phase: 'Failed', reason };
};

const isBroken = ({ better, floor }: Kpi, value: number): boolean => floor !== undefined && (better === 'higher' ? value < floor : value > floor);
