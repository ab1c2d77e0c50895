import type { MetricSpec } from '#model/analysis.ts';
import type { JsonPath } from '#model/policy.ts';
import { fillArguments } from '../arguments.ts';
import { type CompiledConditions, compileConditions } from '../condition.ts';
import { brokenPromises } from '../contract.ts';
import { type Query, readQuery } from '../query.ts';
import type { Fault } from './fault.ts';
import type { MetricPlace } from './metric-place.ts';
import { hashSample } from './uses.ts';
import { verdictFaults } from './verdicts.ts';
import { windowFaults } from './windows.ts';

/** Everything that is wrong with one metric, wherever it is used in the root. */
export const metricFaults = (place: MetricPlace): Fault[] => {
  const { metric, path, declared, uses } = place;
  const values = new Map([...declared, ...uses.flatMap((use) => [...use.values].filter(([name]) => declared.has(name)))]);
  const filled = (text: string): string => fillArguments(text, values).text;
  const limits = [...inconclusiveFaults(metric, path), ...errorFaults(metric, path)];
  if (metric.provider.kind !== 'prometheus') return limits;
  const at = [...path, 'provider', 'prometheus', 'query'];
  const { text, unknown } = fillArguments(metric.provider.query, values);
  if (unknown.length > 0)
    return [...limits, { rule: 'query', path: at, message: `{{${unknown[0]}}} is no argument of the template: each measurement is an Error` }];
  const reading = readQuery(text);
  if ('error' in reading) {
    const { message, line, column } = reading.error;
    return [...limits, { rule: 'query', path: at, message: `${message}, line ${line}, column ${column}` }];
  }
  const { query } = reading;
  const conditions = compileConditions(
    {
      successCondition: metric.successCondition && filled(metric.successCondition),
      failureCondition: metric.failureCondition && filled(metric.failureCondition),
    },
    query.shape === 'scalar' ? 'scalar' : 'vector',
    '1.10',
  );
  return [
    ...limits,
    ...conditionFaults(conditions, path),
    ...verdictFaults(metric.name, conditions, query, path),
    ...contractFaults(query, place, at),
    ...blindFaults(text, place, at),
    ...windowFaults(place, query, at),
  ];
};

const inconclusiveFaults = ({ name, count, inconclusiveLimit, consecutiveSuccessLimit }: MetricSpec, path: JsonPath): Fault[] => {
  if (count === undefined || consecutiveSuccessLimit > 0 || inconclusiveLimit < count) return [];
  const message = `${name} is Successful after ${count} measurements that are all Inconclusive: ${count} do not exceed the limit of ${inconclusiveLimit}`;
  return [{ rule: 'inconclusive', path: [...path, 'inconclusiveLimit'], message }];
};

/** The controller tries an error again after 10 s (`analysis/analysis.go: DefaultErrorRetryInterval`); five minutes outlast a replay of the log. */
const [retrySeconds, restartSeconds] = [10, 300];

const errorFaults = ({ name, consecutiveErrorLimit }: MetricSpec, path: JsonPath): Fault[] => {
  const seconds = consecutiveErrorLimit * retrySeconds;
  if (seconds >= restartSeconds) return [];
  return [
    { rule: 'errorLimit', path: [...path, 'consecutiveErrorLimit'], message: `${name} aborts the rollout after ${seconds} s without an answer of Prometheus` },
  ];
};

const conditionFaults = (conditions: CompiledConditions, path: JsonPath): Fault[] =>
  (['success', 'failure'] as const).flatMap((which): Fault[] => {
    const compiled = conditions[which];
    const field = `${which}Condition`;
    if (compiled === undefined || 'evaluate' in compiled) return [];
    const { column, message } = 'error' in compiled ? compiled.error : compiled.unsupported;
    const told = { rule: 'condition', path: [...path, field] } as const;
    if ('error' in compiled) return [{ ...told, message: `${field} does not compile, column ${column}: ${message}; each measurement is an Error` }];
    return [{ ...told, message: `${field} can not be rehearsed, column ${column}: ${message}`, isOpen: true }];
  });

const contractFaults = (query: Query, { metric, contract }: MetricPlace, path: JsonPath): Fault[] => {
  if (contract === undefined)
    return [{ rule: 'contract', path, message: `nobody can say whether ${metric.name} finds anything: contracts/metrics.yaml is missing`, isOpen: true }];
  return brokenPromises(query, contract).map((problem) => ({ rule: 'contract', path, message: `${problem}: ${metric.name} never finds anything` }));
};

const blindFaults = (text: string, { metric, canaryServices }: MetricPlace, path: JsonPath): Fault[] => {
  const sees = text.includes(hashSample) || /canary/i.test(text) || canaryServices.some((service) => text.includes(service));
  if (sees) return [];
  return [
    { rule: 'blind', path, message: `${metric.name} asks neither for the hash, nor for the Service, nor for a label of the canary: the stable pods answer` },
  ];
};
