import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type Bottleneck from 'bottleneck';
import { z } from 'zod';
import { GateError, messageOf } from '#model/errors.ts';
import type { CheckRun, GitHub, Published, PullRequest } from '#model/github.ts';

export interface GitHubOptions {
  /** Base address of the REST interface, `https://api.github.com` on GitHub itself. */
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Account whose comments are ours: `github-actions[bot]`, or the bot of the App whose token this is. */
  readonly login: string;
  /** Told of every wait and retry. */
  readonly onNote?: (text: string) => void;
  /** Another pace than GitHub asks for: milliseconds that stand for one second of waiting, and the queues of writes. */
  readonly pace?: { readonly secondMs: number; readonly write: Bottleneck.Group; readonly notifications: Bottleneck.Group };
}

/** Checks API: "maximum of 50 per API request", in GitHub's own OpenAPI description of `output.annotations`. */
const annotationsPerRequest = 50;
/** A wait longer than this is told instead of waited for: a job that hangs for an hour helps nobody. */
const longestWaitSeconds = 120;
const attempts = 3;
/** Asked again, these answer the same. 429 is among them because only the throttle knows how long GitHub wants us to wait. */
const hopeless = [400, 401, 403, 404, 410, 422, 429, 451];

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

const RestClient = Octokit.plugin(retry, throttling);

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

type Client = InstanceType<typeof RestClient>;
interface At {
  readonly owner: string;
  readonly repo: string;
}

const createClient = ({ apiUrl, token, onNote, pace }: GitHubOptions): Client => {
  const { secondMs = 1000, ...queues } = pace ?? {};
  const wait = (what: string) => (seconds: number, _request: unknown, _client: unknown, retries: number) => {
    const waits = seconds <= longestWaitSeconds && retries < attempts;
    onNote?.(`GitHub: ${what}; ${waits ? `again in ${seconds} s` : `would have to wait ${seconds} s`}`);
    return waits;
  };
  return new RestClient({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'ranfleet',
    log: { debug: () => {}, info: () => {}, warn: (text) => onNote?.(text), error: () => {} },
    retry: { retries: attempts, retryAfterBaseValue: secondMs, doNotRetry: hopeless },
    throttle: { ...queues, retryAfterBaseValue: secondMs, onRateLimit: wait('rate limit'), onSecondaryRateLimit: wait('secondary rate limit') },
  });
};

const guarded = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    const problem = error instanceof z.ZodError ? `an answer has another shape: ${z.prettifyError(error)}` : messageOf(error);
    throw new GateError('GATE_GITHUB', 'undecided', `${what}: ${problem}`, {
      hint: 'Run the step again: what was published is updated, never doubled. Look at the permissions of the token when it says 401, 403 or 404.',
      cause: error,
    });
  }
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

/**
 * Something that must exist once. When the answer to a creation is lost nobody knows whether it happened, so look again
 * before making another.
 */
const findOrCreate = async (find: () => Promise<number | undefined>, create: () => Promise<number>): Promise<Published> => {
  for (let attempt = 1; ; attempt++) {
    const id = await find();
    if (id !== undefined) return { id, created: false };
    try {
      return { id: await create(), created: true };
    } catch (error) {
      if (attempt >= attempts || !mayHaveHappened(error)) throw error;
    }
  }
};

const mayHaveHappened = (error: unknown): boolean => {
  const status = (error as { status?: number }).status;
  return status === undefined || status >= 500;
};
