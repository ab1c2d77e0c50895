import { z } from 'zod';
import type { CheckState, Forge, PullState, PullText, Review } from '#model/forge.ts';
import { type At, attempts, type Client, type ClientOptions, createClient, guarded, mayHaveHappened, statusOf } from './octokit.ts';

export type ForgeOptions = Omit<ClientOptions, 'onCounted'>;

export interface GitHubForge {
  readonly forge: Forge;
  /** False when this run has asked often enough, or the rate limit is nearly used up. */
  mayGoOn(): boolean;
  /** Requests that counted so far. */
  requests(): number;
}

/** One run takes no more than a third of what an hour may cost, 1,500 requests. */
const mostRequests = 500;
/** So many requests stay for ways back and verdicts: the token of a workflow has 1,000 an hour (GitHub, "Rate limits for the REST API"). */
const reserve = 100;

const repository = z.object({ full_name: z.string() });
const commitId = z.string().regex(/^[0-9a-f]{40}$/);
const pull = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullable(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  updated_at: z.string(),
  user: z.object({ id: z.int() }).nullable(),
  head: z.object({ ref: z.string(), sha: commitId, repo: repository.nullable() }),
  base: z.object({ ref: z.string(), repo: repository }),
});
const review = z.object({ user: z.object({ id: z.int() }).nullable(), state: z.string(), commit_id: z.string().nullable() });
const checkRun = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  app: z.object({ slug: z.string().optional() }).nullable(),
});
const merged = z.object({ sha: commitId, merged: z.literal(true) });

/** No account has this id: an author who is gone counts as nobody. */
const nobody = 0;

/** Pull requests of one repository on GitHub. */
export const openGitHubForge = (options: ForgeOptions): GitHubForge => {
  let count = 0;
  let left = Number.POSITIVE_INFINITY;
  const client = createClient({
    ...options,
    onCounted: (remaining) => {
      count++;
      left = remaining ?? left;
    },
  });
  return {
    forge: forgeOf(client, { owner: options.owner, repo: options.repository }),
    mayGoOn: () => count < mostRequests && left > reserve,
    requests: () => count,
  };
};

const forgeOf = (client: Client, at: At): Forge => ({
  openPulls: (base) => guarded(`open pull requests to ${base}`, () => openPulls(client, at, { base })),
  closedPulls: (base, since) => guarded(`closed pull requests to ${base}`, () => closedPulls(client, at, base, since)),
  openPull: (branch, base, text) => guarded(`pull request of ${branch}`, () => openPull(client, at, { branch, base, text })),
  rewritePull: (number, text) => guarded(`pull request ${number}`, () => rewrite(client, at, number, text)),
  closePull: (number, text) => guarded(`pull request ${number}`, () => rewrite(client, at, number, { ...text, state: 'closed' })),
  reviews: (number) => guarded(`reviews of pull request ${number}`, () => reviewsOf(client, at, number)),
  checks: (sha) => guarded(`checks of ${sha}`, () => checksOf(client, at, sha)),
  mergePull: (number, headSha, text) => guarded(`merge of pull request ${number}`, () => mergePull(client, at, { number, headSha, text })),
});

const stateOf = ({ number, state, title, body, merged_at, merge_commit_sha, user, head, base }: z.infer<typeof pull>): PullState => ({
  number,
  state,
  // Of a pull request that is open the field names a trial merge, and of one that was closed the last of them.
  mergedAs: merged_at === null ? null : merge_commit_sha,
  mergedAt: merged_at,
  branch: head.repo?.full_name === base.repo.full_name ? head.ref : null,
  headSha: head.sha,
  base: base.ref,
  author: user?.id ?? nobody,
  title,
  body: body ?? '',
});

const openPulls = async (client: Client, at: At, only: { readonly base: string; readonly head?: string }): Promise<PullState[]> => {
  const found = await client.paginate(client.rest.pulls.list, { ...at, ...only, state: 'open', per_page: 100 });
  return z.array(pull).parse(found).map(stateOf);
};

/** Page by page, and no further than the time that was asked for: all that a repository ever closed would be thousands. */
const closedPulls = async (client: Client, at: At, base: string, since: string): Promise<PullState[]> => {
  const order = { state: 'closed', sort: 'updated', direction: 'desc', per_page: 100 } as const;
  const found: PullState[] = [];
  for await (const { data } of client.paginate.iterator(client.rest.pulls.list, { ...at, base, ...order })) {
    const page = z.array(pull).parse(data);
    found.push(...page.map(stateOf));
    if (page.some(({ updated_at }) => Date.parse(updated_at) < Date.parse(since))) break;
  }
  // One that moves to the front while pages are read stands on two of them.
  return [...new Map(found.map((p) => [p.number, p])).values()];
};

