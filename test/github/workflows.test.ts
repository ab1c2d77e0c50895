import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { worktreeSnapshot } from '#adapters/git.ts';
import { readSettings } from '#settings/read-settings.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const folder = path.join(repository, '.github/workflows');
const settings = readSettings(worktreeSnapshot(repository));

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}
interface Workflow {
  readonly on: unknown;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = new Map(readdirSync(folder).map((file) => [file, parse(readFileSync(path.join(folder, file), 'utf8')) as Workflow]));
const jobs = [...workflows].flatMap(([file, { jobs: all }]) => Object.entries(all).map(([name, job]) => ({ at: `${file} ${name}`, job })));
const scripts = jobs.flatMap(({ at, job }) => job.steps.flatMap(({ run }) => (run === undefined ? [] : [{ at, run: run.replace(/\s+/g, ' ') }])));

/** Each start of the engine in a script: the words up to the next one. */
const calls = scripts.flatMap(({ at, run }) =>
  [...run.matchAll(/bin\/ranfleet\.mjs ([a-z-]+)((?:(?! node | -- ).)*)/g)].map(([, command = '', rest = '']) => ({ at, command, rest })),
);

const tokenOf = (text: string): string[] => [...text.matchAll(/--permission ([a-z_]+=[a-z]+)/g)].map(([, one = '']) => one).sort();

/** What each job may do: by the token of the run, and as an App. */
const matrix: Readonly<Record<string, { readonly run: Readonly<Record<string, string>>; readonly app?: readonly string[]; readonly environment?: string }>> = {
  'check.yml check': { run: { contents: 'read' } },
  'check.yml live': { run: { contents: 'read' } },
  'gate.yml judge': { run: { contents: 'read' } },
  'gate.yml publish': { run: { contents: 'read', checks: 'write', 'pull-requests': 'write', 'security-events': 'write' } },
  'gate.yml verdict': { run: {} },
  'nightly.yml evidence': { run: { contents: 'read' } },
  'nightly.yml fleet': { run: { contents: 'read', 'id-token': 'write' }, app: ['administration=write', 'issues=write'], environment: 'settings' },
  'promote.yml promote': {
    run: { contents: 'read', 'id-token': 'write' },
    app: ['checks=read', 'contents=write', 'pull_requests=write'],
    environment: 'promotion',
  },
  'revert.yml revert': { run: { contents: 'read', 'id-token': 'write' }, app: ['contents=write'], environment: 'promotion' },
  'settings.yml check': { run: { contents: 'read' }, app: ['administration=write'], environment: 'settings' },
  'settings.yml apply': { run: { contents: 'read' }, app: ['administration=write'], environment: 'settings' },
};

describe('the workflows', () => {
  test('give each job exactly the permissions of the table', () => {
    const found = jobs.map(({ at, job }) => {
      const app = tokenOf(job.steps.map(({ run = '' }) => run).join(' '));
      return [at, { run: job.permissions, ...(app.length === 0 ? {} : { app }), ...(job.environment === undefined ? {} : { environment: job.environment }) }];
    });
    expect(Object.fromEntries(found)).toEqual(matrix);
  });

  test('use the actions of gate.yml and no other commit of them', () => {
    const usesIn = (file: string) => Object.values(workflows.get(file)?.jobs ?? {}).flatMap((job) => job.steps.flatMap(({ uses = [] }) => uses));
    const known = new Set(usesIn('gate.yml'));
    expect([...workflows.keys()].flatMap(usesIn).filter((uses) => !known.has(uses))).toEqual([]);
  });

  test('use environments that are declared, all of them, and from main alone', () => {
    const used = jobs.flatMap(({ job }) => job.environment ?? []);
    expect([...new Set(used)].sort()).toEqual(settings.environments.map(({ name }) => name));
    expect(settings.environments.map(({ branches }) => branches)).toEqual(settings.environments.map(() => ['main']));
  });

  test('have a job for each check that main requires', () => {
    const rules = settings.rulesets.flatMap((ruleset) => ruleset.rules);
    const required = rules.flatMap((rule) => (rule.type === 'required_status_checks' ? rule.parameters.required_status_checks : []));
    const onPulls = [...workflows.values()].filter(({ on }) => JSON.stringify(on).includes('pull_request')).flatMap((w) => Object.keys(w.jobs));
    expect(required.map(({ context }) => context)).toEqual(['verdict', 'check']);
    expect(required.filter(({ context, app }) => app !== 'github-actions' || !onPulls.includes(context))).toEqual([]);
  });

  test('and rulesets are those that the documentation describes', () => {
    const document = readFileSync(path.join(repository, 'docs/github.md'), 'utf8');
    const firstCells = [...document.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
    expect(firstCells.filter((cell) => cell.endsWith('.yml')).sort()).toEqual([...workflows.keys()].sort());
    expect(settings.rulesets.filter(({ name }) => !firstCells.includes(name))).toEqual([]);
    const told = readdirSync(path.join(repository, 'src/nightly'))
      .concat('../cli/nightly-github.ts')
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(path.join(repository, 'src/nightly', file), 'utf8').matchAll(/'(nightly\.[a-z_]+)'/g)].map(([, code = '']) => code));
    const described = [...document.matchAll(/`(nightly\.(?!yml)[a-z_]+)`/g)].map(([, code = '']) => code);
    expect([...new Set(described)].sort()).toEqual([...new Set(told)].sort());
  });

  test('never cut off what writes', () => {
    const cancels = ['promote.yml', 'revert.yml', 'nightly.yml', 'settings.yml'].map((file) => workflows.get(file)?.concurrency?.['cancel-in-progress']);
    expect(cancels).toEqual([false, false, false, false]);
  });

  test('hand a key of an App to `as-app` alone', () => {
    const holders = jobs.flatMap(({ at, job }) => job.steps.filter((step) => JSON.stringify(step).includes('_APP_KEY')).map(({ run = '' }) => ({ at, run })));
    expect(holders.map(({ at }) => at)).toEqual(['nightly.yml fleet', 'promote.yml promote', 'revert.yml revert', 'settings.yml check', 'settings.yml apply']);
    expect(holders.filter(({ run }) => !/^node bin\/ranfleet\.mjs as-app /.test(run))).toEqual([]);
  });

  test.each(calls)('$at: ranfleet $command has the options that it is given', ({ command, rest }) => {
    const { stdout, status } = spawnSync(process.execPath, [path.join(repository, 'src/cli/main.mjs'), command, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain(`ranfleet ${command}`);
    const options = [...rest.matchAll(/(--[a-z-]+)/g)].map(([, option = '']) => option);
    expect(options.filter((option) => !stdout.includes(`  ${option} `))).toEqual([]);
  });
});
