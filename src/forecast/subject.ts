import { fillArguments } from '#analysis/arguments.ts';
import { compileConditions } from '#analysis/condition.ts';
import { readQuery } from '#analysis/query.ts';
import { isAnalysisTemplate, readTemplate } from '#analysis/read-template.ts';
import type { AnalysisTemplate, ControllerVersion, MetricSpec } from '#model/analysis.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import type { AnalysisUse, RolloutSpec } from '#model/rollout.ts';
import { readRollout } from '#rehearse/read-rollout.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { bindJudge } from './bind-judge.ts';
import { bindQuery, Unbound } from './bind-query.ts';
import { revisionHashes } from './event.ts';
import type { BoundMetric, Subject } from './run-scenario.ts';
import type { Baseline } from './scenario.ts';
import { shadowStepOf } from './work.ts';

/** Why something can not be rehearsed, and where. */
export interface Obstacle {
  readonly object: Manifest;
  readonly path: JsonPath;
  readonly message: string;
}

/** What the agent does in one cluster. */
export interface Load {
  readonly baseline: Baseline;
  readonly decisionsPerSecond: number;
  readonly scrapeSeconds: number;
  /** A rehearsal ends after so many seconds, settled or not. */
  readonly untilSeconds: number;
}

export const isRollout = (object: Manifest): boolean => textAt(object, 'kind') === 'Rollout' && /^argoproj\.io\//.test(textAt(object, 'apiVersion'));

/** Reads a Rollout and the templates that it uses out of the objects of one root; nothing is rehearsed in part. */
export const readSubject = (rollout: Manifest, objects: readonly Manifest[], load: Load, version: ControllerVersion): Subject | readonly Obstacle[] => {
  const reading = readRollout(rollout);
  if ('unreadable' in reading) return reading.unreadable.map((problem) => ({ object: rollout, ...problem }));
  const { rollout: spec } = reading;
  const obstacles: Obstacle[] = [];
  const [templates, metrics] = [[] as AnalysisTemplate[], new Map<MetricSpec, BoundMetric>()];
  for (const name of templateNames(spec)) {
    const object = objects.find((one) => isAnalysisTemplate(one) && textAt(one, 'metadata', 'name') === name);
    const read = object === undefined ? undefined : readTemplate(object);
    if (object === undefined || read === undefined)
      obstacles.push({ object: rollout, path: ['spec', 'strategy', 'canary'], message: `AnalysisTemplate ${name} is not there` });
    else if ('unreadable' in read) obstacles.push(...read.unreadable.map((problem) => ({ object, ...problem })));
    else {
      templates.push(read.template);
      obstacles.push(...bindMetrics({ template: read.template, object, values: argumentsFor(rollout, object, name), version, times: load }, metrics));
    }
  }
  if (obstacles.length > 0) return obstacles;
  return { spec, templates, metrics, division: { leaseShare: leaseShareOf(rollout, spec), shadowStep: shadowStepOf(spec) }, ...load, version };
};

const templateNames = ({ steps, background }: RolloutSpec): Set<string> => {
  const uses: AnalysisUse[] = steps.flatMap((step) => (step.kind === 'analysis' ? [step.analysis] : []));
  if (background !== undefined) uses.push(background.analysis);
  return new Set(uses.flatMap(({ templates }) => templates.map(({ name }) => name)));
};

/** Share of the cells that the label of the canary's pods asks the arbiter for; a routed Rollout divides requests instead. */
const leaseShareOf = (rollout: Manifest, { routing }: RolloutSpec): number | undefined => {
  const share = Number(textAt(rollout, 'spec', 'strategy', 'canary', 'canaryMetadata', 'labels', 'ranfleet.norvik.example/lease-share'));
  return routing === undefined && share > 0 && share <= 100 ? share / 100 : undefined;
};

