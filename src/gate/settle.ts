import { lintRules } from '#analysis/lint/rules.ts';
import { LayerModel } from '#blame/layers.ts';
import { certificateRules } from '#certify/rules.ts';
import type { RecallForecast } from '#forecast/rehearse-root.ts';
import { rehearsalRules } from '#forecast/rules.ts';
import { isGuarded } from '#guard/areas.ts';
import { ownerProblems } from '#guard/codeowners.ts';
import { commonRegistries } from '#guard/facts.ts';
import { type EngineSide, guardFindings } from '#guard/guard.ts';
import { guardRules } from '#guard/rules.ts';
import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import type { SchemaSet } from '#model/schema.ts';
import type { Judge } from '#policy/judge.ts';
import { schemaRules } from '#schema/rules.ts';
import { gatherFindings, spreadFindings } from '#util/add-finding.ts';
import { textAt } from '#util/manifest.ts';
import type { PlacedFinding } from '#waiver/cover.ts';
import { honouredFor, type WaiverCircumstances, waivedBy } from '#waiver/honour.ts';
import { readWaivers, type WaiverEntry } from '#waiver/read.ts';
import { endingOf, pendingOf, problemsOf, unusedOf } from '#waiver/review.ts';
import { fileDebt, markDebt, objectOf } from './debt.ts';
import type { Examination, GateRequest } from './examine.ts';
import { namedPath } from './identity.ts';
import { checkLayers } from './layer-check.ts';
import { findingsOf, rehearser } from './rehearsal.ts';
import { rolloutLint } from './rollout-lint.ts';
import { versionsIn } from './versions.ts';

/** The engine that runs, and whose it is. */
export interface Engine {
  /** Its commit, or `working tree`. */
  readonly label: string;
  readonly sideOf: (base: Snapshot, head: Snapshot) => EngineSide;
}

export interface SettleTools {
  /** Bundles of the base and of the head, the base's first, over the given facts; one when the policies are the same. */
  readonly openJudges: (request: GateRequest, fleet: Fleet) => Promise<readonly Judge[]>;
  readonly schemas: SchemaSet;
  readonly engine: Engine;
  readonly history: WaiverCircumstances['history'];
  /** Where forecasts of rollouts are kept; without it each is made anew. */
  readonly keepForecast?: RecallForecast | undefined;
}

/** The facts by which the head is judged: its own, but no registry that the base does not list. */
export const judgingFacts = ({ fleet, baseFleet }: Pick<Examination, 'fleet' | 'baseFleet'>): Fleet => ({
  ...fleet,
  config: { ...fleet.config, registries: commonRegistries(baseFleet, fleet) },
});

/**
 * From what was found to what blocks: adds what the change does to its own judges, marks what stood at base as debt, and
 * puts the waivers of the base beside what they cover.
 */
export const settle = async (examined: Examination, tools: SettleTools, judges: readonly Judge[], judged: readonly Finding[]): Promise<Finding[]> => {
  const { request, fleet, baseFleet, sameFacts, rendered, reach } = examined;
  const opened: Judge[] = [];
  const baseJudges = async (): Promise<readonly Judge[]> => {
    if (sameFacts || !baseFleet) return judges;
    if (opened.length === 0) opened.push(...(await tools.openJudges(request, baseFleet)));
    return opened;
  };
  // Without readable facts of the base nobody can say what stood there: all is new.
  const base = baseFleet ? rendered.base : new Map<string, RenderedRoot>();
  const versions = versionsIn(baseFleet ?? fleet, reach);
  const lint = baseLint(baseFleet ?? fleet, tools.keepForecast, judged);
  const side = { head: rendered.head, base, sameFacts, judges: baseJudges, schemas: tools.schemas, versions, lint };
  const marked = await markDebt(spreadFindings(judged), side);
  await Promise.all(opened.map((j) => j.evaluator.close()));
  return gatherFindings(waive(examined, tools, judges, [...marked, ...silentLayers(examined), ...guard(examined, tools, judges)]));
};

/** The lint over the base, and its rehearsal where the head's objects to something. */
const baseLint = (fleet: Fleet, kept: RecallForecast | undefined, found: readonly Finding[]): ((root: RenderedRoot) => Finding[]) => {
  const lint = rolloutLint(fleet.metrics);
  const rehearse = rehearser(fleet, kept);
  const objected = new Set(found.filter(({ source }) => source === 'rehearsal').flatMap(({ roots }) => roots));
  return (root) => [...lint(root), ...(objected.has(root.root.path) ? findingsOf(rehearse(root)) : [])];
};

