import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '#model/ports.ts';
import { faultOf } from '../../test/support/faults.ts';
import { GitRepository } from '../../test/support/git-repository.ts';
import { commitSnapshot, mergeBase, repositoryRoot, resolveCommit, worktreeSnapshot } from './git.ts';

const names = [
  'plain.yaml',
  'with space.yaml',
  'deep/er/x.yaml',
  'blåbær/æøå.yaml',
  '日本.yaml',
  'quote"d.yaml',
  'tab\there.yaml',
  "it's.yaml",
  '-dash.yaml',
  'line\nbreak.yaml',
];
let repository: GitRepository;
let first: string;

beforeEach(() => {
  repository = new GitRepository({
    ...Object.fromEntries(names.map((n) => [n, `content of ${n}\n`])),
    'empty.yaml': '',
    'bytes.bin': Buffer.from([0, 255, 10, 13, 10, 0]),
    '.gitignore': '*.log\n',
  });
  symlinkSync('plain.yaml', repository.at('link'));
  symlinkSync('/etc', repository.at('folder-link'));
  chmodSync(repository.at('plain.yaml'), 0o755);
  first = repository.commit('first');
});
afterEach(() => repository.close());

const worktree = (): Snapshot => worktreeSnapshot(repository.directory);
const commit = (id = first): Snapshot => commitSnapshot(repository.directory, id);
const entries = ({ files }: Snapshot) => Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
const contents = (snapshot: Snapshot) => Object.fromEntries([...snapshot.files.keys()].sort().map((name) => [name, snapshot.read(name).toString('latin1')]));
const differs = (): string[] => {
  const [was, is] = [entries(commit()), entries(worktree())];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((n) => JSON.stringify(was[n]) !== JSON.stringify(is[n]))
    .map((n) => `${n}: ${was[n]?.type} -> ${is[n]?.type}`);
};

describe('a clean working tree', () => {
  test('is its commit, entry by entry and byte by byte', () => {
    expect(entries(worktree())).toEqual(entries(commit()));
    expect(contents(worktree())).toEqual(contents(commit()));
  });

  test('holds every name as it is, whatever letters are in it', () => {
    expect([...worktree().files.keys()].sort()).toEqual([...names, 'empty.yaml', 'bytes.bin', '.gitignore', 'link', 'folder-link'].sort());
  });

  test('tells links from files, and reads a link as the path it names', () => {
    for (const snapshot of [worktree(), commit()]) {
      expect([...snapshot.files].filter(([, { type }]) => type === 'symlink').map(([name]) => [name, snapshot.read(name).toString()])).toEqual([
        ['folder-link', '/etc'],
        ['link', 'plain.yaml'],
      ]);
    }
  });
});

