import { z } from 'zod';

const label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a label name of Prometheus');

const metric = z.strictObject({
  name: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'must be a metric name of Prometheus'),
  /** Of a histogram the series are `<name>_bucket` with the label `le`, `<name>_sum` and `<name>_count`. */
  type: z.enum(['counter', 'gauge', 'histogram']),
  /** Labels besides those of the target. */
  labels: z.array(label),
  help: z.string().min(5).max(120),
});

/** The metrics that analyses may ask for: `contracts/metrics.yaml`. */
export const metricContractSchema = z.strictObject({
  apiVersion: z.literal('ranfleet.norvik.example/v1alpha1'),
  kind: z.literal('MetricContract'),
  /** Seconds between two scrapes. */
  scrapeInterval: z.int().min(1),
  /** Labels that Prometheus adds to what a pod of an agent exposes. */
  targetLabels: z.array(label),
  /** What every agent exposes. */
  agent: z.array(metric),
  /** What others expose about the pods of an agent, with all labels. */
  platform: z.array(metric),
  /** What the Prometheus of the fleet holds of the network under each cluster, with all labels; it also adds `cluster` to all series of a cluster. */
  fleet: z.array(metric),
});

export type MetricContract = z.infer<typeof metricContractSchema>;
