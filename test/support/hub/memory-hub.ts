import { createHash } from 'node:crypto';
import type { CheckState, FileBytes, FileChange, Forge, GitRemote, PullState, PullText, Review } from '#model/forge.ts';
import { blobId } from '#util/overlay-snapshot.ts';

interface Commit {
  readonly parent: string | null;
  readonly files: FileBytes;
  readonly changed: readonly string[];
}

/** A gate that every call passes: before it has an effect, and after. */
export type Passage = (call: string, effect: () => unknown) => Promise<unknown>;

const account = 1;
const approver = 7;

/** A Git server with pull requests, in memory. Its branches move by compare and set, its merges fail where the same file changed on both sides. */
export class MemoryHub {
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  readonly pulls: PullState[] = [];

  constructor(files: FileBytes) {
    this.branches.set('main', this.#put({ parent: null, files, changed: [...files.keys()] }, 'first'));
  }

  /** Commits of a branch, the newest first. */
  history(branch = 'main'): (Commit & { readonly id: string })[] {
    const found: (Commit & { readonly id: string })[] = [];
    for (let id: string | null = this.branches.get(branch) ?? null; id !== null; ) {
      const commit: Commit = this.#at(id);
      found.push({ id, ...commit });
      id = commit.parent;
    }
    return found;
  }

  filesAt(branch = 'main'): FileBytes {
    return this.#at(this.branches.get(branch) ?? '').files;
  }

  remote(pass: Passage): GitRemote {
    const call = <T>(name: string, effect: () => T): Promise<T> => pass(name, effect) as Promise<T>;
    return {
      tip: (branch) => call('tip', () => this.branches.get(branch) ?? null),
      read: (commit, wanted) => call('read', () => this.#read(commit, wanted)),
      lastChange: (commit, path) => call('lastChange', () => this.#lastChange(commit, path)),
      parent: (commit) => call('parent', () => this.#at(commit).parent),
      changes: (_base, head) => call('changes', () => this.#changes(head)),
      commit: ({ parent, files, message, at }) =>
        call('commit', () => this.#put({ parent, files: new Map([...this.#at(parent).files, ...files]), changed: [...files.keys()] }, `${message}${at}`)),
      move: (branch, from, to) =>
        call('move', () => {
          if ((this.branches.get(branch) ?? null) !== from) return false;
          this.branches.set(branch, to);
          return true;
        }),
    };
  }

  forge(pass: Passage): Forge {
    const call = <T>(name: string, effect: () => T): Promise<T> => pass(name, effect) as Promise<T>;
    const edit = (number: number, fields: Partial<PullState>): void => {
      this.pulls[number - 1] = { ...(this.pulls[number - 1] as PullState), ...fields };
    };
    const current = (pull: PullState): PullState => (pull.state === 'open' ? { ...pull, headSha: this.branches.get(pull.branch ?? '') ?? '' } : pull);
    return {
      openPulls: () => call('openPulls', () => this.pulls.filter((p) => p.state === 'open').map(current)),
      closedPulls: () => call('closedPulls', () => this.pulls.filter((p) => p.state === 'closed').reverse()),
      openPull: (branch, base, text) => call('openPull', () => this.#open(branch, base, text)),
      rewritePull: (number, text) => call('rewritePull', () => edit(number, text)),
      closePull: (number, text) => call('closePull', () => edit(number, { ...text, state: 'closed' })),
      reviews: (number) =>
        call('reviews', (): Review[] => [{ author: approver, state: 'APPROVED', commit: current(this.pulls[number - 1] as PullState).headSha }]),
      checks: () => call('checks', (): CheckState[] => [{ name: 'verdict', app: 'github-actions', conclusion: 'success' }]),
      mergePull: (number, headSha) =>
        call('mergePull', () => {
          const pull = current(this.pulls[number - 1] as PullState);
          const commit = pull.state === 'open' && pull.headSha === headSha ? this.#merged(pull) : null;
          if (commit !== null) edit(number, { state: 'closed', headSha, mergedAs: commit, mergedAt: '' });
          return { commit, reason: commit === null ? 'it can not be merged' : '' };
        }),
    };
  }

  #at(id: string): Commit {
    const commit = this.commits.get(id);
    if (commit === undefined) throw new Error(`there is no commit ${id}`);
    return commit;
  }

  #put(commit: Commit, message: string): string {
    const hash = createHash('sha1').update(`${commit.parent}\n${message}\n`);
    for (const path of commit.changed) hash.update(`${path}\0`).update(commit.files.get(path) ?? '');
    const id = hash.digest('hex');
    this.commits.set(id, commit);
    return id;
  }

  #read(commit: string, wanted: readonly string[]): FileBytes {
    const { files } = this.#at(commit);
    return new Map([...files].filter(([name]) => wanted.some((w) => (w.endsWith('/') ? name.startsWith(w) : name === w))));
  }

  #lastChange(commit: string, path: string): string | null {
    for (let id: string | null = commit; id !== null; id = this.#at(id).parent) if (this.#at(id).changed.includes(path)) return id;
    return null;
  }

  #open(branch: string, base: string, text: PullText): PullState {
    const standing = this.pulls.find((p) => p.branch === branch && p.state === 'open');
    if (standing) return standing;
    const made: PullState = {
      number: this.pulls.length + 1,
      state: 'open',
      mergedAs: null,
      mergedAt: null,
      branch,
      headSha: this.branches.get(branch) ?? '',
      base,
      author: account,
      ...text,
    };
    this.pulls.push(made);
    return made;
  }

  #changes(head: string): FileChange[] {
    const { changed, files } = this.#at(head);
    return changed.map((path) => ({ path, status: 'modified', blob: blobId(files.get(path) ?? Buffer.alloc(0)) }));
  }

  #merged({ headSha, base, title }: PullState): string | null {
    const head = this.#at(headSha);
    const tip = this.branches.get(base) ?? '';
    const [fork, now] = [this.#at(head.parent ?? ''), this.#at(tip)];
    if (head.changed.some((path) => !(fork.files.get(path) ?? Buffer.alloc(0)).equals(now.files.get(path) ?? Buffer.alloc(0)))) return null;
    const files = new Map([...now.files, ...head.changed.map((path): [string, Buffer] => [path, head.files.get(path) ?? Buffer.alloc(0)])]);
    const id = this.#put({ parent: tip, files, changed: head.changed }, title);
    this.branches.set(base, id);
    return id;
  }
}
