import { z } from 'zod';

/** What a provider answers: a number, the numbers of a vector, or no answer at all. */
const number = z.union([z.number(), z.nan()]);
const answer = z.union([number, z.array(number), z.literal('error')]);
const sample = z.union([answer, z.strictObject({ times: z.int().min(1).max(10_000), answer })]);

const phase = z.enum(['Successful', 'Failed', 'Inconclusive', 'Error']);

const testCase = z.strictObject({
  name: z.string().min(5).max(160),
  /** Answers by metric, one for each measurement; the last one is given again for ever. Metrics that are not named do not run. */
  samples: z.record(z.string(), z.array(sample).min(1)),
  expect: z.strictObject({
    /** Of the whole run. */
    phase,
    /** How many measurements the metrics have taken when the run ends, errors included. */
    measurements: z.record(z.string(), z.int().min(0)).optional(),
  }),
});
export type AnalysisCase = z.infer<typeof testCase>;

/** `<name>.analysis-test.yaml` beside `<name>.yaml`: what an AnalysisTemplate must make of answers. */
export const analysisTestSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('AnalysisTest'),
  cases: z.array(testCase).min(1),
});
export type AnalysisTest = z.infer<typeof analysisTestSchema>;