interface Wanted {
  readonly branch: string;
  readonly base: string;
  readonly text: PullText;
}

/**
 * GitHub takes one open pull request of a branch and refuses a second with 422, so the first thing to do is to ask for one: looking
 * before would cost a request each. After a refusal, and after an answer that was lost, what stands there decides.
 */
const openPull = async (client: Client, at: At, { branch, base, text }: Wanted): Promise<PullState> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { data } = await client.rest.pulls.create({ ...at, head: branch, base, ...text, request: { retries: 0 } });
      return stateOf(pull.parse(data));
    } catch (error) {
      if (statusOf(error) !== 422 && !mayHaveHappened(error)) throw error;
      const standing = (await openPulls(client, at, { base, head: `${at.owner}:${branch}` })).find((p) => p.branch === branch);
      if (standing) return standing;
      if (attempt >= attempts || statusOf(error) === 422) throw error;
    }
  }
};

const rewrite = async (client: Client, at: At, number: number, fields: PullText & { readonly state?: 'closed' }): Promise<void> => {
  await client.rest.pulls.update({ ...at, pull_number: number, ...fields });
};

const reviewsOf = async (client: Client, at: At, number: number): Promise<Review[]> => {
  const found = await client.paginate(client.rest.pulls.listReviews, { ...at, pull_number: number, per_page: 100 });
  return z
    .array(review)
    .parse(found)
    .map(({ user, state, commit_id }) => ({ author: user?.id ?? null, state, commit: commit_id }));
};

/** @throws when GitHub says that there are more than it shows: the one that failed may be among them */
const checksOf = async (client: Client, at: At, sha: string): Promise<CheckState[]> => {
  const found: z.infer<typeof checkRun>[] = [];
  let total = 0;
  for await (const { data } of client.paginate.iterator(client.rest.checks.listForRef, { ...at, ref: sha, filter: 'latest', per_page: 100 })) {
    found.push(...z.array(checkRun).parse(data));
    total = z.object({ total_count: z.int() }).parse({ total_count: (data as { total_count?: unknown }).total_count }).total_count;
  }
  if (found.length < total) throw new Error(`GitHub shows ${found.length} of ${total} check runs`);
  return found.map(({ name, status, conclusion, app }) => ({ name, app: app?.slug ?? null, conclusion: status === 'completed' ? conclusion : null }));
};

interface Merge {
  readonly number: number;
  readonly headSha: string;
  readonly text: PullText;
}

/** What GitHub answers when it will not merge: not mergeable, another head, not allowed like that. */
const refusals = [405, 409, 422];

/** A merge is one commit, and only of the head that was looked at. When its answer is lost, the pull request says what became of it. */
const mergePull = async (client: Client, at: At, { number, headSha, text }: Merge): ReturnType<Forge['mergePull']> => {
  const only = { sha: headSha, merge_method: 'squash', commit_title: `${text.title} (#${number})`, commit_message: text.body } as const;
  const once = async () => merged.parse((await client.rest.pulls.merge({ ...at, pull_number: number, ...only, request: { retries: 0 } })).data).sha;
  for (let attempt = 1; ; attempt++) {
    const { sha, error } = await once().then(
      (sha) => ({ sha, error: undefined }),
      (error: unknown) => ({ sha: null, error }),
    );
    const isRefused = refusals.includes(statusOf(error) ?? 0);
    const isLost = sha === null && !isRefused && mayHaveHappened(error);
    const commit = isLost || (isRefused && attempt > 1) ? await mergedAs(client, at, number, headSha) : sha;
    if (commit !== null) return { commit, reason: '' };
    if (isRefused) return { commit, reason: refusalOf(error) };
    if (!isLost || attempt >= attempts) throw error;
  }
};

/** What this very head has become on its base; null where it was not merged. */
const mergedAs = async (client: Client, at: At, number: number, headSha: string): Promise<string | null> => {
  const now = await pullNow(client, at, number);
  return now.headSha === headSha ? now.mergedAs : null;
};

const pullNow = async (client: Client, at: At, number: number): Promise<PullState> =>
  stateOf(pull.parse((await client.rest.pulls.get({ ...at, pull_number: number })).data));

const refusalOf = (error: unknown): string => {
  const { response } = error as { response?: { data?: { message?: unknown } } };
  return `GitHub does not merge it: ${String(response?.data?.message ?? 'it does not say why')}`;
};
