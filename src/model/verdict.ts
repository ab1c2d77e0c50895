import { z } from 'zod';
import { kpiInputSchema } from './kpi-verdict.ts';

/** Events of one arm in one interval: how many there were, and how many of them were bad. */
const armSchema = z
  .strictObject({ bad: z.int().min(0), total: z.int().min(0) })
  .refine(({ bad, total }) => bad <= total, { message: 'has more bad events than events' });
export type Arm = z.infer<typeof armSchema>;

/** One interval of both arms; null where an arm could not be read, which is no evidence of anything. */
const intervalSchema = z.strictObject({ canary: armSchema.nullable(), control: armSchema.nullable() });
export type Interval = z.infer<typeof intervalSchema>;

const countMetricSchema = z.strictObject({
  name: z.string().min(1),
  /** In order of time. */
  intervals: z.array(intervalSchema).max(20_000),
  /** The canary passes when its rate of bad events is surely less than this many times the control's. */
  maxRatio: z.number().gt(1).max(20),
  /** Or when its share of bad events (0..1) is surely below this; without it only the ratio lets it pass. */
  maxShare: z.number().gt(0).lt(1).optional(),
  /** Variance of the counts over that of Poisson counts. Absent: estimated from `history`, or taken to be 3 where that does not suffice. */
  dispersion: z.number().min(1).max(100).optional(),
  /** The control alone, in intervals of the same length from before the canary. */
  history: z.array(armSchema).max(20_000).optional(),
});
export type CountMetric = z.infer<typeof countMetricSchema>;

/** Something of which there may be only so many, whatever the control does. */
const guardrailSchema = z.strictObject({
  name: z.string().min(1),
  /** Null where nothing could be read. */
  observed: z.number().min(0).nullable(),
  max: z.number().min(0).default(0),
});
export type Guardrail = z.infer<typeof guardrailSchema>;

const chance = z.number().gt(0).lt(0.5);

/** The question that the judge answers: in rehearsal and at run time the same. */
export const verdictInputSchema = z.strictObject({
  /** canary: the anytime-valid test. smoke: Wald's test of 1 against 2 times as many bad events, which ends earlier. */
  mode: z.enum(['canary', 'smoke']).default('canary'),
  /** Chance that a healthy canary fails, over all metrics and looks together. */
  alpha: chance.default(0.01),
  /** Chance that a canary at its bound passes. */
  acceptAlpha: chance.default(0.05),
  metrics: z.array(countMetricSchema).max(100).default([]),
  guardrails: z.array(guardrailSchema).max(100).default([]),
  /** Network KPIs of pilot cells against control cells, in cycles of 15 minutes. */
  kpis: kpiInputSchema.optional(),
});
export type VerdictInput = z.infer<typeof verdictInputSchema>;

/** Argo's names, so that a web metric maps them one to one. */
export type VerdictPhase = 'Successful' | 'Failed' | 'Inconclusive';

/** The same as numbers, for conditions that compare numbers. */
export const verdictCodes: Readonly<Record<VerdictPhase, number>> = { Successful: 1, Inconclusive: 0, Failed: -1 };

export interface MetricEvidence {
  readonly name: string;
  readonly phase: VerdictPhase;
  readonly reason: string;
  readonly canary: Arm;
  readonly control: Arm;
  /** Intervals that told something, and those that did not. */
  readonly intervals: number;
  readonly blind: number;
  readonly dispersion: number;
  /** Natural logarithm of the largest Bayes factor for harm so far, and of what it takes to fail. */
  readonly logBayesFactor: number;
  readonly failsAt: number;
  /** Bound of the ratio of rates that is not exceeded, but for the chance `acceptAlpha`; null where there is none yet. */
  readonly upperRatio: number | null;
}

export interface GuardrailEvidence extends Guardrail {
  readonly phase: VerdictPhase;
}

export interface KpiEvidence {
  readonly id: string;
  readonly stratum: string;
  readonly phase: VerdictPhase;
  readonly reason: string;
  /** Harm: how much worse the pilot became than the control; in percentage points or units, or a share where the margin is relative. */
  readonly harm: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number | null;
  readonly pilotValue: number | null;
  readonly cycles: number;
}

export interface Verdict {
  readonly phase: VerdictPhase;
  /** Why it is not Successful, or what made it so; never empty. */
  readonly reasons: readonly string[];
  readonly evidence: {
    readonly alpha: number;
    readonly acceptAlpha: number;
    readonly metrics: readonly MetricEvidence[];
    readonly guardrails: readonly GuardrailEvidence[];
    readonly kpis: readonly KpiEvidence[];
  };
}
