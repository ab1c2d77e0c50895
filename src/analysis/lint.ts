import type { Finding } from '#model/finding.ts';
import type { MetricContract } from '#model/metric-contract.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { changeFaults } from './lint/change-faults.ts';
import { type Fault, faultFinding } from './lint/fault.ts';
import { metricFaults } from './lint/metric-faults.ts';
import { strategyFaults } from './lint/strategy-faults.ts';
import { declaredValues, type TemplateUse, templateUses } from './lint/uses.ts';
import { isAnalysisTemplate, readTemplate } from './read-template.ts';

export interface LintContext {
  /** Undefined where the repository states none: then every query is undecided. */
  readonly contract: MetricContract | undefined;
  /** Faults of templates by their content and use: hundreds of roots share a few. */
  readonly known: Map<string, readonly Fault[]>;
}

/**
 * Traps in the Rollouts and AnalysisTemplates of one rendered root: what promotes without evidence, never aborts or aborts for
 * nothing. The rules are in docs/rollout-lint.md.
 * @param base the same root at the base; undefined where it is new or nothing is compared
 */
export const lintRollouts = (root: RenderedRoot, base: RenderedRoot | undefined, context: LintContext): Finding[] => {
  const rollouts = root.objects.filter(isRollout);
  return root.objects.flatMap((object) => faultsOf(object).map((fault) => faultFinding(object, root.root.path, fault)));

  function faultsOf(object: Manifest): readonly Fault[] {
    if (isRollout(object)) return [...strategyFaults(object, root), ...changeFaults(object, base)];
    return isAnalysisTemplate(object) ? templateFaults(object, rollouts, context) : [];
  }
};

const isRollout = (object: Manifest): boolean => textAt(object, 'kind') === 'Rollout' && /^argoproj\.io\//.test(textAt(object, 'apiVersion'));

const templateFaults = (template: Manifest, rollouts: readonly Manifest[], context: LintContext): readonly Fault[] => {
  const uses = rollouts.flatMap(templateUses).filter((use) => use.template === textAt(template, 'metadata', 'name'));
  const services = rollouts.map((rollout) => textAt(rollout, 'spec', 'strategy', 'canary', 'canaryService')).filter((name) => name !== '');
  const used = uses.map(({ values, sinceWeight }) => [[...values], sinceWeight]);
  const key = JSON.stringify([valueAt(template, 'spec'), used, services]);
  const known = context.known.get(key);
  if (known !== undefined) return known;
  const found = computeFaults(template, uses, services, context);
  context.known.set(key, found);
  return found;
};

const computeFaults = (template: Manifest, uses: readonly TemplateUse[], canaryServices: readonly string[], { contract }: LintContext): Fault[] => {
  const reading = readTemplate(template);
  if ('unreadable' in reading) return reading.unreadable.map(({ path, message }) => ({ rule: 'unreadable', path, message, isOpen: true }));
  const declared = declaredValues(template);
  return reading.template.metrics.flatMap((metric, at) => metricFaults({ metric, path: ['spec', 'metrics', at], declared, uses, contract, canaryServices }));
};
