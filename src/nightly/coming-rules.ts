import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import { count } from '#util/count.ts';
import { addDays } from '#util/day.ts';
import { compareText } from '#util/order.ts';
import { agentIn, nightlyLimits, type Remark } from './remark.ts';

/** Rules that deny from a day on which is near, soonest first. */
export const comingRules = (rules: readonly RuleInfo[], day: string): RuleInfo[] =>
  rules
    .filter(
      ({ severity, effectiveOn }) =>
        severity === 'deny' && effectiveOn !== undefined && effectiveOn > day && effectiveOn <= addDays(day, nightlyLimits.ruleAhead),
    )
    .sort((a, b) => compareText(a.effectiveOn ?? '', b.effectiveOn ?? '') || compareText(a.code, b.code));

/**
 * What these rules would say of the fleet as it stands: one remark for each rule and agent.
 * @param findings of the whole fleet as on this day, where such rules still warn
 */
export const comingRemarks = (coming: readonly RuleInfo[], findings: readonly Finding[]): Remark[] =>
  coming.flatMap((rule) => {
    const told = findings.filter((f) => f.code === rule.code && f.standing === undefined && f.waiver === undefined);
    const byAgent = Map.groupBy(told, (f) => agentIn([...f.roots, f.file ?? '']));
    return [...byAgent]
      .sort(([a], [b]) => compareText(a ?? '', b ?? ''))
      .map(([agent, own]): Remark => {
        const [first] = own;
        return {
          code: rule.code,
          effect: 'warn',
          agent,
          message: `denies from ${rule.effectiveOn} on what stands in ${count(own.length, 'place')}: ${first?.message ?? ''}`,
          solution: rule.solution,
          ...(first?.file === undefined ? {} : { file: first.file }),
          ...(first?.line === undefined ? {} : { line: first.line }),
        };
      });
  });
