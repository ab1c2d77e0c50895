import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { GateError, isGateError } from '#model/errors.ts';
import type { FileEntry, Snapshot, SourceMemo } from '#model/ports.ts';
import type { FileHistory } from '#model/waiver.ts';

const maxOutput = 512 * 1024 * 1024;

interface GitResult {
  readonly ok: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export const run = (directory: string, args: readonly string[], input?: string): GitResult => {
  const result = spawnSync('git', ['-C', directory, '--no-optional-locks', ...args], {
    maxBuffer: maxOutput,
    ...(input === undefined ? {} : { input }),
  });
  if (result.error) {
    throw new GateError('GATE_GIT_FAILED', 'undecided', `git could not be started: ${result.error.message}`, { hint: 'Install git.', cause: result.error });
  }
  return { ok: result.status === 0, stdout: result.stdout, stderr: result.stderr.toString().trim() };
};

export const must = (directory: string, args: readonly string[], input?: string): Buffer => {
  const result = run(directory, args, input);
  if (result.ok) return result.stdout;
  throw new GateError('GATE_GIT_FAILED', 'undecided', `git ${args[0]} failed: ${result.stderr}`, { hint: 'Run it by hand to see more.' });
};

/** Largest file that is read, bytes. A larger one may stand in the tree, as long as nobody has to look into it. */
const largestFile = 8 * 2 ** 20;

const tooLarge = (name: string, size: number): GateError =>
  new GateError('GATE_LIMIT_EXCEEDED', 'limit', `${JSON.stringify(name)} has ${size} bytes, more than ${largestFile}`, { hint: 'Split it, or take it out.' });

export const split = (buffer: Buffer): string[] =>
  buffer
    .toString()
    .split('\0')
    .filter((s) => s !== '');

/** Top folder of the checkout that holds `directory`. */
export const repositoryRoot = (directory: string): string => {
  const result = run(directory, ['rev-parse', '--show-toplevel']);
  if (result.ok) return result.stdout.toString().trim();
  throw new GateError('GATE_NO_REPOSITORY', 'usage', `${directory} is not inside a git checkout`, { hint: 'Run this inside a clone of the fleet repository.' });
};

/** Full commit SHA of a revision, or undefined when there is none of that name. */
export const resolveCommit = (repository: string, revision: string): string | undefined => {
  const result = run(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  return result.ok ? result.stdout.toString().trim() : undefined;
};

/** Merge base of two commits, or undefined when their histories never met. */
export const mergeBase = (repository: string, a: string, b: string): string | undefined => {
  const result = run(repository, ['merge-base', a, b]);
  return result.ok ? result.stdout.toString().trim() : undefined;
};

/** Who wrote a file, co-authors too, and when it or one of the folders was last touched in the history of a commit. */
export const fileHistory = (repository: string, commit: string, file: string, folders: readonly string[]): FileHistory => {
  const format = '--format=%an <%ae>%n%(trailers:key=Co-authored-by,valueonly)';
  const lines = must(repository, ['log', format, commit, '--', file]).toString().split('\n');
  const seconds = must(repository, ['log', '-1', '--format=%ct', commit, '--', file, ...folders])
    .toString()
    .trim();
  return {
    authors: [...new Set(lines.map((l) => l.trim()).filter((l) => l !== ''))],
    day: seconds === '' ? undefined : new Date(Number(seconds) * 1000).toISOString().slice(0, 10),
  };
};

/** The commit of a checkout, or `working tree` when some of the given files or folders differ from it. */
export const checkoutLabel = (directory: string, paths: readonly string[]): string => {
  const status = run(directory, ['status', '--porcelain=v2', '--branch', '--untracked-files=normal', '--', ...paths]);
  if (!status.ok) return 'no git checkout';
  const lines = status.stdout
    .toString()
    .split('\n')
    .filter((l) => l !== '');
  if (lines.some((l) => !l.startsWith('#'))) return 'working tree';
  return /^# branch\.oid ([0-9a-f]{12})/m.exec(lines.join('\n'))?.[1] ?? 'working tree';
};

const entryType = (mode: string): FileEntry['type'] => (mode === '120000' ? 'symlink' : mode === '160000' ? 'submodule' : 'file');

const fleetFolders = /^(agents|apps|clusters)\/.*\.yaml$/;

/**
 * Files of the fleet up to this size come together once a few were asked for one by one: starting git so often costs more than reading
 * them all, and a run that remembers most answers asks for hardly any.
 */
const smallBytes = 64 * 1024;
const fewReads = 4;

/** Answers by blob id; what git has no id for, like a link in the working tree, is not remembered. */
const recallWith =
  (memo: SourceMemo | undefined, files: ReadonlyMap<string, FileEntry>) =>
  <T>(about: string, name: string, find: () => T): T => {
    const entry = files.get(name);
    return memo !== undefined && entry?.type === 'file' && /^[0-9a-f]{40,64}$/.test(entry.id) ? memo.recall(about, entry.id, find) : find();
  };

export interface SnapshotMemory {
  /** Snapshots that share it read each blob once. */
  readonly blobs?: Map<string, Buffer>;
  readonly memo?: SourceMemo | undefined;
}

/** The files of one commit, read from git's object store. */
export const commitSnapshot = (repository: string, commit: string, { blobs = new Map<string, Buffer>(), memo }: SnapshotMemory = {}): Snapshot => {
  const files = new Map<string, FileEntry>();
  const small = new Set<string>();
  const large = new Map<string, number>();
  for (const row of split(must(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]))) {
    const [, mode = '', , id = '', size = '', name = ''] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(row) ?? [];
    files.set(name, { id, type: entryType(mode) });
    if (Number(size) > largestFile) large.set(id, Number(size));
    if (fleetFolders.test(name) && size !== '-' && Number(size) <= smallBytes) small.add(id);
  }
  let reads = 0;
  const load = (asked: readonly string[]): void => {
    const ids = new Set(asked);
    if (++reads > fewReads) for (const id of small) if (!blobs.has(id)) ids.add(id);
    if (reads > fewReads) small.clear();
    if (ids.size === 0) return;
    const output = must(repository, ['cat-file', '--batch'], `${[...ids].join('\n')}\n`);
    readBatch(output, (id, bytes) => blobs.set(id, bytes));
  };
  return {
    label: commit.slice(0, 12),
    files,
    prefetch: (paths) => {
      const ids = new Set([...paths].map((p) => files.get(p)?.id).filter((id): id is string => id !== undefined && !blobs.has(id) && !large.has(id)));
      if (ids.size > 0) load([...ids]);
    },
    read: (name) => {
      const entry = files.get(name);
      if (!entry) throw noFile(commit.slice(0, 12), name);
      const size = large.get(entry.id);
      if (size !== undefined) throw tooLarge(name, size);
      if (!blobs.has(entry.id)) load([entry.id]);
      return blobs.get(entry.id) ?? Buffer.alloc(0);
    },
    recall: recallWith(memo, files),
  };
};

const readBatch = (output: Buffer, take: (id: string, bytes: Buffer) => void): void => {
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [id = '', type = '', size = '0'] = output.subarray(at, end).toString().split(' ');
    if (type === 'missing') throw new GateError('GATE_GIT_FAILED', 'undecided', `git has no object ${id}`, { hint: 'Fetch the full history.' });
    const from = end + 1;
    take(id, output.subarray(from, from + Number(size)));
    at = from + Number(size) + 1;
  }
};

