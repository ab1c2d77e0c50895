import { type LintContext, lintRollouts } from '#analysis/lint.ts';
import type { Finding } from '#model/finding.ts';
import type { MetricContract } from '#model/metric-contract.ts';
import type { RenderedRoot } from '#model/ports.ts';

/** The lint over one side of a change; it remembers what it has seen. */
export const rolloutLint = (contract: MetricContract | undefined): ((root: RenderedRoot, base?: RenderedRoot) => Finding[]) => {
  const context: LintContext = { contract, known: new Map() };
  return (root, base) => lintRollouts(root, base, context);
};
