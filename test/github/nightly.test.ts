import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { commitSnapshot, worktreeSnapshot } from '#adapters/git.ts';
import { githubRemarks, keepIssues } from '#cli/nightly-github.ts';
import type { Remark } from '#nightly/remark.ts';
import { GitRepository } from '../support/git-repository.ts';
import type { Answer } from '../support/github/double.ts';
import { openedSettings, type SettingsRun } from '../support/github/settings-run.ts';
import { memoryOutput } from '../support/memory-output.ts';

const own = worktreeSnapshot(path.resolve(import.meta.dirname, '../..'));
const settings = [...own.files.keys()].filter((f) => f.startsWith('.github/settings/'));

const pin = 'agents/mro-optimizer/rings/w2/pin/kustomization.yaml';
const repository = new GitRepository(Object.fromEntries(settings.map((f) => [f, own.read(f)])));
afterAll(() => repository.close());
const commit = (files: Record<string, string>): { before: string; after: string } => {
  const before = repository.git('rev-parse', 'HEAD');
  repository.write(files);
  return { before, after: repository.commit('pushed') };
};
const wayBack = commit({ [pin]: 'a', 'agents/mro-optimizer/quarantine.yaml': 'b', 'evidence/mro-optimizer/w2/00000001.json': '{}' });
const policies = commit({ [pin]: 'c', 'policies/rules/security/privilege/privilege.rego': 'x' });
const keys = commit({ 'evidence/keys.yaml': 'mine' });

let run: SettingsRun;
let suites: { actor: string; before: string; after: string }[];
let asked: URLSearchParams | undefined;

beforeEach(async () => {
  suites = [];
  run = await openedSettings({
    'get /repos/{owner}/{repo}/rulesets/rule-suites': ({ url, page }): Answer => {
      asked = url.searchParams;
      return page(suites, (items) =>
        items.map(({ actor, before, after }, id) => ({
          id,
          actor_name: actor,
          before_sha: before,
          after_sha: after,
          pushed_at: '2026-01-01T00:00:00Z',
          result: 'bypass',
        })),
      );
    },
  });
});

const look = async (): Promise<Pick<Remark, 'code' | 'effect' | 'agent' | 'message'>[]> => {
  const head = repository.git('rev-parse', 'HEAD');
  const ground = {
    repository: repository.directory,
    commit: head,
    snapshot: commitSnapshot(repository.directory, head),
    day: '2026-01-01',
    at: '2026-01-01T00:00:00.000Z',
  };
  const remarks = await githubRemarks(ground, 'norvik/ran', { GITHUB_TOKEN: 'secret', GITHUB_API_URL: run.apiUrl }, memoryOutput().output);
  return remarks.map(({ code, effect, agent, message }) => ({ code, effect, agent, message }));
};

const app = 'ranfleet-promote[bot]';

describe('a nightly look at GitHub', () => {
  test('has nothing to say of settings as they are declared, and of ways back', async () => {
    await run.apply();
    suites = [{ actor: app, ...wayBack }];
    expect(await look()).toEqual([]);
    expect(Object.fromEntries(asked ?? [])).toMatchObject({ ref: 'refs/heads/main', rule_suite_result: 'bypass', time_period: 'week' });
  });

  test('denies settings that drifted', async () => {
    await run.apply();
    Object.assign(run.stored.rulesets.find((r) => r.name === 'main-history') ?? {}, { enforcement: 'disabled' });
    expect(await look()).toEqual([
      { code: 'nightly.settings', effect: 'deny', agent: null, message: 'ruleset main-history: enforcement: "disabled" instead of "active"' },
    ]);
  });

  test.each([
    ['of a person', 'mallory', wayBack, 'deny', /^mallory pushed [0-9a-f]{12} past the review of main at 2026-01-01T00:00:00Z, and may not$/],
    ['of the App, of a policy', app, policies, 'deny', /and changed policies\/rules\/security\/privilege\/privilege\.rego$/],
    ['of the App, of the keys that sign', app, keys, 'deny', /and changed evidence\/keys\.yaml$/],
    ['that this clone does not have', app, { before: wayBack.before, after: 'f'.repeat(40) }, 'undecided', /this clone does not have it$/],
  ] as const)('tells a push past the review %s', async (_, actor, pushed, effect, message) => {
    await run.apply();
    suites = [
      { actor: app, ...wayBack },
      { actor, ...pushed },
    ];
    expect(await look()).toMatchObject([{ code: 'nightly.bypass', effect, message: expect.stringMatching(message) }]);
  });

  test('reads every page of pushes', async () => {
    await run.apply();
    suites = [...Array.from({ length: 130 }, () => ({ actor: app, ...wayBack })), { actor: 'mallory', ...wayBack }];
    expect(await look()).toMatchObject([{ effect: 'deny' }]);
  });

  test('takes no page whose end is missing for an empty one', async () => {
    await run.apply();
    suites = [{ actor: 'mallory', ...wayBack }];
    run.double.fail(/rule-suites$/, { kind: 'truncate' });
    expect(await look()).toMatchObject([{ code: 'nightly.bypass', effect: 'deny' }]);
  });

  test('is undecided about what GitHub does not say, and goes on', async () => {
    await run.apply();
    suites = [{ actor: 'mallory', ...wayBack }];
    run.double.fail(/^GET .*\/environments$/, { kind: 'status', status: 403 });
    expect(await look()).toMatchObject([
      { code: 'nightly.settings', effect: 'undecided', message: expect.stringContaining('environments') },
      { code: 'nightly.bypass', effect: 'deny' },
    ]);
    run.double.fail(/rule-suites$/, { kind: 'status', status: 404 });
    expect(await look()).toMatchObject([{ code: 'nightly.bypass', effect: 'undecided' }]);
  });

  test('keeps no issue without knowing whose', () => {
    expect(() => keepIssues([], { github: 'norvik/ran' }, {}, memoryOutput().output)).toThrow('nobody was named whose issues are ours');
  });
});
