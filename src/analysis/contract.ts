import type { MetricContract } from '#model/metric-contract.ts';
import type { Query } from './query.ts';

/** Series that a contract promises, each with its labels. */
export const promisedSeries = ({ agent, platform, targetLabels }: MetricContract): Map<string, ReadonlySet<string>> => {
  const series = (metrics: MetricContract['agent'], added: readonly string[]) =>
    metrics.flatMap(({ name, type, labels }) => {
      const all = [...labels, ...added];
      if (type !== 'histogram') return [[name, new Set(all)] as const];
      return ['_bucket', '_sum', '_count'].map((suffix) => [name + suffix, new Set(suffix === '_bucket' ? [...all, 'le'] : all)] as const);
    });
  return new Map([...series(agent, targetLabels), ...series(platform, [])]);
};

/** What a query asks for that nobody promises: such a query finds nothing, for ever. */
export const brokenPromises = ({ selectors, groupings }: Query, contract: MetricContract): string[] => {
  const promised = promisedSeries(contract);
  const known = new Set<string>();
  const problems = selectors.flatMap(({ metric, matchers }) => {
    if (metric === undefined) return ['a selector names no metric, so that nobody can say what it finds'];
    const labels = promised.get(metric);
    if (labels === undefined) return [`nothing exposes ${metric}`];
    for (const label of labels) known.add(label);
    return matchers.filter(({ label }) => !labels.has(label)).map(({ label }) => `${metric} has no label ${label}`);
  });
  const strangers = problems.length > 0 ? [] : groupings.filter((label) => !known.has(label)).map((label) => `no metric of the query has a label ${label}`);
  return [...new Set([...problems, ...strangers])];
};
