import type { Answer, Call, Routes } from './double.ts';

type Fields = Record<string, unknown>;

interface StoredRuleset extends Fields {
  readonly id: number;
  name: string;
}

interface StoredEnvironment {
  wait_timer: number;
  prevent_self_review: boolean;
  reviewers: { type: string; id: number }[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  branches: { id: number; name: string; type: string }[];
}

const repo = '/repos/{owner}/{repo}';
const actions = `${repo}/actions/permissions`;
const environment = `${repo}/environments/{environment_name}`;
const policies = `${environment}/deployment-branch-policies`;
const notFound: Answer = { status: 404, content: { message: 'Not Found' } };

/** The settings of a repository as GitHub keeps them. A new one is as open as GitHub makes it. */
export class StoredSettings {
  readonly repository: Fields = {
    private: true,
    default_branch: 'main',
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    security_and_analysis: { secret_scanning: { status: 'disabled' }, secret_scanning_push_protection: { status: 'disabled' } },
  };
  readonly actions: Record<string, Fields> = {
    '': { enabled: true, allowed_actions: 'all', sha_pinning_required: false },
    '/selected-actions': { github_owned_allowed: true, verified_allowed: true, patterns_allowed: [] },
    '/workflow': { default_workflow_permissions: 'write', can_approve_pull_request_reviews: true },
    '/fork-pr-workflows-private-repos': {
      run_workflows_from_fork_pull_requests: false,
      send_write_tokens_to_workflows: false,
      send_secrets_and_variables: false,
      require_approval_for_fork_pr_workflows: false,
    },
    '/artifact-and-log-retention': { days: 90, maximum_allowed_days: 400 },
  };
  readonly rulesets: StoredRuleset[] = [];
  readonly environments = new Map<string, StoredEnvironment>();
  readonly apps = new Map([
    ['github-actions', 15368],
    ['ranfleet-promote', 700001],
  ]);
  readonly teams = new Map([['ran-security', 81]]);
  /** Whether the token may write rulesets; GitHub shows nobody else who may pass by. */
  mayWrite = true;
  #nextId = 1;

  nextId(): number {
    return this.#nextId++;
  }

  routes(): Routes {
    return { ...this.#names(), ...this.#repository(), ...this.#actionRoutes(), ...this.#rulesetRoutes(), ...this.#environmentRoutes() };
  }

  #names(): Routes {
    const numbered = (ids: ReadonlyMap<string, number>, parameter: string) => (call: Call) => {
      const id = ids.get(call.operation.parameters[parameter] ?? '');
      return id === undefined ? notFound : { status: 200, content: { ...call.sample(200), id } };
    };
    return { 'get /apps/{app_slug}': numbered(this.apps, 'app_slug'), 'get /orgs/{org}/teams/{team_slug}': numbered(this.teams, 'team_slug') };
  }

  #repository(): Routes {
    const shown = (call: Call): Answer => {
      const { security_and_analysis: scans, ...rest } = this.repository;
      return { status: 200, content: { ...call.sample(200), ...rest, ...(this.mayWrite ? { security_and_analysis: scans } : {}) } };
    };
    return {
      [`get ${repo}`]: shown,
      [`patch ${repo}`]: (call) => {
        const { security_and_analysis: scans, ...rest } = call.body;
        Object.assign(this.repository, rest);
        Object.assign(this.repository['security_and_analysis'] as Fields, scans);
        return shown(call);
      },
    };
  }

