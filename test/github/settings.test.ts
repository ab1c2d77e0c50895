import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredSettings } from '../support/github/settings.ts';
import { openedSettings, type SettingsRun } from '../support/github/settings-run.ts';

let stored: StoredSettings;
let apply: SettingsRun['apply'];
let drift: SettingsRun['drift'];
let writes: SettingsRun['writes'];

beforeEach(async () => {
  ({ stored, apply, drift, writes } = await openedSettings());
});

const ruleset = (name: string) => stored.rulesets.find((r) => r.name === name) as unknown as Record<string, Fields & Fields[]>;
type Fields = Record<string, unknown>;
const parametersOf = (name: string, type: string): Fields => ruleset(name)['rules']?.find((r: Fields) => r['type'] === type)?.['parameters'] as Fields;

describe('a new repository', () => {
  test('drifts in every part, and nowhere after settings were applied', async () => {
    expect(await drift()).toEqual([
      'actions: allowed_actions',
      'actions: sha_pinning_required',
      'environment promotion',
      'environment settings',
      'private-forks: require_approval_for_fork_pr_workflows',
      'private-forks: run_workflows_from_fork_pull_requests',
      'repository: allow_merge_commit',
      'repository: allow_rebase_merge',
      'repository: allow_update_branch',
      'repository: delete_branch_on_merge',
      'repository: squash_merge_commit_message',
      'repository: squash_merge_commit_title',
      'ruleset fixed-tags',
      'ruleset main-history',
      'ruleset main-review',
      'ruleset promotion-branches',
      'ruleset pushed-files',
      'security: secret_scanning',
      'security: secret_scanning_push_protection',
      'selected-actions',
      'workflow-permissions: can_approve_pull_request_reviews',
      'workflow-permissions: default_workflow_permissions',
    ]);
    await apply();
    expect(await drift()).toEqual([]);
    expect(stored.rulesets.map((r) => [r.name, r['enforcement']])).toEqual(
      ['fixed-tags', 'main-history', 'main-review', 'promotion-branches', 'pushed-files'].map((n) => [n, 'active']),
    );
    expect(ruleset('main-review')['bypass_actors']).toEqual([{ actor_id: 700001, actor_type: 'Integration', bypass_mode: 'always' }]);
    expect(parametersOf('main-review', 'required_status_checks')['required_status_checks']).toEqual([
      { context: 'verdict', integration_id: 15368 },
      { context: 'check', integration_id: 15368 },
    ]);
    expect(stored.environments.get('promotion')?.branches.map(({ name }) => name)).toEqual(['main']);
  });

  test('is not written to by a second run', async () => {
    await apply();
    const before = writes().length;
    expect(await apply()).toEqual([]);
    expect(writes()).toHaveLength(before);
  });
});

