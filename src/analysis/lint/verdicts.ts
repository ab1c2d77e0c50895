import type { JsonPath } from '#model/policy.ts';
import { type CompiledConditions, judgeMeasurement, type Sample } from '../condition.ts';
import type { Query } from '../query.ts';
import type { Fault } from './fault.ts';

/** What Prometheus answers when there is nothing to answer, and when something was divided by nothing. */
const emptyHanded: readonly Sample[] = [[], [Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]];
const scalars: readonly Sample[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Values among which nearly every threshold finds a good and a bad one. */
const probes = [0, 1e-6, 0.001, 0.01, 0.05, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1, 2, 10, 100, 1e3, 1e6, 1e12, -1, -1e6];

/** `[NaN]`, `[+Inf, 2]`, ... */
const formatSample = (sample: Sample): string => {
  const one = (value: number): string =>
    String(value)
      .replace(/^Infinity$/, '+Inf')
      .replace('-Infinity', '-Inf');
  return typeof sample === 'number' ? one(sample) : `[${sample.map(one).join(', ')}]`;
};

/** Evaluates the conditions on answers that say nothing, and on two series of which one is bad. */
export const verdictFaults = (name: string, conditions: CompiledConditions, query: Query, path: JsonPath): Fault[] => {
  const isCompiled = [conditions.success, conditions.failure].every((condition) => condition === undefined || 'evaluate' in condition);
  if (!isCompiled || (conditions.success === undefined && conditions.failure === undefined)) return [];
  const phaseOf = (sample: Sample): string => {
    const told = judgeMeasurement(conditions, sample);
    return 'phase' in told ? told.phase : `open: ${told.unsupported}`;
  };
  return [...vacuousFaults(name, phaseOf, query, path), ...seriesFaults(name, phaseOf, query, path)];
};

type PhaseOf = (sample: Sample) => string;

const vacuousFaults = (name: string, phaseOf: PhaseOf, { shape }: Query, path: JsonPath): Fault[] => {
  const table = (shape === 'scalar' ? scalars : emptyHanded).map((sample) => ({ sample, phase: phaseOf(sample) }));
  const told = table.map(({ sample, phase }) => `${formatSample(sample)} ${phase}`).join(', ');
  const says = ({ sample }: { readonly sample: Sample }): boolean =>
    typeof sample !== 'number' ? sample.length === 0 || sample.some(Number.isNaN) : Number.isNaN(sample);
  const open = table.filter(says).find(({ phase }) => phase.startsWith('open'));
  if (open) return [{ rule: 'vacuous', path, message: `nobody can say what ${name} makes of ${formatSample(open.sample)}: ${told}`, isOpen: true }];
  const vacuous = table.filter(says).filter(({ phase }) => phase === 'Successful');
  if (vacuous.length === 0) return [];
  const cases = vacuous.map(({ sample }) => (formatSample(sample) === '[]' ? 'no data ([])' : formatSample(sample)));
  return [{ rule: 'vacuous', path, message: `with ${cases.join(' or ')} ${name} is Successful: ${told}` }];
};

const seriesFaults = (name: string, phaseOf: PhaseOf, { isSingle, shape }: Query, path: JsonPath): Fault[] => {
  if (isSingle || shape === 'scalar') return [];
  const good = probes.find((value) => phaseOf([value]) === 'Successful');
  const bad = probes.find((value) => phaseOf([value]) === 'Failed') ?? probes.find((value) => phaseOf([value]) !== 'Successful');
  if (good === undefined || bad === undefined) return [];
  const fooled = [
    [good, bad],
    [bad, good],
  ].find((sample) => phaseOf(sample) === 'Successful');
  if (fooled === undefined) return [];
  return [
    {
      rule: 'series',
      path,
      message: `the query of ${name} may give several series: with ${formatSample(fooled)} it is Successful, although ${formatSample([bad])} is ${phaseOf([bad])}`,
    },
  ];
};
