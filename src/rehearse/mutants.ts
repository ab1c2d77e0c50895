import type { MetricSpec } from '#model/analysis.ts';

/** A metric with one number or sign changed; a test of the template must tell it from the original. */
export interface Mutant {
  readonly metric: MetricSpec;
  /** What was changed: `error-ratio: failureLimit 0 -> 1`. */
  readonly what: string;
}

const limits = ['failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit', 'count'] as const;

/** All mutants of a metric: each limit one up and one down, each number of a condition a tenth up and down, each comparison with and without its edge. */
export const mutantsOf = (metric: MetricSpec): Mutant[] => [
  ...limits.flatMap((limit) => limitMutants(metric, limit)),
  ...(['successCondition', 'failureCondition'] as const).flatMap((field) => conditionMutants(metric, field)),
];

const limitMutants = (metric: MetricSpec, limit: (typeof limits)[number]): Mutant[] => {
  const value = metric[limit];
  if (value === undefined) return [];
  const lowest = limit === 'count' ? 1 : 0;
  return (
    [value - 1, value + 1]
      .filter((next) => next >= lowest)
      // 0 switches the limit of successes in a row off, so that one above says nothing about the template.
      .filter(() => limit !== 'consecutiveSuccessLimit' || value > 0)
      .map((next) => ({ metric: { ...metric, [limit]: next }, what: `${metric.name}: ${limit} ${value} -> ${next}` }))
  );
};

/** Numbers that are no index of a list, and comparisons that are no arrow. */
const number = /(?<![\w.[])\d+(?:\.\d+)?(?![\w.\]])/g;
const comparison = /<=|>=|<|>/g;
const edges: Readonly<Record<string, string>> = { '<=': '<', '<': '<=', '>=': '>', '>': '>=' };

const conditionMutants = (metric: MetricSpec, field: 'successCondition' | 'failureCondition'): Mutant[] => {
  const text = metric[field];
  if (text === undefined) return [];
  const changed = (match: RegExpExecArray, next: string): Mutant => {
    const condition = `${text.slice(0, match.index)}${next}${text.slice(match.index + match[0].length)}`;
    return { metric: { ...metric, [field]: condition }, what: `${metric.name}: ${field} ${text.trim()} -> ${condition.trim()}` };
  };
  return [
    ...[...text.matchAll(number)].flatMap((match) => changedNumbers(Number(match[0]), isLength(text, match.index)).map((next) => changed(match, next))),
    ...[...text.matchAll(comparison)].flatMap((match) =>
      isLength(text, match.index + match[0].length + 1) ? [] : [changed(match, edges[match[0]] ?? match[0])],
    ),
  ];
};

/** A number that the length of a list is compared with is a whole one. */
const isLength = (text: string, index: number): boolean => /len\(\w+\)\s*[=!<>]=?\s*$/.test(text.slice(0, index));

const changedNumbers = (value: number, isWhole: boolean): string[] => {
  if (isWhole) return [String(value + 1), ...(value > 0 ? [String(value - 1)] : [])];
  return value === 0 ? ['0.001'] : [String(Number((value * 0.9).toPrecision(6))), String(Number((value * 1.1).toPrecision(6)))];
};
