import { z } from 'zod';

const apiVersion = z.literal('ranfleet.norvik.example/v1alpha1');
const name = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a kebab-case name');

/** GitHub's name for an App in addresses: `ranfleet-promote`. Its number is asked for when it is needed. */
const app = z.string().regex(/^[a-z0-9][a-z0-9-]{0,98}$/, 'must be the name of an App as in its address, like ranfleet-promote');
const team = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,98}$/, 'must be the name of a team as in its address, like ran-security');
const enabled = z.enum(['enabled', 'disabled']);

/** `.github/settings/repository.yaml`: the repository, its scans, and what Actions may do. Fields are GitHub's own, from its REST API. */
export const repositorySettingsSchema = z.strictObject({
  apiVersion,
  kind: z.literal('RepositorySettings'),
  repository: z.strictObject({
    private: z.boolean(),
    default_branch: z.string().min(1),
    allow_squash_merge: z.boolean(),
    allow_merge_commit: z.boolean(),
    allow_rebase_merge: z.boolean(),
    allow_auto_merge: z.boolean(),
    allow_update_branch: z.boolean(),
    delete_branch_on_merge: z.boolean(),
    squash_merge_commit_title: z.enum(['PR_TITLE', 'COMMIT_OR_PR_TITLE']),
    squash_merge_commit_message: z.enum(['PR_BODY', 'COMMIT_MESSAGES', 'BLANK']),
  }),
  security: z.strictObject({ secret_scanning: enabled, secret_scanning_push_protection: enabled }),
  actions: z.strictObject({
    permissions: z.strictObject({ enabled: z.boolean(), allowed_actions: z.literal('selected'), sha_pinning_required: z.boolean() }),
    selected: z.strictObject({ github_owned_allowed: z.boolean(), verified_allowed: z.boolean(), patterns_allowed: z.array(z.string().min(1)) }),
    workflow: z.strictObject({ default_workflow_permissions: z.enum(['read', 'write']), can_approve_pull_request_reviews: z.boolean() }),
    private_forks: z.strictObject({
      run_workflows_from_fork_pull_requests: z.boolean(),
      send_write_tokens_to_workflows: z.boolean(),
      send_secrets_and_variables: z.boolean(),
      require_approval_for_fork_pr_workflows: z.boolean(),
    }),
    retention: z.strictObject({ days: z.int().min(1).max(400) }),
  }),
});
export type RepositorySettings = z.infer<typeof repositorySettingsSchema>;

const bare = z.strictObject({ type: z.enum(['creation', 'update', 'deletion', 'non_fast_forward', 'required_linear_history', 'required_signatures']) });
const rule = <T extends string, P extends z.ZodRawShape>(type: T, parameters: P) =>
  z.strictObject({ type: z.literal(type), parameters: z.strictObject(parameters) });

const rules = z.union([
  bare,
  rule('pull_request', {
    required_approving_review_count: z.int().min(0).max(10),
    dismiss_stale_reviews_on_push: z.boolean(),
    require_code_owner_review: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_review_thread_resolution: z.boolean(),
    allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).min(1),
  }),
  rule('required_status_checks', {
    strict_required_status_checks_policy: z.boolean(),
    required_status_checks: z.array(z.strictObject({ context: z.string().min(1), app })).min(1),
  }),
  rule('file_path_restriction', { restricted_file_paths: z.array(z.string().min(1)).min(1) }),
  rule('file_extension_restriction', { restricted_file_extensions: z.array(z.string().min(1)).min(1) }),
  rule('max_file_size', { max_file_size: z.int().min(1).max(100) }),
  rule('max_file_path_length', { max_file_path_length: z.int().min(1).max(32767) }),
]);

/** `.github/settings/rulesets/<name>.yaml`. Who may pass by is an App and nobody else: a role or a team would be every person in it. */
export const rulesetSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal('Ruleset'),
    name,
    target: z.enum(['branch', 'tag', 'push']),
    enforcement: z.literal('active', 'must be active: a ruleset that is off or only tried out protects nothing'),
    bypass_actors: z.array(z.strictObject({ app, bypass_mode: z.enum(['always', 'pull_request']) })),
    conditions: z.strictObject({ ref_name: z.strictObject({ include: z.array(z.string().min(1)).min(1), exclude: z.array(z.string().min(1)) }) }).optional(),
    rules: z.array(rules).min(1),
  })
  .superRefine(({ target, conditions, rules: list }, ctx) => {
    if ((target === 'push') === (conditions !== undefined))
      ctx.addIssue({ code: 'custom', path: ['conditions'], message: 'names refs for branches and tags, and is absent for pushes' });
    const twice = list.findIndex((one, at) => list.findIndex(({ type }) => type === one.type) !== at);
    if (twice >= 0) ctx.addIssue({ code: 'custom', path: ['rules', twice], message: `the rule ${list[twice]?.type} stands twice` });
  });
export type Ruleset = z.infer<typeof rulesetSchema>;

/** `.github/settings/environments/<name>.yaml`: from which branches jobs may take its secrets, and who has to say yes. */
export const environmentSchema = z.strictObject({
  apiVersion,
  kind: z.literal('Environment'),
  name,
  /** Minutes. */
  wait_timer: z.int().min(0).max(43_200),
  prevent_self_review: z.boolean(),
  reviewers: z.array(z.strictObject({ team })).max(6),
  branches: z.array(z.string().min(1)).min(1),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What GitHub reads and writes in one call, or nearly so. Rulesets and environments have names, the others are there once. */
export type PartKind =
  | 'repository'
  | 'security'
  | 'actions'
  | 'selected-actions'
  | 'workflow-permissions'
  | 'private-forks'
  | 'retention'
  | 'ruleset'
  | 'environment';

export interface SettingsPart {
  readonly kind: PartKind;
  readonly name: string;
  /** In GitHub's own form, with the numbers of Apps and teams. */
  readonly value: Readonly<Record<string, unknown>>;
  /** GitHub's number of a ruleset that is there. */
  readonly id?: number;
}

/**
 * The settings of one repository on GitHub. Every failure is a GateError: undecided, never silence; so is an answer that leaves out what
 * the token may not see.
 */
export interface SettingsHost {
  /** Number of an App by the name in its address. */
  appId(slug: string): Promise<number>;
  /** Number of a team of the organisation that owns the repository. */
  teamId(slug: string): Promise<number>;
  /** Everything that is there: parts that exist once, all rulesets of the repository itself, all environments. */
  read(): Promise<readonly SettingsPart[]>;
  /** Brings one part about; doing it twice is doing it once. */
  put(part: SettingsPart): Promise<void>;
  /** Takes a ruleset or an environment away. */
  remove(part: SettingsPart): Promise<void>;
}
