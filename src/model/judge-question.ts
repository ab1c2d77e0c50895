import { z } from 'zod';

const labelName = z.string().regex(/^[a-zA-Z_]\w*$/, 'must be a label');

/** Counters of one arm; namespace and revision are added when it is asked for. */
const counterSchema = z.strictObject({
  metric: z.string().regex(/^[a-zA-Z_:][\w:]*$/, 'must be the name of a metric'),
  labels: z
    .record(labelName, z.string().max(200))
    .refine((labels) => !('namespace' in labels || 'rollouts_pod_template_hash' in labels), {
      message: 'the namespace and the revision are added by the judge',
    })
    .default({}),
});
export type Counter = z.infer<typeof counterSchema>;

const metricQuestionSchema = z
  .strictObject({
    name: z.string().min(1).max(80),
    total: counterSchema,
    /** Which of all events were bad; or, as buckets of a histogram say, which were good. One of the two. */
    bad: counterSchema.optional(),
    good: counterSchema.optional(),
    maxRatio: z.number().gt(1).max(20).default(2),
    maxShare: z.number().gt(0).lt(1).optional(),
    dispersion: z.number().min(1).max(100).optional(),
  })
  .refine(({ bad, good }) => (bad === undefined) !== (good === undefined), { message: 'must name either bad or good events' });
export type MetricQuestion = z.infer<typeof metricQuestionSchema>;

/** Counter of the canary that may have grown by so much since the canary started. */
const guardrailQuestionSchema = z.strictObject({ name: z.string().min(1).max(80), counter: counterSchema, max: z.number().min(0).default(0) });

const namespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a namespace');
const hash = z.string().regex(/^[a-z0-9]{1,63}$/, 'must be a pod template hash');

/** Prometheus answers at most so many points per series. */
const mostPoints = 11_000;

/** What an AnalysisRun asks the judge; all durations in seconds. */
export const judgeQuestionSchema = z
  .strictObject({
    namespace,
    canary: hash,
    stable: hash,
    /** How far back the canary may have started. What is older is not seen. */
    window: z.int().min(60).max(604_800).default(21_600),
    /** How far before the window the control is looked at, to learn how its errors vary. */
    history: z.int().min(0).max(604_800).default(21_600),
    /** Length of an interval. */
    step: z.int().min(5).max(600).default(30),
    mode: z.enum(['canary', 'smoke']).default('canary'),
    alpha: z.number().gt(0).lt(0.5).default(0.01),
    acceptAlpha: z.number().gt(0).lt(0.5).default(0.05),
    metrics: z.array(metricQuestionSchema).max(20).default([]),
    guardrails: z.array(guardrailQuestionSchema).max(20).default([]),
  })
  .refine(({ canary, stable }) => canary !== stable, { message: 'canary and stable are the same revision' })
  .refine(({ window, history, step }) => (window + history) / step < mostPoints, { message: `asks for more than ${mostPoints} intervals` })
  .refine(({ metrics, guardrails }) => metrics.length + guardrails.length > 0, { message: 'names nothing to judge by' });
export type JudgeQuestion = z.infer<typeof judgeQuestionSchema>;

/** One series of counters: value by time, in epoch seconds. */
export type CounterSeries = ReadonlyMap<number, number>;

/** What answers range queries; a Prometheus. */
export interface CounterSource {
  /**
   * All series that the selector matches, at start, start + step, ... end.
   * @throws GateError of class undecided when there is no whole answer
   */
  range(selector: string, times: { readonly start: number; readonly end: number; readonly step: number }): Promise<readonly CounterSeries[]>;
}
