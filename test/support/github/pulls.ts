import { spawnSync } from 'node:child_process';
import type { GitHubContract, Operation } from './contract.ts';

interface Pull {
  readonly number: number;
  readonly branch: string;
  readonly base: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  /** Head that it had when it was closed. */
  headSha: string;
  mergedAs: string | null;
  mergedAt: string | null;
  updatedAt: string;
}

export interface Answer {
  readonly status: number;
  readonly content?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One page of a list. */
export type Paged = <T>(all: readonly T[], content: (items: readonly T[]) => unknown) => Answer;

export interface Asked {
  readonly operation: Operation;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly page: Paged;
  /** Answer a read as it was before the last write. */
  readonly isStale: boolean;
}

const author = 1;
const approver = 7;
/** The App that posts the verdicts of the gate. */
const gateApp = 'github-actions';
const root = '/repos/{owner}/{repo}';
const refused = (status: number, message: string): Answer => ({ status, content: { message, documentation_url: '' } });

/** Pull requests over a bare repository of real git: a head is the tip of its branch, a merge is a real one. */
export class PullHub {
  pulls: Pull[] = [];
  /** The conclusion of the check `verdict` of any head; null while it runs. */
  conclusion: string | null = 'success';
  /** Who approves any head that is looked at. */
  approvers: readonly number[] = [approver];
  /** Other check runs of any head. */
  otherChecks: readonly string[] = [];
  readonly #bare: string;
  readonly #contract: GitHubContract;
  #before: Pull[] = [];
  #writes = 0;

  constructor(bare: string, contract: GitHubContract) {
    this.#bare = bare;
    this.#contract = contract;
  }

