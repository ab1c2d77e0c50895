import { changeTimes } from '#adapters/change-times.ts';
import { fileHistory } from '#adapters/git.ts';
import { loadBundle } from '#adapters/policy-bundle.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { severitiesOf } from '#gate/settle.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { RuleInfo } from '#model/evaluator.ts';
import { comingRemarks, comingRules } from '#nightly/coming-rules.ts';
import { type Exceptions, exceptionRemarks } from '#nightly/exceptions.ts';
import { type LiveFacts, liveRemarks } from '#nightly/live.ts';
import { nightlyText } from '#nightly/nightly-text.ts';
import { type PinRow, pinRemarks, pinRows } from '#nightly/pins.ts';
import type { Remark } from '#nightly/remark.ts';
import { printableLines } from '#report/escape.ts';
import { readPromotionFacts } from '#ring/read-git.ts';
import { noObservations } from '#ring/read-observations.ts';
import { readWaivers } from '#waiver/read.ts';
import { createRenderSetup, engineMemo } from './context.ts';
import { bundleTools, runRequest } from './gate.ts';
import type { Environment } from './github-access.ts';
import { githubRemarks, keepIssues } from './nightly-github.ts';
import { type GroundOptions, type NightlyGround, nightlyGround } from './nightly-ground.ts';
import type { Output } from './output.ts';
import { readLog } from './plan-for.ts';

export interface NightlyOptions extends GroundOptions {
  /** Log of what was seen of the clusters. */
  readonly observations?: string;
  readonly github?: string;
  readonly issues?: boolean;
  readonly login?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** `ranfleet nightly`: what went wrong, or will, although nobody changed it. 0 nothing that is wrong, 1 something is, 3 something could not be told. */
export const nightlyCommand = async (directory: string, options: NightlyOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  if (options.issues === true && options.github === undefined)
    throw new GateError('GATE_USAGE', 'usage', '--issues without a repository', { hint: 'Name it: --github <owner/repo>.' });
  const ground = nightlyGround(directory, options);
  const rules = await rulesIn(ground);
  const facts = pinFacts(ground);
  const pins = pinRows(facts);
  const coming = comingRules(rules, ground.day);
  const waivers = readWaivers(ground.snapshot);
  const findings = coming.length === 0 && waivers.entries.length === 0 ? [] : await findingsOf(ground, output);
  const remarks: Remark[] = [
    ...pinRemarks(pins, ground.day),
    ...live(directory, options.observations, { ...facts, at: ground.at }),
    ...exceptions(ground, rules, { waivers, used: new Set(findings.flatMap((f) => f.waiver?.id ?? [])) }),
    ...comingRemarks(coming, findings),
    ...(options.github === undefined ? [] : await githubRemarks(ground, options.github, environment, output)),
  ];
  tell({ day: ground.day, commit: ground.commit, pins, comingRules: coming, remarks }, options, output);
  if (options.issues === true) for (const { action, title } of await keepIssues(remarks, options, environment, output)) output.note(`${action} issue ${title}`);
  return exitOf(remarks);
};

const rulesIn = async ({ snapshot }: NightlyGround): Promise<readonly RuleInfo[]> => {
  const { scratch } = createRenderSetup({ cache: true });
  try {
    return (await loadBundle(snapshot, bundleTools(scratch.layout))).rules;
  } finally {
    scratch.clear();
  }
};

const pinFacts = ({ repository, commit, snapshot }: NightlyGround) => ({
  fleet: readFleet(snapshot),
  ...readPromotionFacts(snapshot),
  changedAt: new Map([
    ...changeTimes(repository, commit, 'agents/*/rings/*/pin/kustomization.yaml'),
    ...changeTimes(repository, commit, 'agents/*/releases/*/kustomization.yaml'),
  ]),
});

const exceptions = (
  { repository, commit, snapshot, day, at }: NightlyGround,
  rules: readonly RuleInfo[],
  known: Pick<Exceptions, 'waivers' | 'used'>,
): Remark[] => {
  const { breakGlass, stop } = readPromotionFacts(snapshot);
  const history = (file: string, folders: readonly string[]) => fileHistory(repository, commit, file, folders);
  const { approvers } = known.waivers;
  return exceptionRemarks({ ...known, breakGlass, stop }, { day, severities: severitiesOf(rules), approvers, history }, at);
};

/** Without a log that was asked for nothing is known of any cluster, and all else is told all the same. */
const live = (directory: string, log: string | undefined, facts: Omit<LiveFacts, 'observations'>): Remark[] => {
  if (log === undefined) return [];
  return liveRemarks({ ...facts, observations: readLog(directory, log, { mayMiss: true }) ?? noObservations });
};

/** Findings in the whole fleet, as on this day. */
const findingsOf = async ({ repository, commit, snapshot, day }: NightlyGround, output: Output) =>
  (await runRequest({ base: undefined, head: snapshot, all: true, day }, { repository, commit, memo: engineMemo() }, output)).report.findings;

interface NightlyReport {
  readonly day: string;
  readonly commit: string;
  readonly pins: readonly PinRow[];
  readonly comingRules: readonly RuleInfo[];
  readonly remarks: readonly Remark[];
}

const tell = (report: NightlyReport, { json, verbose }: NightlyOptions, { print, paint }: Output): void => {
  const rules = report.comingRules.map(({ code, effectiveOn }) => ({ code, effectiveOn }));
  if (json === true) print(`${JSON.stringify({ ...report, comingRules: rules }, null, 2)}\n`);
  else print(printableLines(nightlyText(report, { paint, verbose: verbose === true })));
};

const exitOf = (remarks: readonly Remark[]): ExitCode => {
  if (remarks.some(({ effect }) => effect === 'deny')) return exitCodes.deny;
  return remarks.some(({ effect }) => effect === 'undecided') ? exitCodes.undecided : exitCodes.allow;
};