describe('one weakening is one drift, told by its path, and mended by one more run', () => {
  beforeEach(async () => {
    await apply();
  });

  test.each<[string, string, () => void]>([
    ['a ruleset that is off', 'ruleset main-review: enforcement', () => void Object.assign(ruleset('main-review'), { enforcement: 'disabled' })],
    ['a ruleset that is only tried out', 'ruleset main-history: enforcement', () => void Object.assign(ruleset('main-history'), { enforcement: 'evaluate' })],
    [
      'an administrator who may pass by',
      'ruleset main-history: bypass_actors["OrganizationAdmin null"]',
      () => void ruleset('main-history')['bypass_actors']?.push({ actor_id: null, actor_type: 'OrganizationAdmin', bypass_mode: 'always' }),
    ],
    [
      'a role that may pass by',
      'ruleset main-review: bypass_actors["RepositoryRole 5"]',
      () => void ruleset('main-review')['bypass_actors']?.push({ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }),
    ],
    [
      'an App that leaves no trace',
      'ruleset main-review: bypass_actors["Integration 700001"].bypass_mode',
      () => void Object.assign(ruleset('main-review')['bypass_actors']?.[0] as Fields, { bypass_mode: 'exempt' }),
    ],
    ['a rule that is gone', 'ruleset main-history: rules.non_fast_forward', () => void ruleset('main-history')['rules']?.splice(1, 1)],
    [
      'fewer reviews',
      'ruleset main-review: rules.pull_request.parameters.required_approving_review_count',
      () => void Object.assign(parametersOf('main-review', 'pull_request'), { required_approving_review_count: 1 }),
    ],
    [
      'no review by owners',
      'ruleset main-review: rules.pull_request.parameters.require_code_owner_review',
      () => void Object.assign(parametersOf('main-review', 'pull_request'), { require_code_owner_review: false }),
    ],
    [
      'a last push that nobody saw',
      'ruleset main-review: rules.pull_request.parameters.require_last_push_approval',
      () => void Object.assign(parametersOf('main-review', 'pull_request'), { require_last_push_approval: false }),
    ],
    [
      'another way to merge',
      'ruleset main-review: rules.pull_request.parameters.allowed_merge_methods.merge',
      () => void (parametersOf('main-review', 'pull_request')['allowed_merge_methods'] as string[]).push('merge'),
    ],
    [
      'a check that anybody can post',
      'ruleset main-review: rules.required_status_checks.parameters.required_status_checks.verdict.integration_id',
      () => void delete (parametersOf('main-review', 'required_status_checks')['required_status_checks'] as Fields[])[0]?.['integration_id'],
    ],
    [
      'a check that is not required',
      'ruleset main-review: rules.required_status_checks.parameters.required_status_checks.verdict',
      () => void (parametersOf('main-review', 'required_status_checks')['required_status_checks'] as Fields[]).shift(),
    ],
    [
      'a branch that need not be up to date',
      'ruleset main-review: rules.required_status_checks.parameters.strict_required_status_checks_policy',
      () => void Object.assign(parametersOf('main-review', 'required_status_checks'), { strict_required_status_checks_policy: false }),
    ],
    [
      'a check that is not asked of new branches',
      'ruleset main-review: rules.required_status_checks.parameters.do_not_enforce_on_create',
      () => void Object.assign(parametersOf('main-review', 'required_status_checks'), { do_not_enforce_on_create: true }),
    ],
    [
      'a branch that is left out',
      'ruleset main-review: conditions.ref_name.exclude["refs/heads/main"]',
      () => void Object.assign(ruleset('main-review'), { conditions: { ref_name: { include: ['refs/heads/main'], exclude: ['refs/heads/main'] } } }),
    ],
    [
      'a ruleset that is gone',
      'ruleset main-history',
      () =>
        void stored.rulesets.splice(
          stored.rulesets.findIndex((r) => r.name === 'main-history'),
          1,
        ),
    ],
    [
      'tokens that may write',
      'workflow-permissions: default_workflow_permissions',
      () => void Object.assign(stored.actions['/workflow'] ?? {}, { default_workflow_permissions: 'write' }),
    ],
    ['actions by tag', 'actions: sha_pinning_required', () => void Object.assign(stored.actions[''] ?? {}, { sha_pinning_required: false })],
    [
      'an action of somebody else',
      'selected-actions: patterns_allowed["someone/*"]',
      () => void Object.assign(stored.actions['/selected-actions'] ?? {}, { patterns_allowed: ['someone/*'] }),
    ],
    ['a merge commit', 'repository: allow_merge_commit', () => void Object.assign(stored.repository, { allow_merge_commit: true })],
    [
      'no scan of pushes',
      'security: secret_scanning_push_protection',
      () => void Object.assign(stored.repository['security_and_analysis'] as Fields, { secret_scanning_push_protection: { status: 'disabled' } }),
    ],
    [
      'another branch that may use an environment',
      'environment promotion: branches["branch dev"]',
      () => void stored.environments.get('promotion')?.branches.push({ id: 99, name: 'dev', type: 'branch' }),
    ],
    ['an environment that is gone', 'environment settings', () => void stored.environments.delete('settings')],
  ])('%s', async (_, at, weaken) => {
    weaken();
    expect(await drift()).toEqual([at]);
    expect(await apply()).toHaveLength(1);
    expect(await drift()).toEqual([]);
  });

  test('every action is allowed: two parts say so', async () => {
    Object.assign(stored.actions[''] ?? {}, { allowed_actions: 'all' });
    expect(await drift()).toEqual(['actions: allowed_actions', 'selected-actions']);
    expect(await apply()).toEqual(['put actions', 'put selected-actions']);
    expect(await drift()).toEqual([]);
  });

  test('an environment that every branch may use', async () => {
    Object.assign(stored.environments.get('settings') ?? {}, { deployment_branch_policy: null });
    expect(await drift()).toEqual(['environment settings: branches["branch any"]', 'environment settings: branches["branch main"]']);
    await apply();
    expect(await drift()).toEqual([]);
  });

  test('a public repository', async () => {
    stored.repository['private'] = false;
    expect(await drift()).toEqual(['private-forks', 'repository: private']);
  });

  test('a ruleset and an environment of somebody else stay, unless asked for', async () => {
    stored.rulesets.push({
      id: 4000,
      name: 'theirs',
      target: 'branch',
      enforcement: 'active',
      bypass_actors: [],
      conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
      rules: [{ type: 'creation' }],
    });
    stored.environments.set('theirs', { wait_timer: 0, prevent_self_review: false, reviewers: [], deployment_branch_policy: null, branches: [] });
    expect(await drift()).toEqual(['environment theirs', 'ruleset theirs']);
    expect(await apply()).toEqual([]);
    expect(await apply({ prune: true })).toEqual(['remove ruleset theirs', 'remove environment theirs']);
    expect(await drift()).toEqual([]);
  });

  test('a second ruleset of the same name is one too many', async () => {
    stored.rulesets.push({ ...stored.rulesets[0], id: 4001, name: stored.rulesets[0]?.name ?? '' });
    expect(await drift()).toEqual(['ruleset fixed-tags (2)']);
  });

  test('what GitHub adds in its answers and is off is no drift', async () => {
    Object.assign(parametersOf('main-review', 'pull_request'), { required_reviewers: [], dismissal_restriction: { enabled: false, allowed_actors: [] } });
    expect(await drift()).toEqual([]);
  });
});
