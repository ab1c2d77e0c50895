import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { GitHubContract, type Method, type Operation } from './contract.ts';
import { bodyOf, cutShort, etagOf, send } from './http.ts';
import { type Answer, type Paged, PullHub } from './pulls.ts';

export type { Answer } from './pulls.ts';

/** What goes wrong with the next request that fits: before anything happened, or after it took effect. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly message?: string }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'truncate' }
  /** A read that does not know of the last write yet. */
  | { readonly kind: 'stale' };

/** What the double says to more operations, by `method /template`, as a test needs them. */
export type Routes = Readonly<Record<string, (call: Call) => Answer>>;

export interface Call {
  readonly operation: Operation;
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string;
  /** The smallest answer that fits. */
  sample(status: number): Record<string, unknown>;
  sampleItem(): Record<string, unknown>;
  page<T>(all: readonly T[], content: (items: readonly T[]) => unknown): Answer;
}

interface Comment {
  readonly id: number;
  readonly login: string;
  readonly type: 'Bot' | 'User';
  body: string;
}

interface Run {
  readonly id: number;
  readonly sha: string;
  readonly fields: Record<string, unknown>;
  readonly annotations: unknown[];
}

let contract: GitHubContract | undefined;
/** Read once: 13 MB. */
const theContract = (): GitHubContract => {
  contract ??= new GitHubContract();
  return contract;
};

const botLogin = 'ranfleet-gate[bot]';
const pageSize = 30;

/**
 * GitHub on loopback, as far as the engine uses it. Every request and every answer is held against GitHub's own OpenAPI
 * description; what does not fit stands in `violations`, and a test that ends with one has failed.
 */
export class GitHubDouble {
  readonly login = botLogin;
  readonly violations: string[] = [];
  readonly requests: string[] = [];
  readonly comments: Comment[] = [];
  readonly runs: Run[] = [];
  readonly scans: { readonly commit: string; readonly sarif: string }[] = [];
  pull = { number: 12, head: 'a'.repeat(40), base: 'b'.repeat(40), merge: 'c'.repeat(40) as string | null };
  /** Pull requests over real git, where a test has a repository for them. */
  readonly hub: PullHub | undefined;
  /** Answers that count against the rate limit: all but "not modified". */
  counted = 0;
  /** What every answer says of the rate limit. */
  remaining = 4_999;
  readonly #contract = theContract();
  readonly #faults: { readonly fits: RegExp; readonly fault: Fault }[] = [];
  readonly #server: Server;
  /** More operations than its own, as a test needs them. */
  routes: Routes = {};
  /** Which headers of authorization are good; an App has others than a token. */
  isGood = (authorization: string): boolean => authorization === 'token secret';
  #nextId = 100;

