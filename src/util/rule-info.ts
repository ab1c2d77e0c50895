import type { RuleInfo } from '#model/evaluator.ts';
import { parseDay } from './day.ts';
import { asList, textAt, valueAt } from './manifest.ts';

/** A rule as the annotation of its package describes it, whoever read the annotation: opa, or the pages of the rules. */
export const ruleInfo = (code: string, note: unknown): RuleInfo => {
  const custom = (key: string): string => textAt(note, 'custom', key);
  const day = custom('effective_on');
  return {
    code,
    id: custom('id'),
    title: textAt(note, 'title'),
    description: textAt(note, 'description').trim(),
    severity: custom('severity') === 'warn' ? 'warn' : 'deny',
    // Without quotes opa reads the day as an instant.
    ...(day === '' ? {} : { effectiveOn: parseDay(day) ?? day }),
    controls: asList(valueAt(note, 'custom', 'controls')).map(String),
    failureMessage: custom('failure_msg'),
    solution: custom('solution').trim(),
  };
};
