import { beforeEach, describe, expect, test } from 'vitest';
import { openedSettings, type SettingsRun } from '../support/github/settings-run.ts';

let stored: SettingsRun['stored'];
let apply: SettingsRun['apply'];
let drift: SettingsRun['drift'];
let double: SettingsRun['double'];

beforeEach(async () => {
  ({ stored, apply, drift, double } = await openedSettings());
});

describe('what can not be read is undecided, never equal', () => {
  test.each([401, 403, 404])('an answer %i to any part', async (status) => {
    await apply();
    double.fail(/^GET .*\/rulesets$/, { kind: 'status', status });
    await expect(drift()).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided', message: expect.stringContaining('rulesets') });
  });

  test('server errors for good', async () => {
    double.fail(/^GET .*\/environments$/, ...Array.from({ length: 4 }, () => ({ kind: 'status', status: 503 }) as const));
    await expect(drift()).rejects.toMatchObject({ code: 'GATE_GITHUB', fault: 'undecided' });
  });

  test('a token that may not see who passes by', async () => {
    await apply();
    stored.mayWrite = false;
    await expect(drift()).rejects.toMatchObject({ fault: 'undecided', message: expect.stringMatching(/GitHub does not show (bypass_actors|secret_scanning)/) });
  });

  test('an App or a team that GitHub does not know', async () => {
    stored.apps.delete('ranfleet-promote');
    await expect(drift()).rejects.toMatchObject({ fault: 'undecided', message: expect.stringContaining('App ranfleet-promote') });
  });
});

describe('faults that pass', () => {
  test.each([
    ['502 while reading', /^GET .*\/actions\/permissions$/, { kind: 'status', status: 502 }],
    ['a page cut short', /^GET .*\/rulesets$/, { kind: 'truncate' }],
    [
      '429 with retry-after',
      /^GET .*\/environments$/,
      { kind: 'status', status: 429, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '2' } },
    ],
    ['a lost answer to a new ruleset', /^POST .*\/rulesets$/, { kind: 'reset', when: 'after' }],
    ['a ruleset that was not made', /^POST .*\/rulesets$/, { kind: 'reset', when: 'before' }],
    ['a lost answer to a branch of an environment', /^PUT .*\/environments\/promotion$/, { kind: 'reset', when: 'after' }],
    ['502 while setting', /^PATCH \/repos\/norvik\/ran$/, { kind: 'status', status: 502 }],
  ] as const)('%s: everything stands once in the end', async (_, fits, fault) => {
    double.fail(fits, fault);
    await apply();
    expect(await drift()).toEqual([]);
    expect(stored.rulesets.map(({ name }) => name).sort()).toEqual(['fixed-tags', 'main-history', 'main-review', 'promotion-branches', 'pushed-files']);
  });

  test('a list without its end is not a list in which something is missing', async () => {
    await apply();
    stored.environments.set('theirs', { wait_timer: 0, prevent_self_review: false, reviewers: [], deployment_branch_policy: null, branches: [] });
    double.fail(/^GET .*\/environments$/, { kind: 'truncate' });
    expect(await drift()).toEqual(['environment theirs']);
  });

  test('a run that ends early is completed by the next', async () => {
    double.fail(/^PUT .*\/environments\/settings$/, { kind: 'status', status: 403 });
    await expect(apply()).rejects.toMatchObject({ code: 'GATE_GITHUB' });
    await apply();
    expect(await drift()).toEqual([]);
  });
});
