import path from 'node:path';
import { fileHistory } from '#adapters/git.ts';
import { createEvaluator } from '#adapters/opa-wasm.ts';
import { createPastFiles } from '#adapters/past-files.ts';
import { type BundleTools, loadBundle, policyFiles, policyHash } from '#adapters/policy-bundle.ts';
import { pruneCaches } from '#adapters/prune-cache.ts';
import { openSchemas } from '#adapters/schemas.ts';
import type { KeptMemo } from '#adapters/source-memo.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import { keepVerdicts } from '#adapters/verdict-cache.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { windowFacts } from '#fleet/windows.ts';
import type { GateRequest } from '#gate/examine.ts';
import { runGate } from '#gate/gate.ts';
import type { ExitCode } from '#model/errors.ts';
import type { Evaluator, PolicyBundle } from '#model/evaluator.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Snapshot } from '#model/ports.ts';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { rulesOn } from '#policy/effect.ts';
import type { Judge } from '#policy/judge.ts';
import { renderTerminal } from '#report/terminal.ts';
import { createRenderSetup, engineMemo, engineRoot, forecastCache, resolveRevisions, runningEngine, runningEngineKey } from './context.ts';
import { type EffectiveTimeOptions, effectiveDay } from './effective-day.ts';
import type { Output } from './output.ts';
import { type ReportFiles, writeReports } from './write-reports.ts';

export interface GateOptions extends EffectiveTimeOptions, ReportFiles {
  readonly base?: string;
  readonly head?: string;
  readonly worktree?: boolean;
  readonly all?: boolean;
  readonly cache: boolean;
  readonly verbose?: boolean;
}

/** `ranfleet gate`: what does this change, where, and is it allowed? */
export const gateCommand = async (directory: string, options: GateOptions, output: Output): Promise<ExitCode> => {
  const { report, detail } = await gateRun(directory, options, output);
  await writeReports(report, detail, options, process.env);
  output.print(renderTerminal(report, { paint: output.paint, verbose: options.verbose === true }));
  return report.exitCode;
};

export const gateReport = async (directory: string, options: GateOptions, output: Output): Promise<GateReport> =>
  (await gateRun(directory, options, output)).report;

export interface GateRun {
  readonly report: GateReport;
  readonly detail: ReportDetail;
}

const gateRun = (directory: string, options: GateOptions, output: Output): Promise<GateRun> => {
  const day = effectiveDay(options);
  const memo = options.cache ? engineMemo() : undefined;
  const revisions = resolveRevisions(directory, options, memo);
  if (revisions.unchanged && options.all !== true) output.note(`Nothing differs from ${revisions.base.label}: judging the whole fleet as it stands.`);
  const request: GateRequest = {
    base: revisions.unchanged ? undefined : revisions.base,
    head: revisions.head,
    all: options.all === true || revisions.unchanged,
    day,
  };
  return runRequest(request, { repository: revisions.repository, commit: revisions.baseCommit, memo }, output);
};

interface RunPlace {
  readonly repository: string;
  /** Commit whose history tells about waivers. */
  readonly commit: string;
  /** Where earlier runs left what they found out; without it nothing is taken from them. */
  readonly memo: KeptMemo | undefined;
}