/** What layers do in silence stands at base when the same root has it there; a render that is the same says nothing about it. */
const silentLayers = ({ request: { base }, scope, silent }: Examination): Finding[] => {
  const key = (finding: Finding): string => `${finding.fingerprint} ${finding.roots[0]}`;
  if (base === undefined || silent.length === 0) return spreadFindings(silent);
  const roots = scope.affected.filter((a) => a.inBase).map((a) => a.root);
  const known = new Set(spreadFindings(checkLayers(new LayerModel(base), roots).silent).map(key));
  return spreadFindings(silent).map((finding) => (known.has(key(finding)) ? { ...finding, standing: 'debt' } : finding));
};

const guard = (
  { request: { base, head, all }, files, fleet, baseFleet, sameFacts }: Examination,
  { engine }: SettleTools,
  judges: readonly Judge[],
): Finding[] => {
  const [first, second] = judges;
  // Owners of files that a change does not touch can only be as good or bad as they were.
  const isAsked = all || !base || files.some((f) => isGuarded(f.path));
  const owners = isAsked ? fileDebt(ownerProblems(head), base && (() => ownerProblems(base))) : [];
  if (!base) return owners;
  const facts = baseFleet && !sameFacts ? { base: baseFleet, head: fleet } : undefined;
  const rules = first && second && { base: first.bundle.rules, head: second.bundle.rules };
  return [...owners, ...guardFindings({ files, base, head, facts, rules, engineSide: () => engine.sideOf(base, head) })];
};

/** Waivers come from the base; only where there is nothing to compare with, from the tree itself. One that the change deletes counts no more. */
const waive = (examined: Examination, tools: SettleTools, judges: readonly Judge[], findings: readonly Finding[]): Finding[] => {
  const { base, head, day, all } = examined.request;
  const here = readWaivers(head);
  const trusted = base === undefined ? here : readWaivers(base);
  const severities = severitiesOf(judges.flatMap((j) => j.bundle.rules));
  const on: WaiverCircumstances = { day, severities, approvers: trusted.approvers, history: tools.history };
  const entries = trusted.entries.filter((e) => head.files.has(e.file));
  const used = new Set<string>();
  const waived = findings.map((finding): Finding => {
    const entry = entries.length === 0 ? undefined : honouredFor(placedOf(finding, examined), entries, on);
    if (entry) used.add(entry.waiver.id);
    return entry ? { ...finding, waiver: waivedBy(entry, day) } : finding;
  });
  return [...waived, ...aboutWaivers()];

  function aboutWaivers(): Finding[] {
    const problems = fileDebt(problemsOf(here, on), base && (() => problemsOf(trusted, on)));
    const isWhole = all || base === undefined;
    const mine = (e: WaiverEntry): boolean => isWhole || used.has(e.waiver.id);
    return [...problems, ...(base ? pendingOf(trusted, here) : []), ...endingOf(entries.filter(mine), on), ...(isWhole ? unusedOf(entries, used, on) : [])];
  }
};

/** Every rule that a waiver may name, with its severity. */
export const severitiesOf = (rules: readonly RuleInfo[]): Map<string, 'deny' | 'warn'> =>
  new Map(
    [...rules, ...schemaRules, ...Object.values(lintRules), ...Object.values(rehearsalRules), ...certificateRules, ...Object.values(guardRules)].map((r) => [
      r.code,
      r.severity,
    ]),
  );

const placedOf = (finding: Finding, { rendered, reach, fleet }: Examination): PlacedFinding => {
  const path = finding.roots[0];
  const rendering = path === undefined ? undefined : rendered.head.get(path);
  const object = rendering && objectOf(rendering, finding);
  const aboutCluster = fleet.clusters.has(finding.subject) ? [finding.subject] : [];
  return {
    finding,
    kind: textAt(object, 'kind'),
    namespace: textAt(object, 'metadata', 'namespace'),
    name: object ? textAt(object, 'metadata', 'name') : finding.subject,
    namedPath: namedPath(object, finding.path),
    root: path,
    clusters: rendering ? reach({ root: rendering.root, kind: 'changed', objects: [] }).clusters : aboutCluster,
  };
};
