import { z } from 'zod';
import type { SettingsPart } from '#model/repository-settings.ts';
import type { At, Client } from './octokit.ts';

const rule = z.object({
  type: z.string(),
  wait_timer: z.int().optional(),
  prevent_self_review: z.boolean().optional(),
  reviewers: z.array(z.object({ type: z.string(), reviewer: z.object({ id: z.int() }) })).optional(),
});
const listed = z.array(
  z.object({
    name: z.string(),
    protection_rules: z.array(rule).default([]),
    deployment_branch_policy: z.object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() }).nullish(),
  }),
);
const policies = z.array(z.object({ id: z.int(), name: z.string(), type: z.enum(['branch', 'tag']).default('branch') }));
type Branch = Pick<z.infer<typeof policies>[number], 'name' | 'type'>;

const policiesPath = '/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies';

/** All environments, each with the branches whose jobs may use it. Where GitHub lets in every branch, or all protected ones, it says so. */
export const readEnvironments = async (client: Client, at: At): Promise<SettingsPart[]> => {
  const found = await client.paginate('GET /repos/{owner}/{repo}/environments', { ...at, per_page: 100 });
  return Promise.all(
    listed.parse(found).map(async ({ name, protection_rules: rules, deployment_branch_policy: policy }) => {
      const own = policy?.custom_branch_policies === true ? await readPolicies(client, at, name) : undefined;
      const open = policy ? 'every protected branch' : 'any';
      const value = {
        wait_timer: rules.find(({ type }) => type === 'wait_timer')?.wait_timer ?? 0,
        prevent_self_review: rules.find(({ type }) => type === 'required_reviewers')?.prevent_self_review ?? false,
        reviewers: rules.flatMap(({ reviewers = [] }) => reviewers.map(({ type, reviewer }) => ({ type, id: reviewer.id }))),
        branches: own?.map((p) => ({ type: p.type, name: p.name })) ?? [{ type: 'branch', name: open }],
      };
      return { kind: 'environment' as const, name, value };
    }),
  );
};

const readPolicies = async (client: Client, at: At, name: string): Promise<z.infer<typeof policies>> =>
  policies.parse(await client.paginate(`GET ${policiesPath}`, { ...at, environment_name: name, per_page: 100 }));

/** Writes an environment and, one by one, the branches that it lacks or has too many. */
export const putEnvironment = async (client: Client, at: At, { name, value }: SettingsPart): Promise<void> => {
  const { branches, ...fields } = value as { branches: readonly Branch[] };
  const one = { ...at, environment_name: name };
  const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true };
  await client.request('PUT /repos/{owner}/{repo}/environments/{environment_name}', { ...one, ...fields, deployment_branch_policy });
  const standing = await readPolicies(client, at, name);
  const isIn = (list: readonly Branch[], wanted: Branch): boolean => list.some((b) => b.name === wanted.name && b.type === wanted.type);
  for (const branch of branches) if (!isIn(standing, branch)) await client.request(`POST ${policiesPath}`, { ...one, ...branch });
  for (const extra of standing)
    if (!isIn(branches, extra)) await client.request(`DELETE ${policiesPath}/{branch_policy_id}`, { ...one, branch_policy_id: extra.id });
};