  constructor(bare?: string) {
    this.hub = bare === undefined ? undefined : new PullHub(bare, this.#contract);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next request whose `METHOD /path` fits goes wrong so; faults wait in line. */
  fail(fits: RegExp, ...faults: Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ fits, fault })));
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.#faults.length = 0;
  }

  someoneWrites(body: string, type: 'Bot' | 'User' = 'User', login = 'mallory'): void {
    this.comments.push({ id: this.#nextId++, login, type, body });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = String(request.method).toLowerCase() as Method;
    const line = `${String(request.method)} ${url.pathname}`;
    const { authorization = '' } = request.headers;
    this.requests.push(line);
    const text = await bodyOf(request);
    const fault = this.#takeFault(line);
    if (fault?.kind === 'reset' && fault.when === 'before') return void request.socket.destroy();
    if (fault?.kind === 'status') return send(response, fault.status, { message: fault.message ?? 'fault', documentation_url: '' }, fault.headers);
    if (!this.isGood(authorization)) return send(response, 401, { message: 'Bad credentials' });
    const operation = this.#contract.operation(method, url.pathname);
    if (!operation) return this.#refuse(response, `${line}: there is no such operation`);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const problems = this.#contract.requestProblems(operation, url.searchParams, body);
    if (problems.length > 0) return this.#refuse(response, `${line}: ${problems.join('; ')}`);
    const fields = (body ?? {}) as Record<string, unknown>;
    const asked = { operation, query: url.searchParams, body: fields, page: this.#pager(url), isStale: fault?.kind === 'stale' };
    this.#reply(request, response, operation, fault, this.hub?.act(asked) ?? this.#act(operation, url, fields, authorization));
  }

  #reply(request: IncomingMessage, response: ServerResponse, operation: Operation, fault: Fault | undefined, { status, content, headers = {} }: Answer): void {
    const wrong = status < 400 ? this.#contract.responseProblems(operation, status, content) : [];
    if (wrong.length > 0) this.violations.push(`answer to ${operation.method} ${operation.template}: ${wrong.join('; ')}`);
    if (fault?.kind === 'reset') return void request.socket.destroy();
    if (fault?.kind === 'truncate') return void cutShort(response, content);
    const etag = operation.method === 'get' && status === 200 ? etagOf([content, headers]) : undefined;
    if (etag && request.headers['if-none-match'] === etag.etag) return void response.writeHead(304, etag).end();
    this.counted++;
    send(response, status, content, { 'x-ratelimit-remaining': String(this.remaining), ...etag, ...headers });
  }

  #refuse(response: ServerResponse, problem: string): void {
    this.violations.push(problem);
    send(response, 422, { message: problem });
  }

  #takeFault(line: string): Fault | undefined {
    const index = this.#faults.findIndex(({ fits }) => fits.test(line));
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  #act(operation: Operation, url: URL, body: Record<string, unknown>, authorization: string): Answer {
    const { parameters } = operation;
    const route = this.routes[`${operation.method} ${operation.template}`];
    if (route) return route({ ...this.#call(operation, url), body, authorization });
    switch (`${operation.method} ${operation.template}`) {
      case 'get /repos/{owner}/{repo}/pulls/{pull_number}':
        return { status: 200, content: this.#pullAnswer(operation) };
      case 'get /repos/{owner}/{repo}/issues/{issue_number}/comments':
        return this.#page(url, this.comments, (items) => items.map((c) => this.#commentAnswer(this.#contract.sampleItem(operation), c)));
      case 'post /repos/{owner}/{repo}/issues/{issue_number}/comments': {
        const comment: Comment = { id: this.#nextId++, login: botLogin, type: 'Bot', body: String(body['body']) };
        this.comments.push(comment);
        return { status: 201, content: this.#commentAnswer(this.#contract.sample(operation, 201), comment) };
      }
      case 'patch /repos/{owner}/{repo}/issues/comments/{comment_id}': {
        const comment = this.comments.find((c) => String(c.id) === parameters['comment_id']);
        if (!comment) return { status: 404, content: { message: 'Not Found' } };
        comment.body = String(body['body']);
        return { status: 200, content: this.#commentAnswer(this.#contract.sample(operation, 200), comment) };
      }
      case 'post /repos/{owner}/{repo}/code-scanning/sarifs': {
        this.scans.push({ commit: String(body['commit_sha']), sarif: gunzipSync(Buffer.from(String(body['sarif']), 'base64')).toString() });
        return { status: 202, content: { id: 'upload', url: 'https://github.test/upload' } };
      }
      case 'get /repos/{owner}/{repo}/commits/{ref}/check-runs': {
        const fitting = this.runs.filter((r) => r.sha === parameters['ref'] && r.fields['name'] === url.searchParams.get('check_name'));
        return this.#page(url, fitting, (items) => ({ total_count: fitting.length, check_runs: items.map((r) => this.#runAnswer(r)) }));
      }
      case 'post /repos/{owner}/{repo}/check-runs': {
        const run: Run = { id: this.#nextId++, sha: String(body['head_sha']), fields: body, annotations: [] };
        this.runs.push(run);
        return { status: 201, content: this.#runAnswer(run) };
      }
      case 'patch /repos/{owner}/{repo}/check-runs/{check_run_id}': {
        const run = this.runs.find((r) => String(r.id) === parameters['check_run_id']);
        if (!run) return { status: 404, content: { message: 'Not Found' } };
        Object.assign(run.fields, body);
        run.annotations.push(...(((body['output'] as { annotations?: unknown[] } | undefined)?.annotations ?? []) as unknown[]));
        return { status: 200, content: this.#runAnswer(run) };
      }
      default:
        throw new Error(`the double does not know ${operation.method} ${operation.template}`);
    }
  }

  #call(operation: Operation, url: URL): Omit<Call, 'body' | 'authorization'> {
    return {
      operation,
      url,
      sample: (status) => this.#contract.sample(operation, status) as Record<string, unknown>,
      sampleItem: () => this.#contract.sampleItem(operation) as Record<string, unknown>,
      page: this.#pager(url),
    };
  }

  #pager(url: URL): Paged {
    return (all, content) => this.#page(url, all, content);
  }

  #page<T>(url: URL, all: readonly T[], content: (items: readonly T[]) => unknown) {
    const size = Number(url.searchParams.get('per_page') ?? pageSize);
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    next.host = this.host;
    const headers: Record<string, string> = page * size < all.length ? { link: `<${next.href}>; rel="next"` } : {};
    return { status: 200, content: content(all.slice((page - 1) * size, page * size)), headers };
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #pullAnswer(operation: Operation): unknown {
    const sample = this.#contract.sample(operation, 200) as { head: object; base: object };
    const { number, head, base, merge } = this.pull;
    return { ...sample, number, state: 'open', head: { ...sample.head, sha: head }, base: { ...sample.base, sha: base }, merge_commit_sha: merge };
  }

  #commentAnswer(sample: unknown, { id, body, login, type }: Comment): unknown {
    const uri = 'https://github.test/user';
    const links = ['avatar_url', 'url', 'html_url', 'followers_url', 'subscriptions_url', 'organizations_url', 'repos_url', 'received_events_url'];
    const texts = { node_id: 'n', gravatar_id: null, following_url: uri, gists_url: uri, starred_url: uri, events_url: uri };
    const user = { login, id: 1, type, site_admin: false, ...texts, ...Object.fromEntries(links.map((name) => [name, uri])) };
    return { ...(sample as object), id, body, user };
  }

  #runAnswer(run: Run): unknown {
    const operation = this.#contract.operation('post', '/repos/o/r/check-runs') as Operation;
    const sample = this.#contract.sample(operation, 201) as object;
    const { title = null, summary = null, text = null } = (run.fields['output'] ?? {}) as Record<string, unknown>;
    const output = { title, summary, text, annotations_count: run.annotations.length, annotations_url: 'https://github.test/annotations' };
    const { name, status = 'queued', conclusion = null, external_id = null } = run.fields;
    return { ...sample, id: run.id, head_sha: run.sha, name, status, conclusion, external_id, output };
  }
}
