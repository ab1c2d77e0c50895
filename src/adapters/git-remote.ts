import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GateError } from '#model/errors.ts';
import type { CommitRequest, FileChange, GitRemote } from '#model/forge.ts';
import { commitSnapshot } from './git.ts';

export interface GitRemoteOptions {
  /** A clone whose store of objects is used; its branches, index and working tree are left alone. */
  readonly clone: string;
  /** Where the branches are: a folder or an address that git can push to. */
  readonly url: string;
}

/** Longest talk with the other side, milliseconds. */
const timeoutMs = 120_000;
const author = { name: 'ranfleet', email: 'ranfleet@norvik.example' };

/** Branches of any repository that git can push to; `move` is a push with a lease on the exact old value. */
export const openGitRemote = ({ clone, url }: GitRemoteOptions): GitRemote => {
  const blobs = new Map<string, Buffer>();
  const tip = (branch: string): string | null => {
    const [line = ''] = must(clone, ['ls-remote', '--heads', '--', url, `refs/heads/${branch}`]).split('\n');
    return /^[0-9a-f]{40,64}(?=\t)/.exec(line)?.[0] ?? null;
  };
  return {
    tip: async (branch) => tip(branch),
    read: async (commit, wanted) => {
      ensureCommit(clone, url, commit);
      const snapshot = commitSnapshot(clone, commit, { blobs });
      const isWanted = (name: string): boolean => wanted.some((w) => (w.endsWith('/') ? name.startsWith(w) : name === w));
      const names = [...snapshot.files].filter(([name, { type }]) => type === 'file' && isWanted(name)).map(([name]) => name);
      snapshot.prefetch(names);
      return new Map(names.map((name) => [name, snapshot.read(name)]));
    },
    lastChange: async (commit, file) => {
      ensureCommit(clone, url, commit);
      const id = must(clone, ['log', '-1', '--first-parent', '--format=%H', commit, '--', file]);
      return id === '' ? null : id;
    },
    parent: async (commit) => {
      ensureCommit(clone, url, commit);
      const { ok, stdout } = git(clone, ['rev-parse', '--verify', '--quiet', `${commit}^1`]);
      return ok ? stdout : null;
    },
    changes: async (base, head) => {
      for (const commit of [base, head]) ensureCommit(clone, url, commit);
      return changesIn(must(clone, ['diff', '--raw', '-z', '--no-renames', '--no-ext-diff', '--abbrev=40', `${base}...${head}`]));
    },
    commit: async (request) => {
      ensureCommit(clone, url, request.parent);
      return makeCommit(clone, request);
    },
    move: async (branch, from, to) => moveBranch({ clone, url }, branch, from, to, tip),
  };
};

/** A push that takes effect only while the branch names `from`. */
const moveBranch = ({ clone, url }: GitRemoteOptions, branch: string, from: string | null, to: string, tip: (branch: string) => string | null): boolean => {
  const ref = `refs/heads/${branch}`;
  const pushed = git(clone, ['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:${from ?? ''}`, '--', url, `${to}:${ref}`]);
  if (pushed.ok) return true;
  // The answer may be lost although the push took effect, so what stands there decides.
  const now = tip(branch);
  if (now === to) return true;
  if (now !== from) return false;
  throw failed('push', pushed.stderr);
};

/** Brings the objects of a commit into the clone; no branch of it moves. */
const ensureCommit = (clone: string, url: string, commit: string): void => {
  const isHere = (): boolean => git(clone, ['cat-file', '-e', `${commit}^{commit}`]).ok;
  if (isHere()) return;
  const branches = must(clone, ['ls-remote', '--heads', '--', url])
    .split('\n')
    .flatMap((line) => line.split('\t')[1] ?? []);
  must(clone, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', url, ...branches]);
  if (!isHere()) throw failed('fetch', `no branch of ${url} holds ${commit}`);
};

/** Of `git diff --raw -z`: modes and ids before and after, a letter, and then the path. */
const changesIn = (raw: string): FileChange[] => {
  const entries = [...raw.matchAll(/:(\d+) (\d+) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*\0([^\0]+)\0/g)];
  if (entries.map(([entry]) => entry).join('') !== raw) throw failed('diff', 'its list of files has another shape');
  return entries.map(([, before, after, blob = '', letter, path = '']) => ({
    path,
    blob,
    status: letter === 'M' && before === after && before === '100644' ? 'modified' : letter === 'A' ? 'added' : 'other',
  }));
};

const makeCommit = (clone: string, { parent, files, message, at }: CommitRequest): string => {
  const index = path.join(tmpdir(), `ranfleet-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    must(clone, ['read-tree', parent], { env });
    const entries = [...files].map(([name, bytes]) => `100644 ${must(clone, ['hash-object', '-w', '--stdin'], { input: bytes })}\t${name}\0`);
    must(clone, ['update-index', '-z', '--index-info'], { env, input: entries.join('') });
    const tree = must(clone, ['write-tree'], { env });
    return must(clone, ['commit-tree', '--no-gpg-sign', '-p', parent, tree], { env: identityAt(at), input: message });
  } finally {
    rmSync(index, { force: true });
  }
};

const identityAt = (at: string): Record<string, string> =>
  Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [...Object.entries({ NAME: author.name, EMAIL: author.email, DATE: at }).map(([k, v]) => [`GIT_${who}_${k}`, v])]),
  );

interface Extra {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

const git = (clone: string, args: readonly string[], { env = {}, input = '' }: Extra = {}): { ok: boolean; stdout: string; stderr: string } => {
  const settings = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...env };
  const result = spawnSync('git', ['-C', clone, ...args], { input, env: settings, timeout: timeoutMs, maxBuffer: 64 * 2 ** 20 });
  if (result.error) throw failed(args[0] ?? '', result.error.message);
  return { ok: result.status === 0, stdout: result.stdout.toString().trim(), stderr: result.stderr.toString().trim() };
};

const must = (clone: string, args: readonly string[], extra: Extra = {}): string => {
  const { ok, stdout, stderr } = git(clone, args, extra);
  if (ok) return stdout;
  throw failed(args[0] ?? '', stderr);
};

const failed = (what: string, problem: string): GateError =>
  new GateError('GATE_GIT_FAILED', 'undecided', `git ${what} failed: ${problem.replace(/\/\/[^/@\s]*@/g, '//')}`, {
    hint: 'Look whether the repository can be reached and pushed to, then run it again.',
  });
