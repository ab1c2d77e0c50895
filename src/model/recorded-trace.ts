import { z } from 'zod';

const phases = z.enum(['Pending', 'Running', 'Successful', 'Failed', 'Inconclusive', 'Error', '']);

/** What was measured of one metric in one AnalysisRun. */
const measured = z.looseObject({
  name: z.string(),
  successful: z.int().default(0),
  failed: z.int().default(0),
  inconclusive: z.int().default(0),
  error: z.int().default(0),
});

const moment = z.looseObject({
  seconds: z.number(),
  phase: z.string(),
  message: z.string(),
  step: z.int().optional(),
  aborted: z.boolean(),
  stable: z.string(),
  current: z.string(),
  ready: z.record(z.string(), z.int()),
  weight: z.number().optional(),
  /** Phase of each AnalysisRun of the revision: `2` is the one in the background, `2-5` that of step 5. */
  analyses: z.record(z.string(), phases),
});

/** A rollout of an agent as it was seen on the real controller; looked at every now and then, so that short moments may be missing. */
export const recordedTraceSchema = z.looseObject({
  agent: z.string(),
  /** What durations were divided by. */
  timeScale: z.number().min(1),
  steps: z.array(z.unknown()),
  measurements: z.record(z.string(), z.array(measured)),
  events: z.array(moment).min(2),
});
export type RecordedTrace = z.infer<typeof recordedTraceSchema>;
