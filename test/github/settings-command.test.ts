import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { type SettingsOptions, settingsCommand } from '#cli/settings.ts';
import { readSettings } from '#settings/read-settings.ts';
import { faultOf } from '../support/faults.ts';
import { StoredSettings } from '../support/github/settings.ts';
import { startedDouble } from '../support/github/started.ts';
import { memoryOutput } from '../support/memory-output.ts';
import { treeSnapshot } from '../support/tree-snapshot.ts';

const repository = path.resolve(import.meta.dirname, '../..');

describe('ranfleet settings', () => {
  test('--check tells drift, --apply brings it about, and a check after it is content', async () => {
    const { apiUrl, double } = await startedDouble(new StoredSettings().routes());
    const run = async (options: SettingsOptions) => {
      const { output, printed, noted } = memoryOutput();
      const code = await settingsCommand(repository, options, { GITHUB_TOKEN: 'secret', GITHUB_API_URL: apiUrl, GITHUB_REPOSITORY: 'norvik/ran' }, output);
      return { code, printed: printed(), noted: noted() };
    };
    const before = await run({ check: true });
    expect(before.code).toBe(1);
    expect(before.printed).toContain('drift repository: allow_merge_commit: true instead of false\n');
    expect(before.printed).toContain('drift ruleset main-review: is missing\n');
    expect(before.printed).toMatch(/22 differences\.\n$/);
    expect(JSON.parse((await run({ check: true, json: true })).printed)).toHaveLength(22);
    expect(double.requests.filter((r) => !r.startsWith('GET '))).toEqual([]);
    const applied = await run({ apply: true });
    expect(applied).toMatchObject({ code: 0, printed: 'GitHub has what .github/settings/ declares.\n' });
    expect(applied.noted).toContain('set ruleset main-history');
    expect(await run({ check: true })).toMatchObject({ code: 0, noted: '' });
    expect(await run({ apply: true })).toMatchObject({ code: 0, noted: '' });
  });

  test.each<[string, SettingsOptions, Record<string, string>, string]>([
    ['neither check nor apply', { github: 'norvik/ran' }, { GITHUB_TOKEN: 'secret' }, 'say what to do'],
    ['both', { check: true, apply: true }, { GITHUB_TOKEN: 'secret' }, 'say what to do'],
    ['a check that would take away', { check: true, prune: true }, { GITHUB_TOKEN: 'secret' }, '--check takes nothing away'],
    ['no repository', { check: true }, { GITHUB_TOKEN: 'secret' }, 'nothing is no repository on GitHub'],
    ['half a repository', { check: true, github: 'norvik' }, { GITHUB_TOKEN: 'secret' }, 'norvik is no repository on GitHub'],
    ['no token', { check: true, github: 'norvik/ran' }, {}, 'GITHUB_TOKEN is not set'],
  ])('%s is a fault of usage', async (_, options, environment, message) => {
    await expect(settingsCommand(repository, options, environment, memoryOutput().output)).rejects.toMatchObject({
      code: 'GATE_USAGE',
      fault: 'usage',
      message,
    });
  });
});

describe('declared settings', () => {
  const own = worktreeSnapshot(repository);
  const files = [...own.files.keys()].filter((f) => f.startsWith('.github/settings/'));
  const texts = Object.fromEntries(files.map((f) => [f, own.read(f).toString()]));
  const changed = (file: string, from: string | RegExp, to: string) => {
    const text = texts[`.github/settings/${file}`] ?? '';
    if (text.replace(from, to) === text) throw new Error(`${file} has no ${from}`);
    return { ...texts, [`.github/settings/${file}`]: text.replace(from, to) };
  };
  const told = (tree: Readonly<Record<string, string>>) => faultOf(() => readSettings(treeSnapshot(tree))).message;

  test('of this repository have every ruleset and environment that the workflows need', () => {
    const settings = readSettings(own);
    expect(settings.rulesets.map(({ name }) => name)).toEqual(['fixed-tags', 'main-history', 'main-review', 'promotion-branches', 'pushed-files']);
    expect(settings.environments.map(({ name }) => name)).toEqual(['promotion', 'settings']);
  });

  test.each([
    ['a misspelt field', 'repository.yaml', 'allow_rebase_merge', 'allow_rebase_merges', 'repository.yaml:10:3: repository: Unrecognized key'],
    [
      'a ruleset that is off',
      'rulesets/main-history.yaml',
      'enforcement: active',
      'enforcement: disabled',
      'main-history.yaml:6:1: enforcement: must be active',
    ],
    ['a role that passes by', 'rulesets/main-review.yaml', 'app: ranfleet-promote', 'role: 5', 'main-review.yaml:9:'],
    ['a rule that stands twice', 'rulesets/main-history.yaml', 'type: deletion', 'type: non_fast_forward', 'the rule non_fast_forward stands twice'],
    ['a ruleset without refs', 'rulesets/fixed-tags.yaml', /conditions:[\s\S]*rules:/, 'rules:', 'names refs for branches and tags'],
    [
      'another name than its file',
      'environments/promotion.yaml',
      'name: promotion',
      'name: promotions',
      'environments/promotion.yaml:1: its name is promotions',
    ],
    ['an environment for no branch', 'environments/settings.yaml', '[main]', '[]', 'settings.yaml:9:1: branches'],
    ['no YAML', 'environments/settings.yaml', 'kind: Environment', 'kind: [', 'environments/settings.yaml:'],
  ])('with %s are refused, with file and line', (_, file, from, to, message) => {
    expect(told(changed(file, from, to))).toContain(message);
  });

  test('with a file that is nothing of them are refused', () => {
    expect(told({ ...texts, '.github/settings/teams.yaml': 'a: 1\n' })).toBe('.github/settings/teams.yaml:1: is neither a ruleset nor an environment');
  });

  test('that are not there are refused', () => {
    expect(told({})).toBe('tree has no .github/settings/repository.yaml');
  });
});
