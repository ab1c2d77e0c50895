import { readBypasses } from '#adapters/github-bypasses.ts';
import { openBoard } from '#adapters/github-issues.ts';
import { openSettings } from '#adapters/github-settings.ts';
import type { ClientOptions } from '#adapters/octokit.ts';
import { changedBetween } from '#adapters/pushed-files.ts';
import { GateError, isGateError } from '#model/errors.ts';
import { bypassRemarks } from '#nightly/bypasses.ts';
import { type IssueStep, issuesFor, markerStart, syncIssues } from '#nightly/issues.ts';
import type { Remark } from '#nightly/remark.ts';
import { driftLine, driftOf } from '#settings/drift.ts';
import { type DeclaredSettings, readSettings } from '#settings/read-settings.ts';
import { wantedParts } from '#settings/wanted-parts.ts';
import { type Environment, githubAccess } from './github-access.ts';
import type { NightlyGround } from './nightly-ground.ts';
import type { Output } from './output.ts';

/** What GitHub has to say: settings that drifted, pushes that passed by. What it does not say is undecided, and keeps the rest from nothing. */
export const githubRemarks = async (ground: NightlyGround, named: string, environment: Environment, output: Output): Promise<Remark[]> => {
  const access = githubAccess(named, environment, output);
  const declared = readSettings(ground.snapshot);
  return [
    ...(await orUndecided('nightly.settings', () => settingsRemarks(declared, access))),
    ...(await orUndecided('nightly.bypass', () => passed(ground, declared, access))),
  ];
};

const settingsRemarks = async (declared: DeclaredSettings, access: ClientOptions): Promise<Remark[]> => {
  const host = openSettings(access);
  return driftOf(await wantedParts(declared, host), await host.read()).map((drift) => ({
    code: 'nightly.settings',
    effect: 'deny',
    agent: null,
    message: driftLine(drift),
    solution: 'Find out who changed it; `ranfleet settings --apply` brings back what is declared.',
  }));
};

const passed = async ({ repository }: NightlyGround, { repository: own, rulesets }: DeclaredSettings, access: ClientOptions): Promise<Remark[]> => {
  const actors = new Set(rulesets.flatMap(({ bypass_actors }) => bypass_actors.map(({ app }) => `${app}[bot]`)));
  const bypasses = await readBypasses(access, own.repository.default_branch);
  return bypassRemarks(bypasses, actors, ({ before, after }) => changedBetween(repository, before, after));
};

const orUndecided = async (code: string, look: () => Promise<Remark[]>): Promise<Remark[]> => {
  try {
    return await look();
  } catch (error) {
    if (!isGateError(error) || error.fault !== 'undecided') throw error;
    return [{ code, effect: 'undecided', agent: null, message: error.message, solution: error.hint }];
  }
};

/** Opens, updates and closes the issues of ours. */
export const keepIssues = (
  remarks: readonly Remark[],
  { github, login }: { readonly github?: string; readonly login?: string },
  environment: Environment,
  output: Output,
): Promise<IssueStep[]> => {
  if (login === undefined)
    throw new GateError('GATE_USAGE', 'usage', 'nobody was named whose issues are ours', { hint: 'Name the bot: --login "ranfleet-settings[bot]".' });
  return syncIssues(openBoard({ ...githubAccess(github, environment, output), login, markers: markerStart }), issuesFor(remarks));
};
