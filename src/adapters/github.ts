import { z } from 'zod';
import type { CheckRun, GitHub, Published, PullRequest } from '#model/github.ts';
import { findOrCreate } from './find-or-create.ts';
import { type At, attempts, type Client, type ClientOptions, createClient, guarded, mayHaveHappened } from './octokit.ts';

export interface GitHubOptions extends ClientOptions {
  /** Account whose comments are ours: `github-actions[bot]`, or the bot of the App whose token this is. */
  readonly login: string;
}

/** Checks API: "maximum of 50 per API request", in GitHub's own OpenAPI description of `output.annotations`. */
const annotationsPerRequest = 50;

const pullRequest = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  head: z.object({ sha: z.string().min(40) }),
  base: z.object({ sha: z.string().min(40) }),
  merge_commit_sha: z.string().nullable(),
});
const made = z.object({ id: z.int() });
const comments = z.array(z.object({ id: z.int(), body: z.string().optional(), user: z.object({ login: z.string(), type: z.string() }).nullable() }));
const checkRuns = z.array(z.object({ id: z.int(), external_id: z.string().nullable(), output: z.object({ annotations_count: z.int() }) }));

/** GitHub over its REST interface, with waits at rate limits and retries of what is safe to repeat. */
export const openGitHub = (options: GitHubOptions): GitHub => {
  const client = createClient(options);
  const at = { owner: options.owner, repo: options.repository };
  return {
    pullRequest: (number) => guarded(`pull request ${number}`, () => readPullRequest(client, at, number)),
    publishCheck: (run) => guarded(`check run ${run.name}`, () => publishCheck(client, at, run)),
    uploadSarif: ({ sha, ref, sarif }) =>
      guarded('code scanning', async () => {
        await client.rest.codeScanning.uploadSarif({ ...at, commit_sha: sha, ref, sarif, tool_name: 'ranfleet' });
      }),
    publishComment: (pull, marker, body) => guarded(`comment on pull request ${pull}`, () => publishComment(client, at, options.login, pull, marker, body)),
  };
};

const readPullRequest = async (client: Client, at: At, number: number): Promise<PullRequest> => {
  const { data } = await client.rest.pulls.get({ ...at, pull_number: number });
  const pull = pullRequest.parse(data);
  return { number: pull.number, state: pull.state, headSha: pull.head.sha, baseSha: pull.base.sha, mergeSha: pull.merge_commit_sha };
};

const publishCheck = async (client: Client, at: At, run: CheckRun): Promise<Published> => {
  const output = { title: run.title, summary: run.summary, text: run.text };
  const target = await findOrCreate(
    async () => (await findCheck(client, at, run))?.id,
    async () => {
      const request = { retries: 0 };
      const fields = { name: run.name, head_sha: run.headSha, external_id: run.externalId };
      const { data } = await client.rest.checks.create({ ...at, ...fields, status: 'in_progress', request });
      return made.parse(data).id;
    },
  );
  if (run.annotations.length > 0) await appendAnnotations(client, at, run, target, output);
  await client.rest.checks.update({ ...at, check_run_id: target.id, status: 'completed', conclusion: run.conclusion, output });
  return target;
};

/**
 * An update appends its annotations. What already stands is counted by GitHub, so that neither a lost answer nor a second run
 * tells anything twice: the annotations of one external id are always the same, in the same order.
 */
const appendAnnotations = async (client: Client, at: At, run: CheckRun, target: Published, output: { title: string; summary: string; text: string }) => {
  const standing = async (): Promise<number> => (await findCheck(client, at, run))?.output.annotations_count ?? 0;
  let sent = target.created ? 0 : await standing();
  for (let attempt = 1; sent < run.annotations.length; ) {
    const page = run.annotations.slice(sent, sent + annotationsPerRequest).map((annotation) => ({ ...annotation }));
    const request = { retries: 0 };
    try {
      await client.rest.checks.update({ ...at, check_run_id: target.id, output: { ...output, annotations: page }, request });
      sent += page.length;
    } catch (error) {
      if (attempt++ >= attempts || !mayHaveHappened(error)) throw error;
      sent = await standing();
    }
  }
};

const findCheck = async (client: Client, at: At, run: CheckRun): Promise<z.infer<typeof checkRuns>[number] | undefined> => {
  const found = await client.paginate(client.rest.checks.listForRef, { ...at, ref: run.headSha, check_name: run.name, filter: 'all', per_page: 100 });
  return checkRuns.parse(found).find((r) => r.external_id === run.externalId);
};

const publishComment = async (client: Client, at: At, login: string, pull: number, marker: string, body: string): Promise<Published> => {
  const target = await findOrCreate(
    () => findComment(client, at, login, pull, marker),
    async () => {
      const request = { retries: 0 };
      const { data } = await client.rest.issues.createComment({ ...at, issue_number: pull, body, request });
      return made.parse(data).id;
    },
  );
  if (!target.created) await client.rest.issues.updateComment({ ...at, comment_id: target.id, body });
  return target;
};

/** Anybody can write the marker; only what our own account wrote is ours. */
const findComment = async (client: Client, at: At, login: string, pull: number, marker: string): Promise<number | undefined> => {
  const found = await client.paginate(client.rest.issues.listComments, { ...at, issue_number: pull, per_page: 100 });
  return comments.parse(found).find((c) => c.user?.login === login && c.user.type === 'Bot' && c.body?.startsWith(marker) === true)?.id;
};
