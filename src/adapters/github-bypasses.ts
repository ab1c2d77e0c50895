import { z } from 'zod';
import { type ClientOptions, createClient, guarded } from './octokit.ts';

const suites = z.array(z.object({ actor_name: z.string(), before_sha: z.string(), after_sha: z.string(), pushed_at: z.string() }));

/** Pushes of the last week to one branch that a ruleset let by (docs.github.com/rest/repos/rule-suites). */
export const readBypasses = (access: ClientOptions, branch: string) =>
  guarded('pushes that passed by', async () => {
    const asked = {
      owner: access.owner,
      repo: access.repository,
      ref: `refs/heads/${branch}`,
      time_period: 'week',
      rule_suite_result: 'bypass',
      per_page: 100,
    } as const;
    const found = await createClient(access).paginate('GET /repos/{owner}/{repo}/rulesets/rule-suites', asked);
    return suites.parse(found).map((s) => ({ actor: s.actor_name, before: s.before_sha, after: s.after_sha, at: s.pushed_at }));
  });
