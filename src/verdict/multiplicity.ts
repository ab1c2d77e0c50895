/** Equal parts of a budget: Bonferroni, which holds whatever the metrics have to do with each other. */
export const shareOf = (alpha: number, metrics: number): number => alpha / Math.max(1, metrics);

/**
 * Whether the mean of Bayes factors reaches 1 / alpha: a mean of e-values is one, so harm that is spread over several metrics is
 * found where no single one suffices (Vovk and Wang, arXiv 1912.06116). A single one that reaches its share of the budget brings
 * the mean there too, so that both ways to fail together cost `alpha` once. Takes natural logarithms, all of the same look.
 */
export const isJointHarm = (logFactors: readonly number[], alpha: number): boolean => {
  if (logFactors.length === 0) return false;
  const top = Math.max(...logFactors);
  return top + Math.log(logFactors.reduce((sum, log) => sum + Math.exp(log - top), 0) / logFactors.length) >= -Math.log(alpha);
};

/** Which hypotheses fall under Holm's step-down procedure at `alpha`, for p-values of one look, in the order given; one that is no number keeps its hypothesis. */
export const holm = (pValues: readonly number[], alpha: number): boolean[] => {
  const order = pValues.map((p, at) => ({ p: Number.isNaN(p) ? 1 : p, at })).sort((a, b) => a.p - b.p);
  const kept = order.findIndex(({ p }, rank) => !(p <= alpha / (order.length - rank)));
  const falls = new Set((kept < 0 ? order : order.slice(0, kept)).map(({ at }) => at));
  return pValues.map((_, at) => falls.has(at));
};
