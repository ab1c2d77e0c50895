import type { CAC } from 'cac';
import type { ExitCode } from '#model/errors.ts';
import type { AsAppOptions } from './as-app.ts';
import type { FetchLogOptions } from './fetch-log.ts';
import type { NightlyOptions } from './nightly.ts';
import type { Output } from './output.ts';
import type { SettingsOptions } from './settings.ts';

type Run = (command: () => Promise<ExitCode> | ExitCode) => () => Promise<void>;

/** The commands that look after the repository on GitHub. */
export const githubCommands = (cli: CAC, run: Run, output: Output): void => {
  settings(cli, run, output);
  asApp(cli, run, output);
  fetchLog(cli, run, output);
  nightly(cli, run, output);
};

const settings = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('settings', 'Hold rulesets, environments and permissions on GitHub against .github/settings/, or bring them about')
    .option('--check', 'Tell every difference, and change nothing: exit 0 equal, 1 different, 3 could not be read')
    .option('--apply', 'Write what differs; a second run does nothing')
    .option('--prune', 'apply: take away rulesets and environments that are not declared')
    .option('--github <owner/repo>', 'Repository on GitHub (default: $GITHUB_REPOSITORY)')
    .option('--head <rev>', 'Declared settings of this revision (default: the working tree)')
    .option('--json', 'Print JSON')
    .action((options: SettingsOptions) => run(async () => (await import('./settings.ts')).settingsCommand(process.cwd(), options, process.env, output))());
};

const asApp = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('as-app', 'Run the command after -- with a token of a GitHub App, which ends with it; $GITHUB_APP_ID and $GITHUB_APP_KEY say which App')
    .option('--permission <scope=level>', 'What the token may do, like contents=write; may be repeated')
    .option('--github <owner/repo>', 'The one repository of the token (default: $GITHUB_REPOSITORY)')
    .action((options: AsAppOptions) => run(async () => (await import('./as-app.ts')).asAppCommand(options, process.env, output))());
};

const fetchLog = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('fetch-log <address>', 'Fetch the observation log over HTTPS, and write it only if it is one')
    .option('--out <file>', 'File to write')
    .option('--audience <name>', 'In a job of GitHub Actions: show an identity token for this audience')
    .action((address: string, options: FetchLogOptions) =>
      run(async () => (await import('./fetch-log.ts')).fetchLogCommand(address, options, process.env, output))(),
    );
};

const nightly = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('nightly', 'Tell what went wrong, or will, although nobody changed it: pins, waivers, coming rules, quarantine, settings')
    .option('--head <rev>', 'Look at this revision (default: HEAD)')
    .option('--observations <file>', 'Look at what the clusters run, too: a log as `ranfleet observe` writes it')
    .option('--github <owner/repo>', 'Look at its settings and at pushes that passed by the review, too')
    .option('--issues', 'Keep one issue for each agent in that repository')
    .option('--login <name>', 'issues: account whose issues are ours, like ranfleet-settings[bot]')
    .option('--effective-time <time>', 'Look as on this day, YYYY-MM-DD or RFC 3339 (default: today, UTC)')
    .option('--allow-past-effective-time', 'Let --effective-time name a day that is over')
    .option('--verbose', 'Show every pin')
    .option('--json', 'Print JSON')
    .action((options: NightlyOptions) => run(async () => (await import('./nightly.ts')).nightlyCommand(process.cwd(), options, process.env, output))());
};
