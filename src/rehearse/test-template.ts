import type { AnalysisTemplate, ControllerVersion, MetricSpec } from '#model/analysis.ts';
import type { AnalysisTest } from '#model/analysis-test.ts';
import { isSameJudge, runCase } from './analysis-test.ts';
import { mutantsOf } from './mutants.ts';

/** What the cases of one template came to. */
export interface TemplateResult {
  readonly cases: readonly { readonly name: string; readonly problems: readonly string[] }[];
  readonly mutants: number;
  /** Changes of the template that no case noticed; not looked for while a case fails. */
  readonly survivors: readonly string[];
}

/** Runs all cases of a template, and then each mutant of it until a case fails. Pure. */
export const testTemplate = (template: AnalysisTemplate, { cases }: AnalysisTest, version: ControllerVersion): TemplateResult => {
  const results = cases.map((one) => ({ name: one.name, problems: runCase(template, one, version).problems }));
  if (results.some(({ problems }) => problems.length > 0)) return { cases: results, mutants: 0, survivors: [] };
  const mutants = template.metrics.flatMap((metric, at) =>
    mutantsOf(metric).flatMap((mutant) => (isNoChange(metric, mutant.metric) ? [] : [{ ...mutant, at }])),
  );
  const survivors = mutants.filter(({ metric, at }) => {
    const changed = { ...template, metrics: template.metrics.with(at, metric) };
    return cases.every((one) => runCase(changed, one, version).problems.length === 0);
  });
  return { cases: results, mutants: mutants.length, survivors: survivors.map(({ what }) => what) };

  /** A changed condition that says the same of everything, say since the failure goes first, is no change that a case could notice. */
  function isNoChange(metric: MetricSpec, mutant: MetricSpec): boolean {
    const hasNewCondition = metric.successCondition !== mutant.successCondition || metric.failureCondition !== mutant.failureCondition;
    return hasNewCondition && isSameJudge(metric, mutant, template.args, version);
  }
};
