import type { RuleInfo } from '#model/evaluator.ts';
import { isDay } from '#util/day.ts';

/**
 * Rules as they act on one day: one that denies from a later day on warns until then. Pure.
 * A day that the calendar does not have puts nothing off.
 */
export const rulesOn = (rules: readonly RuleInfo[], day: string): RuleInfo[] => rules.map((rule) => (waits(rule, day) ? { ...rule, severity: 'warn' } : rule));

const waits = ({ effectiveOn, severity }: RuleInfo, day: string): boolean =>
  severity === 'deny' && effectiveOn !== undefined && isDay(effectiveOn) && day < effectiveOn;
