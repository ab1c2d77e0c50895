import type { AnalysisTemplate, MetricSpec, Provider } from '#model/analysis.ts';
import type { Manifest } from '#model/ports.ts';
import { durationSeconds } from '#util/duration.ts';
import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';

/** Why an AnalysisTemplate can not be read, and where in it. */
interface Unreadable {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type TemplateReading = { readonly template: AnalysisTemplate } | { readonly unreadable: readonly Unreadable[] };

/** Defaults of the controller (argo-rollouts `utils/defaults/defaults.go`, `metricproviders`). */
const defaults = { consecutiveErrorLimit: 4, prometheusTimeout: 30, webTimeout: 10 };

export const isAnalysisTemplate = (object: Manifest): boolean =>
  /^argoproj\.io\//.test(textAt(object, 'apiVersion')) && /^(Cluster)?AnalysisTemplate$/.test(textAt(object, 'kind'));

/**
 * Reads what an AnalysisTemplate decides by, with the controller's defaults. A duration or number that the controller could not
 * read, or one that an argument fills in at run time, makes the template unreadable: nothing is guessed.
 */
export const readTemplate = (object: Manifest): TemplateReading => {
  const unreadable: Unreadable[] = [];
  const metrics = asList(valueAt(object, 'spec', 'metrics')).map((metric, at) =>
    readMetric(isFields(metric) ? metric : {}, (path, message) => unreadable.push({ path: ['spec', 'metrics', at, ...path], message })),
  );
  if (unreadable.length > 0) return { unreadable };
  const named = (list: unknown, key: string): string[] => asList(list).map((entry) => textAt(entry, key));
  return {
    template: {
      name: textAt(object, 'metadata', 'name'),
      namespace: textAt(object, 'kind') === 'ClusterAnalysisTemplate' ? null : textAt(object, 'metadata', 'namespace'),
      args: named(valueAt(object, 'spec', 'args'), 'name'),
      metrics,
      dryRun: named(valueAt(object, 'spec', 'dryRun'), 'metricName'),
    },
  };
};

type Complain = (path: readonly (string | number)[], message: string) => void;

const readMetric = (metric: Fields, complain: Complain): MetricSpec => {
  const seconds = (key: string): number | undefined => {
    const value = metric[key];
    if (value === undefined) return undefined;
    const read = durationSeconds(value);
    if (read === undefined) complain([key], `${JSON.stringify(value)} is no duration`);
    return read;
  };
  const number = (key: string): number | undefined => {
    const value = metric[key];
    if (value === undefined) return undefined;
    const read = typeof value === 'string' ? Number(value) : value;
    if (typeof read === 'number' && Number.isInteger(read)) return read;
    complain([key], `${JSON.stringify(value)} is no whole number`);
    return undefined;
  };
  const condition = (key: string): string | undefined => (typeof metric[key] === 'string' && metric[key] !== '' ? metric[key] : undefined);
  return {
    name: textAt(metric, 'name'),
    interval: seconds('interval'),
    initialDelay: seconds('initialDelay') ?? 0,
    count: number('count'),
    failureLimit: number('failureLimit') ?? 0,
    inconclusiveLimit: number('inconclusiveLimit') ?? 0,
    consecutiveErrorLimit: number('consecutiveErrorLimit') ?? defaults.consecutiveErrorLimit,
    consecutiveSuccessLimit: number('consecutiveSuccessLimit') ?? 0,
    successCondition: condition('successCondition'),
    failureCondition: condition('failureCondition'),
    provider: readProvider(metric['provider']),
  };
};

const readProvider = (provider: unknown): Provider => {
  const timeout = (kind: string, otherwise: number, key: string): number => Number(valueAt(provider, kind, key) ?? otherwise);
  if (isFields(valueAt(provider, 'prometheus'))) {
    return {
      kind: 'prometheus',
      address: textAt(provider, 'prometheus', 'address'),
      query: textAt(provider, 'prometheus', 'query'),
      timeout: timeout('prometheus', defaults.prometheusTimeout, 'timeout'),
    };
  }
  if (isFields(valueAt(provider, 'web'))) {
    return {
      kind: 'web',
      url: textAt(provider, 'web', 'url'),
      jsonPath: textAt(provider, 'web', 'jsonPath'),
      timeout: timeout('web', defaults.webTimeout, 'timeoutSeconds'),
      body: valueAt(provider, 'web', 'jsonBody'),
    };
  }
  return { kind: 'other', name: isFields(provider) ? (Object.keys(provider)[0] ?? 'none') : 'none' };
};