/** Runs the gate with everything that this machine has: tools, caches, schemas. */
export const runRequest = async (request: GateRequest, place: RunPlace, output: Output): Promise<GateRun> => {
  let detail: ReportDetail = { rules: [], clusters: [], clustersOfRoot: new Map(), objects: [], rehearsals: [] };
  const setup = createRenderSetup({ cache: place.memo !== undefined, onProgress: (done, total) => output.progress(`rendered ${done} of ${total} roots`) });
  const load = bundleLoader(setup.scratch.layout);
  load(request.base ?? request.head).catch(() => {}); // asked for again when the facts are known; compiling takes a core of its own
  try {
    const report = await runGate(request, {
      render: setup.tools,
      readFleet,
      memo: place.memo,
      schemas: openSchemas(engineRoot),
      keepForecast: place.memo && forecastCache(),
      engine: runningEngine(),
      past: createPastFiles(place.repository, place.commit),
      history: (file, folders) => fileHistory(place.repository, place.commit, file, folders),
      openJudges: (asked, fleet) => openJudges(asked, fleet, { load, cache: place.memo !== undefined }),
      onDetail: (found) => {
        detail = found;
      },
      onStage: (stage) => output.progress(stage),
      onJudged: (done, total) => output.progress(`judged ${done} of ${total}`),
    });
    place.memo?.save();
    if (place.memo) pruneCaches(path.join(engineRoot, '.cache'), ['renders', 'verdicts', 'sources', 'policies', 'forecasts'], new Date());
    return { report, detail };
  } finally {
    setup.scratch.clear();
  }
};

export const bundleTools = (layout: BundleTools['layout']): BundleTools => ({
  opa: toolPath(engineRoot, 'gate', 'opa'),
  toolKey: toolsKey(engineRoot, 'gate'),
  cacheDirectory: path.join(engineRoot, '.cache', 'policies'),
  layout,
});

/** Loads the policies of a snapshot; those that are equal, once. */
const bundleLoader = (layout: BundleTools['layout']) => {
  const loading = new Map<string, Promise<PolicyBundle>>();
  return async (snapshot: Snapshot): Promise<PolicyBundle> => {
    const tools = bundleTools(layout);
    const hash = policyHash(snapshot, tools.toolKey);
    const bundle = loading.get(hash) ?? loadBundle(snapshot, tools);
    loading.set(hash, bundle);
    return bundle;
  };
};

/** The base's policies judge, and come first; when the change edits policies, its own must agree as well. */
const openJudges = async (
  { base, head, day }: GateRequest,
  fleet: Fleet,
  { load, cache }: { readonly load: ReturnType<typeof bundleLoader>; readonly cache: boolean },
): Promise<Judge[]> => {
  const sources = [base, head].filter((s) => s !== undefined).filter((s) => s === head || policyFiles(s).length > 0);
  const bundles = await Promise.all(sources.map(load));
  const distinct = [...new Map(bundles.map((bundle) => [bundle.hash, bundle])).values()];
  return Promise.all(
    distinct.map(async (loaded) => {
      const bundle = { ...loaded, rules: rulesOn(loaded.rules, day) };
      const open = (): Promise<Evaluator> => createEvaluator(bundle, policyData(fleet, day));
      return { bundle, evaluator: cache ? keptEvaluator(bundle, policyFacts(fleet, day), open) : await open() };
    }),
  );
};

const keptEvaluator = (bundle: PolicyBundle, facts: ReturnType<typeof policyFacts>, open: () => Promise<Evaluator>): Evaluator =>
  keepVerdicts({
    directory: path.join(engineRoot, '.cache', 'verdicts'),
    key: `${runningEngineKey()} ${bundle.hash} ${JSON.stringify(bundle.rules)} ${JSON.stringify(facts)}`,
    open,
  });

/** Facts that the policies read, as plain JSON. */
export const policyData = (fleet: Fleet, day: string) => {
  const { fleet: facts, ...rest } = policyFacts(fleet, day);
  return { ...rest, fleet: { ...facts, windows: windowFacts(fleet) } };
};

/** What all of it follows from: the windows in UTC are worked out from the same facts. */
const policyFacts = (fleet: Fleet, day: string) => ({
  config: {
    registries: fleet.config.registries,
    expected_agents: fleet.config.expectedAgents,
    repository: fleet.config.repository,
    revision: fleet.config.revision,
    priority_classes: fleet.config.priorityClasses ?? null,
    contacts: fleet.config.contacts ?? null,
    allowances: fleet.config.allowances ?? null,
  },
  fleet: {
    agents: Object.fromEntries(fleet.agents),
    clusters: Object.fromEntries(fleet.clusters),
    components: Object.fromEntries(fleet.components),
  },
  run: { day },
});