  /** Undefined: it is about something else. */
  act(asked: Asked): Answer | undefined {
    const { operation, query, body, page } = asked;
    const number = Number(operation.parameters['pull_number']);
    switch (`${operation.method} ${operation.template}`) {
      case `get ${root}/pulls`:
        return page(this.#listed(query, asked.isStale), (items) => items.map((p) => this.#answerOf(this.#contract.sampleItem(operation), p)));
      case `get ${root}/pulls/{pull_number}`:
        return { status: 200, content: this.#answerOf(this.#contract.sample(operation, 200), this.#at(number, asked.isStale)) };
      case `get ${root}/pulls/{pull_number}/reviews`:
        return page(this.approvers, (items) => items.map((id) => this.#reviewOf(operation, id, this.#at(number, false))));
      case `get ${root}/commits/{ref}/check-runs`:
        return this.#checks(asked);
      case `post ${root}/pulls`:
        return this.#write(() => this.#open(operation, body));
      case `patch ${root}/pulls/{pull_number}`:
        return this.#write(() => this.#edit(operation, this.#at(number, false), body));
      case `put ${root}/pulls/{pull_number}/merge`:
        return this.#write(() => this.#merge(operation, this.#at(number, false), body));
      default:
        return undefined;
    }
  }

  /** A person closes or reopens one. */
  setState(number: number, state: 'open' | 'closed'): void {
    const pull = this.#at(number, false);
    Object.assign(pull, { headSha: this.headOf(pull), state, updatedAt: this.#time() });
  }

  headOf({ state, branch, headSha }: Pull): string {
    return state === 'open' ? this.#git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).out : headSha;
  }

  #write(act: () => Answer): Answer {
    const before = structuredClone(this.pulls);
    const answer = act();
    if (answer.status < 400) this.#before = before;
    return answer;
  }

  /** Each write has a time of its own, after every plan of a test. */
  #time(): string {
    return new Date(Date.parse('2027-12-01T00:00:00Z') + 1000 * ++this.#writes).toISOString();
  }

  #at(number: number, isStale: boolean): Pull {
    const found = (isStale ? this.#before : this.pulls).find((p) => p.number === number) ?? this.pulls[number - 1];
    if (found === undefined) throw new Error(`there is no pull request ${number}`);
    return found;
  }

  #listed(query: URLSearchParams, isStale: boolean): Pull[] {
    const [state, base, head] = [query.get('state') ?? 'open', query.get('base'), query.get('head')];
    const found = (isStale ? this.#before : this.pulls).filter(
      (p) => (state === 'all' || p.state === state) && (base === null || p.base === base) && (head === null || head.endsWith(`:${p.branch}`)),
    );
    const [key, sign] = [query.get('sort') === 'updated' ? ('updatedAt' as const) : ('number' as const), query.get('direction') === 'asc' ? 1 : -1];
    return found.sort((a, b) => (a[key] < b[key] ? -sign : sign));
  }

  #open(operation: Operation, { head, base, title, body }: Readonly<Record<string, unknown>>): Answer {
    const branch = String(head);
    if (!this.#git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).ok) return refused(422, 'Validation Failed: head invalid');
    if (this.pulls.some((p) => p.state === 'open' && p.branch === branch && p.base === base)) return refused(422, 'A pull request already exists');
    const texts = { title: String(title), body: String(body), updatedAt: this.#time() };
    const number = this.pulls.length + 1;
    const made: Pull = { number, branch, base: String(base), state: 'open', headSha: '', mergedAs: null, mergedAt: null, ...texts };
    this.pulls.push(made);
    return { status: 201, content: this.#answerOf(this.#contract.sample(operation, 201), made) };
  }

  #edit(operation: Operation, pull: Pull, { title = pull.title, body = pull.body, state = pull.state }: Readonly<Record<string, unknown>>): Answer {
    Object.assign(pull, { headSha: this.headOf(pull), title, body, state, updatedAt: this.#time() });
    return { status: 200, content: this.#answerOf(this.#contract.sample(operation, 200), pull) };
  }

  #merge(operation: Operation, pull: Pull, { sha, merge_method, commit_title, commit_message }: Readonly<Record<string, unknown>>): Answer {
    if (pull.state !== 'open' || merge_method !== 'squash') return refused(405, 'Pull Request is not mergeable');
    const head = this.headOf(pull);
    if (sha !== head) return refused(409, 'Head branch was modified. Review and try the merge again.');
    const tip = this.#git('rev-parse', `refs/heads/${pull.base}`).out;
    const tree = this.#git('merge-tree', '--write-tree', tip, head);
    if (!tree.ok) return refused(405, 'Pull Request is not mergeable');
    const commit = this.#git('commit-tree', '-p', tip, '-m', `${String(commit_title)}\n\n${String(commit_message)}`, tree.out).out;
    if (!this.#git('update-ref', `refs/heads/${pull.base}`, commit, tip).ok) return refused(405, 'Base branch was modified. Review and try the merge again.');
    const time = this.#time();
    Object.assign(pull, { state: 'closed', headSha: head, mergedAs: commit, mergedAt: time, updatedAt: time });
    return {
      status: 200,
      content: { ...(this.#contract.sample(operation, 200) as object), sha: commit, merged: true, message: 'Pull Request successfully merged' },
    };
  }

  #checks({ operation, page }: Asked): Answer {
    const [run] = (this.#contract.sampleList(operation, 'check_runs') ?? []) as { app: object }[];
    const own = { name: 'verdict', status: this.conclusion === null ? 'in_progress' : 'completed', conclusion: this.conclusion };
    const all = [own, ...this.otherChecks.map((name) => ({ name, status: 'completed', conclusion: 'success' }))];
    return page(all, (items) => ({ total_count: all.length, check_runs: items.map((fields) => ({ ...run, ...fields, app: { ...run?.app, slug: gateApp } })) }));
  }

  #reviewOf(operation: Operation, id: number, pull: Pull): unknown {
    const sample = this.#contract.sampleItem(operation) as { user: object };
    return { ...sample, user: { ...sample.user, id }, state: 'APPROVED', commit_id: this.headOf(pull) };
  }

  #answerOf(given: unknown, pull: Pull): unknown {
    const sample = given as { user: object; head: { repo: object }; base: { repo: object } };
    const { number, title, body, state, branch, base, mergedAs, mergedAt, updatedAt } = pull;
    const repo = { ...sample.base.repo, full_name: 'norvik/ran' };
    return {
      ...sample,
      ...{ number, title, body, state, merged_at: mergedAt, merge_commit_sha: mergedAs, updated_at: updatedAt },
      user: { ...sample.user, id: author },
      head: { ...sample.head, ref: branch, sha: this.headOf(pull), repo },
      base: { ...sample.base, ref: base, repo },
    };
  }

  #git(...args: string[]): { readonly ok: boolean; readonly out: string } {
    const names = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((who) => [[`GIT_${who}_NAME`, 'GitHub'], [`GIT_${who}_EMAIL`, 'noreply@github.test']])); // biome-ignore format: one table
    const { status, stdout } = spawnSync('git', ['-C', this.#bare, ...args], { env: { ...process.env, ...names }, encoding: 'utf8' });
    return { ok: status === 0, out: stdout.trim() };
  }
}