  #actionRoutes(): Routes {
    const isListed = (path: string): boolean => path !== '/selected-actions' || this.actions['']?.['allowed_actions'] === 'selected';
    return Object.fromEntries(
      Object.keys(this.actions).flatMap((path) => [
        [`get ${actions}${path}`, () => (isListed(path) ? { status: 200, content: this.actions[path] } : { status: 409, content: { message: 'Conflict' } })],
        [
          `put ${actions}${path}`,
          ({ body }: Call) => {
            if (!isListed(path)) return { status: 409, content: { message: 'Conflict' } };
            Object.assign(this.actions[path] as Fields, body);
            return { status: 204 };
          },
        ],
      ]),
    );
  }

  #rulesetRoutes(): Routes {
    const stored = (call: Call) => this.rulesets.find(({ id }) => String(id) === call.operation.parameters['ruleset_id']);
    const brief = ({ id, name, target, enforcement }: StoredRuleset) => ({ id, name, target, enforcement, source: 'norvik/ran', source_type: 'Repository' });
    const whole = (call: Call, status: number, ruleset: StoredRuleset): Answer => {
      const { bypass_actors, ...rest } = ruleset;
      return { status, content: { ...call.sample(status), ...rest, ...(this.mayWrite ? { bypass_actors } : {}) } };
    };
    const one = (act: (call: Call, ruleset: StoredRuleset) => Answer) => (call: Call) => {
      const found = stored(call);
      return found === undefined ? notFound : act(call, found);
    };
    return {
      [`get ${repo}/rulesets`]: ({ page }) => page(this.rulesets, (items) => items.map(brief)),
      [`post ${repo}/rulesets`]: (call) => {
        if (this.rulesets.some(({ name }) => name === call.body['name'])) return { status: 422, content: { message: 'Name must be unique' } };
        const made: StoredRuleset = { bypass_actors: [], ...call.body, id: this.nextId(), name: String(call.body['name']) };
        this.rulesets.push(made);
        return whole(call, 201, made);
      },
      [`get ${repo}/rulesets/{ruleset_id}`]: one((call, ruleset) => whole(call, 200, ruleset)),
      [`put ${repo}/rulesets/{ruleset_id}`]: one((call, ruleset) => whole(call, 200, Object.assign(ruleset, call.body))),
      [`delete ${repo}/rulesets/{ruleset_id}`]: one((_, ruleset) => {
        this.rulesets.splice(this.rulesets.indexOf(ruleset), 1);
        return { status: 204 };
      }),
    };
  }

  #environmentRoutes(): Routes {
    const one = (act: (call: Call, found: StoredEnvironment) => Answer) => (call: Call) => {
      const found = this.environments.get(call.operation.parameters['environment_name'] ?? '');
      return found === undefined ? notFound : act(call, found);
    };
    return {
      [`get ${repo}/environments`]: ({ page, sample }) =>
        page([...this.environments], (items) => ({ ...sample(200), total_count: this.environments.size, environments: items.map(environmentAnswer) })),
      [`put ${environment}`]: ({ operation, body, sample }) => {
        const name = operation.parameters['environment_name'] ?? '';
        const { branches = [] } = this.environments.get(name) ?? {};
        const made = { wait_timer: 0, prevent_self_review: false, reviewers: [], deployment_branch_policy: null, ...body, branches };
        this.environments.set(name, made);
        return { status: 200, content: { ...sample(200), name } };
      },
      [`delete ${environment}`]: one(({ operation }) => {
        this.environments.delete(operation.parameters['environment_name'] ?? '');
        return { status: 204 };
      }),
      [`get ${policies}`]: one(({ page }, { branches }) => page(branches, (items) => ({ total_count: branches.length, branch_policies: items }))),
      [`post ${policies}`]: one(({ body }, { branches }) => {
        const made = { id: this.nextId(), type: 'branch', ...(body as { name: string }) };
        branches.push(made);
        return { status: 200, content: made };
      }),
      [`delete ${policies}/{branch_policy_id}`]: one(({ operation }, found) => {
        found.branches = found.branches.filter(({ id }) => String(id) !== operation.parameters['branch_policy_id']);
        return { status: 204 };
      }),
    };
  }
}

const environmentAnswer = ([name, { wait_timer, prevent_self_review, reviewers, deployment_branch_policy }]: readonly [string, StoredEnvironment]): Fields => {
  const link = { id: 1, node_id: 'n' };
  return {
    ...link,
    name,
    ...Object.fromEntries(['url', 'html_url'].map((key) => [key, 'https://github.test/'])),
    ...Object.fromEntries(['created_at', 'updated_at'].map((key) => [key, '2026-01-01T00:00:00Z'])),
    protection_rules: [
      ...(wait_timer > 0 ? [{ ...link, type: 'wait_timer', wait_timer }] : []),
      ...(reviewers.length > 0
        ? [{ ...link, type: 'required_reviewers', prevent_self_review, reviewers: reviewers.map(({ type, id }) => ({ type, reviewer: { id } })) }]
        : []),
      ...(deployment_branch_policy === null ? [] : [{ ...link, type: 'branch_policy' }]),
    ],
    deployment_branch_policy,
  };
};
