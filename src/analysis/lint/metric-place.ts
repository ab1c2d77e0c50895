import type { MetricSpec } from '#model/analysis.ts';
import type { MetricContract } from '#model/metric-contract.ts';
import type { JsonPath } from '#model/policy.ts';
import type { TemplateUse } from './uses.ts';

/** One metric with everything that its judgement depends on. */
export interface MetricPlace {
  readonly metric: MetricSpec;
  readonly path: JsonPath;
  /** Arguments that the template declares. */
  readonly declared: ReadonlyMap<string, string>;
  readonly uses: readonly TemplateUse[];
  readonly contract: MetricContract | undefined;
  /** Services that lead to canary pods alone. */
  readonly canaryServices: readonly string[];
}
