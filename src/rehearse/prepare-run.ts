import type { AnalysisTemplate, MetricSpec } from '#model/analysis.ts';
import { GateError } from '#model/errors.ts';
import type { AnalysisUse, RolloutSpec } from '#model/rollout.ts';

/** What one AnalysisRun measures: the metrics of its templates, as the controller copies them when it makes the run. */
export interface RunSpec {
  readonly metrics: readonly MetricSpec[];
  /** Whether each metric is only tried. */
  readonly dryRun: readonly boolean[];
  /** Why the run is an Error as soon as it starts; undefined where it is none. */
  readonly invalid: string | undefined;
}

/** The runs of a Rollout, by the analysis that asks for them. */
export type PreparedRuns = ReadonlyMap<AnalysisUse, RunSpec>;

const fault = (message: string): GateError =>
  new GateError('GATE_REHEARSE_TEMPLATE', 'undecided', message, { hint: 'Render the AnalysisTemplate together with the Rollout.' });

/**
 * Joins the templates of each analysis of a Rollout.
 * @throws GateError GATE_REHEARSE_TEMPLATE where a template is missing or can not be judged: the controller would refuse the Rollout.
 */
export const prepareRuns = (spec: RolloutSpec, templates: readonly AnalysisTemplate[]): PreparedRuns => {
  const runs = new Map<AnalysisUse, RunSpec>();
  for (const step of spec.steps) if (step.kind === 'analysis') runs.set(step.analysis, prepareRun(spec, step.analysis, templates, true));
  if (spec.background !== undefined) runs.set(spec.background.analysis, prepareRun(spec, spec.background.analysis, templates, false));
  return runs;
};

const prepareRun = (spec: RolloutSpec, use: AnalysisUse, templates: readonly AnalysisTemplate[], inline: boolean): RunSpec => {
  const found = [...new Set(use.templates.map(({ name, clusterScope }) => find(spec, templates, name, clusterScope)))];
  const metrics = found.flatMap((template) => template.metrics);
  if (metrics.length === 0) throw fault(`an analysis of Rollout ${spec.name} measures nothing`);
  const names = metrics.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw fault(`two metrics of one analysis of Rollout ${spec.name} are named ${twice}`);
  const endless = inline ? metrics.find((metric) => effectiveCount(metric) === Number.POSITIVE_INFINITY) : undefined;
  if (endless !== undefined) throw fault(`metric ${endless.name} of a step of Rollout ${spec.name} never ends: it has an interval and no count`);
  const rules = [...found.flatMap((template) => template.dryRun), ...use.dryRun];
  return { metrics, dryRun: names.map((name) => rules.some((rule) => matches(rule, name))), invalid: invalidOf(metrics, rules) };
};

const find = (spec: RolloutSpec, templates: readonly AnalysisTemplate[], name: string, clusterScope: boolean): AnalysisTemplate => {
  const template = templates.find((one) => one.name === name && (clusterScope ? one.namespace === null : one.namespace === spec.namespace));
  if (template === undefined)
    throw fault(`Rollout ${spec.name} asks for ${clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'} ${name}, which is not there`);
  return template;
};

/** Go takes a rule that is no regular expression for one that matches nothing (`utils/analysis/helpers.go`). */
const matches = (rule: string, name: string): boolean => {
  try {
    return new RegExp(rule, 'u').test(name);
  } catch {
    return false;
  }
};

/** How many measurements count; infinite where only an interval is named (`analysis_types.go: EffectiveCount`). */
export const effectiveCount = ({ count, interval }: MetricSpec): number => {
  if (count !== undefined && count > 0) return count;
  return interval === undefined ? 1 : Number.POSITIVE_INFINITY;
};

/** What the controller refuses only when the run starts (`utils/analysis/factory.go: ValidateMetric`, `helpers.go: GetDryRunMetrics`). */
const invalidOf = (metrics: readonly MetricSpec[], rules: readonly string[]): string | undefined => {
  const wrong = metrics.map(problemOf).findIndex((problem) => problem !== undefined);
  if (wrong >= 0) return `Analysis spec invalid: metrics[${wrong}]: ${problemOf(metrics[wrong] as MetricSpec)}`;
  const idle = rules.findIndex((rule) => !metrics.some(({ name }) => matches(rule, name)));
  return idle >= 0 ? `Analysis spec invalid: dryRun[${idle}]: Rule didn't match any metric name(s)` : undefined;
};

const problemOf = (metric: MetricSpec): string | undefined => {
  const { count = 0, failureLimit, inconclusiveLimit, consecutiveSuccessLimit, consecutiveErrorLimit, interval } = metric;
  if (consecutiveSuccessLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 to be disabled';
  if (consecutiveSuccessLimit === 0 && failureLimit === -1) return 'failureLimit and consecutiveSuccessLimit cannot both be disabled';
  if (inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0';
  if (consecutiveErrorLimit < 0) return 'consecutiveErrorLimit must be >= 0';
  if (count > 0 && count < Math.max(0, failureLimit) + consecutiveSuccessLimit) return 'count must be >= failureLimit + consecutiveSuccessLimit';
  if (count > 0 && count < inconclusiveLimit) return 'count must be >= inconclusiveLimit';
  return count > 1 && interval === undefined ? 'interval must be specified when count > 1' : undefined;
};
