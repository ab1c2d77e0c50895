import type { CAC } from 'cac';
import type { ExitCode } from '#model/errors.ts';
import type { AsAppOptions } from './as-app.ts';
import type { Output } from './output.ts';
import type { SettingsOptions } from './settings.ts';

type Run = (command: () => Promise<ExitCode> | ExitCode) => () => Promise<void>;

/** The commands that look after the repository on GitHub. */
export const githubCommands = (cli: CAC, run: Run, output: Output): void => {
  settings(cli, run, output);
  asApp(cli, run, output);
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
