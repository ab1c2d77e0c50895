import { rehearsalFindings } from '#forecast/findings.ts';
import { type RecallForecast, type RootRehearsal, rehearsalFacts, rehearseRoot } from '#forecast/rehearse-root.ts';
import type { RootChange } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RehearsalReport, RolloutForecast } from '#model/forecast.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { textAt } from '#util/manifest.ts';
import type { Examination } from './examine.ts';

/** Enough for an interval of three percentage points around 80 %. */
const replications = 1000;
const seed = 'gate';
const decisive = /^argoproj\.io\/[^/]+\/(Rollout|AnalysisTemplate|ClusterAnalysisTemplate)\//;

/** Rehearses the Rollouts of one root, over the facts of one side. */
export const rehearser = (fleet: Fleet, kept: RecallForecast | undefined): ((root: RenderedRoot) => RootRehearsal[]) => {
  const known = new Map<string, RolloutForecast>();
  const recall: RecallForecast = (key, find) => {
    const found = known.get(key) ?? (kept ?? ((_key, make) => make()))(key, find);
    known.set(key, found);
    return found;
  };
  return (root) => rehearseRoot(root, fleet, { replications, seed, recall });
};

/**
 * Rehearses what the change touches: roots whose Rollouts or analyses differ from the base, and those that it judges by other facts.
 * A run over the whole fleet rehearses nothing.
 */
export const rehearseChange = ({ changes, rendered, fleet, baseFleet, scope, request }: Examination, kept: RecallForecast | undefined): RootRehearsal[] => {
  if (request.base === undefined || request.all) return [];
  const rehearse = rehearser(fleet, kept);
  const changed = new Set(changes.filter(isDecisive).map(({ root }) => root.path));
  return scope.affected.flatMap(({ root }) => {
    const head = rendered.head.get(root.path);
    if (head === undefined) return [];
    const hasOtherFacts = baseFleet != null && rehearsalFacts(head, baseFleet) !== rehearsalFacts(head, fleet);
    return changed.has(root.path) || hasOtherFacts ? rehearse(head) : [];
  });
};

const isDecisive = ({ objects }: RootChange): boolean =>
  objects.some(({ kind, after }) => kind !== 'removed' && after !== undefined && decisive.test(`${textAt(after, 'apiVersion')}/${textAt(after, 'kind')}/`));

export const findingsOf = (rehearsals: readonly RootRehearsal[]): Finding[] => rehearsals.flatMap(rehearsalFindings);

/** Equal forecasts of one agent are told once. */
export const rehearsalReports = (rehearsals: readonly RootRehearsal[]): RehearsalReport<RolloutForecast>[] => {
  const found = new Map<string, { agent: string; cluster: string; roots: string[]; forecast: RolloutForecast }>();
  for (const { agent, cluster, root, result } of rehearsals) {
    if ('obstacles' in result || cluster === undefined) continue;
    const key = JSON.stringify([agent.name, cluster, result.forecast]);
    const known = found.get(key);
    if (known) known.roots.push(root);
    else found.set(key, { agent: agent.name, cluster, roots: [root], forecast: result.forecast });
  }
  return [...found.values()];
};

/** Without the curves. */
export const summaryOf = ({ forecast, ...rest }: RehearsalReport<RolloutForecast>): RehearsalReport => ({
  ...rest,
  forecast: { ...forecast, scenarios: forecast.scenarios.map(({ exposure: _exposure, abortedBy: _abortedBy, ...scenario }) => scenario) },
});