const noFile = (label: string, name: string): GateError =>
  new GateError('GATE_NO_FILE', 'undecided', `${label} has no file ${name}`, { hint: 'Name a path of the repository, with / between its parts.' });

/** The files of the working tree: tracked ones as they are on disk, and untracked ones that git does not ignore. */
export const worktreeSnapshot = (repository: string, memo?: SourceMemo): Snapshot => {
  const files = new Map<string, FileEntry>();
  for (const row of split(must(repository, ['ls-files', '-s', '-z']))) {
    const [, mode = '', id = '', name = ''] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(row) ?? [];
    files.set(name, { id, type: entryType(mode) });
  }
  const status = split(must(repository, ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none']));
  rehash(
    repository,
    status.map((row) => row.slice(3)),
    files,
  );
  const contents = new Map<string, Buffer>();
  return {
    label: 'working tree',
    files,
    prefetch: () => {},
    read: (name) => {
      if (!files.has(name)) throw noFile('the working tree', name);
      const known = contents.get(name) ?? readEntry(repository, name);
      contents.set(name, known);
      return known;
    },
    recall: recallWith(memo, files),
  };
};

/** Never opens what is no regular file: a pipe would wait for ever. */
const readEntry = (repository: string, name: string): Buffer => {
  const file = path.join(repository, name);
  try {
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) return Buffer.from(readlinkSync(file));
    if (stat.size > largestFile) throw tooLarge(name, stat.size);
    if (stat.isFile()) return readFileSync(file);
  } catch (cause) {
    if (isGateError(cause)) throw cause;
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new GateError('GATE_NO_FILE', 'undecided', `${JSON.stringify(name)} can not be read: ${code}`, { hint: 'Mend its permissions.', cause });
  }
  throw noFile('the working tree', JSON.stringify(name));
};

const rehash = (repository: string, names: readonly string[], files: Map<string, FileEntry>): void => {
  const regular: string[] = [];
  for (const name of names) {
    const stat = lstatSync(path.join(repository, name), { throwIfNoEntry: false });
    const isRepository = name.endsWith('/') || files.get(name)?.type === 'submodule';
    files.delete(name);
    if (stat?.isSymbolicLink()) files.set(name, { id: `symlink:${readlinkSync(path.join(repository, name))}`, type: 'symlink' });
    else if (stat?.isDirectory() && isRepository) files.set(name.replace(/\/$/, ''), { id: 'nested repository', type: 'submodule' });
    else if (stat?.isFile()) regular.push(name);
  }
  const hashable = regular.filter((name) => !name.includes('\n'));
  for (const name of regular.filter((n) => n.includes('\n'))) throw noFile('the working tree', JSON.stringify(name));
  if (hashable.length === 0) return;
  const ids = must(repository, ['hash-object', '--stdin-paths'], `${hashable.join('\n')}\n`)
    .toString()
    .split('\n');
  for (const [i, name] of hashable.entries()) files.set(name, { id: ids[i] ?? '', type: 'file' });
};
