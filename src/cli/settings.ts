import { repositoryRoot } from '#adapters/git.ts';
import { openSettings } from '#adapters/github-settings.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { SettingsHost, SettingsPart } from '#model/repository-settings.ts';
import { printableLines } from '#report/escape.ts';
import { type Drift, driftLine, driftOf, labelOfPart, stepsFor } from '#settings/drift.ts';
import { readSettings } from '#settings/read-settings.ts';
import { wantedParts } from '#settings/wanted-parts.ts';
import { headSnapshot } from './context.ts';
import { type Environment, githubAccess } from './github-access.ts';
import type { Output } from './output.ts';

export interface SettingsOptions {
  readonly check?: boolean;
  readonly apply?: boolean;
  readonly prune?: boolean;
  readonly github?: string;
  readonly head?: string;
  readonly json?: boolean;
}

/** `ranfleet settings`: what GitHub says about the repository, held against `.github/settings/`. 0 equal, 1 drift, 3 could not be read. */
export const settingsCommand = async (directory: string, options: SettingsOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  if ((options.check === true) === (options.apply === true)) throw usage('say what to do', 'Give --check or --apply.');
  if (options.prune === true && options.apply !== true) throw usage('--check takes nothing away', 'Give --prune together with --apply.');
  const snapshot = headSnapshot(repositoryRoot(directory), options.head);
  const declared = readSettings(snapshot);
  const host = openSettings(githubAccess(options.github ?? environment['GITHUB_REPOSITORY'], environment, output));
  const wanted = await wantedParts(declared, host);
  if (options.apply === true) await applySettings(host, wanted, options.prune === true, output);
  const drift = driftOf(wanted, await host.read());
  tell(drift, options, output);
  return drift.length === 0 ? exitCodes.allow : exitCodes.deny;
};

const usage = (message: string, hint: string): GateError => new GateError('GATE_USAGE', 'usage', message, { hint });

/** Writes only what differs, so that a second run does nothing. */
const applySettings = async (host: SettingsHost, wanted: readonly SettingsPart[], prune: boolean, output: Output): Promise<void> => {
  for (const { action, part } of stepsFor(wanted, await host.read(), { prune })) {
    await host[action](part);
    output.note(`${action === 'put' ? 'set' : 'removed'} ${labelOfPart(part)}`);
  }
};

const tell = (drift: readonly Drift[], { json }: SettingsOptions, { print, paint }: Output): void => {
  if (json === true) {
    print(`${JSON.stringify(drift, null, 2)}\n`);
    return;
  }
  for (const one of drift) print(printableLines(`${paint.red('drift')} ${driftLine(one)}\n`));
  print(drift.length === 0 ? 'GitHub has what .github/settings/ declares.\n' : `${drift.length} differences.\n`);
};