/** The arguments of the first place that uses the template; other places with other values are refused. */
const argumentsFor = (rollout: Manifest, template: Manifest, name: string): ReadonlyMap<string, string> | undefined => {
  const canary = valueAt(rollout, 'spec', 'strategy', 'canary');
  const analyses = [valueAt(canary, 'analysis'), ...asList(valueAt(canary, 'steps')).map((step) => valueAt(step, 'analysis'))];
  const uses = analyses.filter((analysis) => asList(valueAt(analysis, 'templates')).some((use) => textAt(use, 'templateName') === name));
  const filled = uses.map((use) => new Map([...argumentValues(valueAt(template, 'spec', 'args')), ...argumentValues(valueAt(use, 'args'))]));
  const [first, ...others] = filled.map((values) => JSON.stringify([...values].sort()));
  return others.every((other) => other === first) ? filled[0] : undefined;
};

const argumentValues = (args: unknown): (readonly [string, string])[] =>
  asList(args).flatMap((arg) => {
    const name = textAt(arg, 'name');
    const hash = textAt(arg, 'valueFrom', 'podTemplateHashValue');
    if (hash === 'Latest') return [[name, revisionHashes.canary] as const];
    if (hash === 'Stable') return [[name, revisionHashes.stable] as const];
    const value = valueAt(arg, 'value');
    if (typeof value === 'string') return [[name, value] as const];
    return isFields(valueAt(arg, 'valueFrom')) ? [[name, 'known-at-run-time'] as const] : [];
  });

/** One template where a Rollout uses it. */
interface TemplateUse {
  readonly template: AnalysisTemplate;
  readonly object: Manifest;
  /** Undefined where different places use it with different arguments. */
  readonly values: ReadonlyMap<string, string> | undefined;
  readonly version: ControllerVersion;
  readonly times: Pick<Load, 'scrapeSeconds' | 'untilSeconds'>;
}

const bindMetrics = ({ template, object, values, version, times }: TemplateUse, metrics: Map<MetricSpec, BoundMetric>): Obstacle[] => {
  if (values === undefined)
    return [{ object, path: ['spec', 'args'], message: `the Rollout uses ${template.name} with different arguments in different places` }];
  return template.metrics.flatMap((metric, at) => {
    const { provider } = metric;
    const bound = provider.kind === 'web' ? bindWeb(provider, values, times) : bindMetric(metric, values, version);
    if (typeof bound === 'string') return [{ object, path: ['spec', 'metrics', at, 'provider'], message: `metric ${metric.name}: ${bound}` }];
    metrics.set(metric, bound);
    return [];
  });
};

const bindMetric = (metric: MetricSpec, values: ReadonlyMap<string, string>, version: ControllerVersion): BoundMetric | string => {
  if (metric.provider.kind !== 'prometheus')
    return `what the provider ${metric.provider.kind === 'other' ? metric.provider.name : 'web'} answers can not be forecast`;
  const filled = fillArguments(metric.provider.query, values);
  if (filled.unknown.length > 0) return `no argument fills ${filled.unknown.join(', ')}`;
  const reading = readQuery(filled.text);
  if ('error' in reading) return reading.error.message;
  const { shape } = reading.query;
  if (shape === 'matrix') return 'the query gives all samples of a range';
  const { success, failure } = compileConditions(metric, shape, version);
  for (const condition of [success, failure]) if (condition !== undefined && 'unsupported' in condition) return condition.unsupported.message;
  try {
    return { query: bindQuery(filled.text), shape };
  } catch (error) {
    if (error instanceof Unbound) return error.message;
    throw error;
  }
};

/** Of web metrics only the judge is modelled, where the number of its answer is taken. */
const bindWeb = (
  { url, jsonPath, body }: Extract<MetricSpec['provider'], { kind: 'web' }>,
  values: ReadonlyMap<string, string>,
  times: TemplateUse['times'],
): BoundMetric | string => {
  if (!url.endsWith('/v1/verdict') || jsonPath !== '{$.code}')
    return 'of web metrics only the code of the judge (POST .../v1/verdict, jsonPath {$.code}) can be forecast';
  const filled = fillArguments(JSON.stringify(body ?? null), values);
  if (filled.unknown.length > 0) return `no argument fills ${filled.unknown.join(', ')}`;
  try {
    return { judge: bindJudge(JSON.parse(filled.text), times) };
  } catch (error) {
    if (error instanceof Unbound) return error.message;
    throw error;
  }
};
