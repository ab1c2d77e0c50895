import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { durationSeconds } from '#util/duration.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';

/** What a query is filled with for an argument that only the running Rollout knows; it stands inside quotes and as a number. */
export const hashSample = '5566778899';
const unknownSample = '1';

/** A place where a Rollout uses an AnalysisTemplate. */
export interface TemplateUse {
  readonly template: string;
  readonly values: ReadonlyMap<string, string>;
  /** Seconds since the weight was last set when the first measurement may be taken; undefined where no weight was set before that. */
  readonly sinceWeight: number | undefined;
}

/** All uses in the canary or blue-green strategy of a Rollout. */
export const templateUses = (rollout: Manifest): TemplateUse[] => [
  ...stepUses(asList(valueAt(rollout, 'spec', 'strategy', 'canary', 'steps'))),
  ...[
    ['canary', 'analysis'],
    ['blueGreen', 'prePromotionAnalysis'],
    ['blueGreen', 'postPromotionAnalysis'],
  ].flatMap(([strategy = '', part = '']) => usesOf(valueAt(rollout, 'spec', 'strategy', strategy, part), undefined)),
];

const stepUses = (steps: readonly unknown[]): TemplateUse[] => {
  const uses: TemplateUse[] = [];
  let [weights, since] = [0, 0];
  for (const step of steps) {
    if (typeof valueAt(step, 'setWeight') === 'number') [weights, since] = [weights + 1, 0];
    since += durationSeconds(valueAt(step, 'pause', 'duration')) ?? 0;
    // What a revision did at its first weight is all that it ever did.
    uses.push(...usesOf(valueAt(step, 'analysis'), weights > 1 ? since : undefined));
  }
  return uses;
};

const usesOf = (analysis: unknown, sinceWeight: number | undefined): TemplateUse[] => {
  const values = new Map(asList(valueAt(analysis, 'args')).map((arg) => [textAt(arg, 'name'), argumentValue(arg)]));
  return asList(valueAt(analysis, 'templates')).map((used) => ({ template: textAt(used, 'templateName'), values, sinceWeight }));
};

const argumentValue = (arg: unknown): string => {
  const value = valueAt(arg, 'value');
  if (typeof value === 'string') return value;
  return textAt(arg, 'valueFrom', 'podTemplateHashValue') === 'Latest' ? hashSample : unknownSample;
};

/** Arguments that a template declares, with its own values. */
export const declaredValues = (template: Manifest): Map<string, string> =>
  new Map(
    asList(valueAt(template, 'spec', 'args'))
      .filter(isFields)
      .map((arg) => [textAt(arg, 'name'), argumentValue(arg)]),
  );

/** Places of all setWeight steps: path, weight. */
export const weightsOf = (steps: readonly unknown[]): { readonly path: JsonPath; readonly at: number; readonly weight: number }[] =>
  steps.flatMap((step, at) => {
    const weight = valueAt(step, 'setWeight');
    return typeof weight === 'number' ? [{ path: ['spec', 'strategy', 'canary', 'steps', at, 'setWeight'], at, weight }] : [];
  });
