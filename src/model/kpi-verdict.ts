import { z } from 'zod';
import { kpiSchema } from './kpi.ts';

/** Epoch seconds. */
const instant = z.int().min(0);

/** Sums over a group of cells in one cycle: numerator and denominator of each ratio of the KPI. */
const cycleSchema = z.strictObject({ start: instant, ratios: z.array(z.tuple([z.number(), z.number()])).min(1) });
export type Cycle = z.infer<typeof cycleSchema>;

/** Cells of one vendor and band, before and after; matched control cells are alike and nothing changed on them. */
const stratumSchema = z.strictObject({
  name: z.string().min(1),
  pilot: z.array(cycleSchema),
  control: z.array(cycleSchema),
  /**
   * Standard error that whole groups of cells add by drifting apart from one week to the next, in the scale of the test (a logarithm where the
   * margin is relative). Cycles of one day do not show it; it counts for harm, so that a drift is not taken for one.
   */
  drift: z.number().min(0).optional(),
});
export type Stratum = z.infer<typeof stratumSchema>;

const questionSchema = z.strictObject({ kpi: kpiSchema, strata: z.array(stratumSchema).min(1).max(50) });
export type KpiQuestion = z.infer<typeof questionSchema>;

const disturbanceSchema = z.strictObject({ kind: z.enum(['alarm-storm', 'freeze', 'incident', 'control-changed']), from: instant, until: instant });

/** What the slow loop asks: have the pilot cells become worse since the actuation, compared with the control cells? */
export const kpiInputSchema = z.strictObject({
  /** Chance of failing a harmless change over all KPIs, and of passing one KPI at its margin. */
  alpha: z.number().gt(0).lt(0.5).default(0.05),
  /** Of the bootstrap: equal inputs give equal verdicts. */
  seed: z.int().default(1),
  resamples: z.int().min(199).max(99_999).default(1999),
  cycleSeconds: z.int().min(60).default(900),
  actuatedAt: instant,
  observedUntil: instant,
  /** How far back the same hours lie that the pilot is compared with; whole weeks. */
  baselineSeconds: z
    .int()
    .positive()
    .multipleOf(7 * 86_400)
    .default(7 * 86_400),
  /** Fewest full cycles after the settling one. */
  minCycles: z.int().min(4).default(4),
  /** Hours of the day, UTC, of which one must be observed in full; empty where none is demanded. */
  busyHours: z.array(z.int().min(0).max(23)).default([]),
  disturbances: z.array(disturbanceSchema).default([]),
  questions: z.array(questionSchema).min(1).max(100),
});
export type KpiInput = z.infer<typeof kpiInputSchema>;