describe('the working tree as it stands on disk', () => {
  test('shows what was modified, added, deleted and left out, with the id that a commit would give', () => {
    repository.write({ 'plain.yaml': 'other\n', 'new file.yaml': 'new\n', 'ignored.log': 'x', 'blåbær/ny.yaml': 'ny\n' });
    rmSync(repository.at('with space.yaml'));
    expect(differs().sort()).toEqual([
      'blåbær/ny.yaml: undefined -> file',
      'new file.yaml: undefined -> file',
      'plain.yaml: file -> file',
      'with space.yaml: file -> undefined',
    ]);
    const before = entries(worktree());
    expect(before).toEqual(entries(commit(repository.commit('second'))));
  });

  test('is the same whether changes are staged or not', () => {
    repository.write({ 'plain.yaml': 'other\n', 'new.yaml': 'new\n' });
    rmSync(repository.at('empty.yaml'));
    const before = entries(worktree());
    repository.git('add', '--all');
    expect(entries(worktree())).toEqual(before);
  });

  test('shows what is on disk where the index says something else', () => {
    repository.write({ 'plain.yaml': 'staged\n' });
    repository.git('add', '--all');
    repository.write({ 'plain.yaml': 'on disk\n' });
    expect(worktree().read('plain.yaml').toString()).toBe('on disk\n');
    expect(worktree().files.get('plain.yaml')?.id).toBe(repository.git('hash-object', 'plain.yaml'));
  });

  test('has an equal file where only its executable bit differs', () => {
    chmodSync(repository.at('empty.yaml'), 0o755);
    chmodSync(repository.at('plain.yaml'), 0o644);
    expect(differs()).toEqual([]);
  });

  test('tells a file that became a link, and a link that points elsewhere', () => {
    rmSync(repository.at('empty.yaml'));
    symlinkSync('/etc/passwd', repository.at('empty.yaml'));
    rmSync(repository.at('link'));
    symlinkSync('elsewhere', repository.at('link'));
    symlinkSync('/etc', repository.at('untracked-link'));
    expect(differs().sort()).toEqual(['empty.yaml: file -> symlink', 'link: symlink -> symlink', 'untracked-link: undefined -> symlink']);
    expect(worktree().read('link').toString()).toBe('elsewhere');
  });

  test('tells a file that became a folder', () => {
    rmSync(repository.at('empty.yaml'));
    repository.write({ 'empty.yaml/inner.yaml': 'x' });
    expect(differs().sort()).toEqual(['empty.yaml/inner.yaml: undefined -> file', 'empty.yaml: file -> undefined']);
  });

  test('shows another repository inside as a submodule, untracked or committed', () => {
    mkdirSync(repository.at('nested'));
    repository.git('-C', repository.at('nested'), 'init', '--quiet');
    repository.write({ 'nested/a.yaml': 'x' });
    repository.git('-C', repository.at('nested'), 'add', '--all');
    repository.git('-C', repository.at('nested'), 'commit', '--quiet', '--message', 'inner');
    expect(differs()).toEqual(['nested: undefined -> submodule']);
    const second = repository.commit('with a nested repository');
    expect(commit(second).files.get('nested')?.type).toBe('submodule');
    expect(entries(worktree())).toEqual(entries(commit(second)));
  });

  test('keeps an unfinished merge as it lies on disk', () => {
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.write({ 'plain.yaml': 'theirs\n' });
    repository.commit('theirs');
    repository.git('checkout', '--quiet', 'main');
    repository.write({ 'plain.yaml': 'ours\n' });
    repository.commit('ours');
    expect(() => repository.git('merge', 'other')).toThrow();
    expect(worktree().files.get('plain.yaml')?.id).toBe(repository.git('hash-object', 'plain.yaml'));
    expect(worktree().read('plain.yaml').toString()).toContain('<<<<<<<');
  });

  test('refuses a new name with a line break, which git could not be asked about', () => {
    repository.write({ 'new\nline.yaml': 'x' });
    expect(faultOf(worktree)).toEqual({ code: 'GATE_NO_FILE', fault: 'undecided', message: 'the working tree has no file "new\\nline.yaml"' });
  });

  test('is left as it was: no lock, no refreshed index', () => {
    const index = repository.git('hash-object', '.git/index');
    chmodSync(repository.at('plain.yaml'), 0o755);
    worktree();
    expect(repository.git('hash-object', '.git/index')).toBe(index);
  });
});

describe('reading', () => {
  test('a file that a snapshot does not have is a fault', () => {
    expect(faultOf(() => worktree().read('none.yaml'))).toEqual({
      code: 'GATE_NO_FILE',
      fault: 'undecided',
      message: 'the working tree has no file none.yaml',
    });
    expect(faultOf(() => commit().read('none.yaml'))).toEqual({
      code: 'GATE_NO_FILE',
      fault: 'undecided',
      message: `${first.slice(0, 12)} has no file none.yaml`,
    });
  });

  test('files loaded together are the files read alone', () => {
    const together = commit();
    together.prefetch([...together.files.keys(), 'none.yaml']);
    expect(contents(together)).toEqual(contents(commit()));
  });
});

describe('revisions', () => {
  test('a name becomes a full commit, and an unknown one or an option becomes nothing', () => {
    repository.git('tag', '--annotate', 'v1', '--message', 'v1');
    expect(['main', 'v1', 'HEAD', first.slice(0, 10)].map((r) => resolveCommit(repository.directory, r))).toEqual([first, first, first, first]);
    expect(['none', '', '--all', 'main:plain.yaml', `${first}^^^^`].map((r) => resolveCommit(repository.directory, r))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('the merge base is where two histories parted, if they ever met', () => {
    repository.git('checkout', '--quiet', '-b', 'other');
    repository.commit('other');
    expect(mergeBase(repository.directory, 'main', 'other')).toBe(first);
    repository.git('checkout', '--quiet', '--orphan', 'stranger');
    repository.commit('stranger');
    expect(mergeBase(repository.directory, 'main', 'stranger')).toBeUndefined();
    expect(mergeBase(repository.directory, 'main', 'nowhere')).toBeUndefined();
  });

  test('the root is found from any folder inside, and outside there is none', () => {
    expect(repositoryRoot(repository.at('deep/er'))).toBe(repository.directory);
    const outside = path.parse(repository.directory).root;
    expect(faultOf(() => repositoryRoot(outside))).toEqual({ code: 'GATE_NO_REPOSITORY', fault: 'usage', message: `${outside} is not inside a git checkout` });
  });

  test('a commit that does not exist is a fault', () => {
    expect(faultOf(() => commit('0'.repeat(40))).code).toBe('GATE_GIT_FAILED');
  });
});
