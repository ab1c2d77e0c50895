import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync, symlinkSync, watch } from 'node:fs';
import path from 'node:path';
import { GateError } from '#model/errors.ts';
import { isScaledFile, scaleDurations } from './scale-durations.ts';

const author = {
  GIT_AUTHOR_NAME: 'ranfleet local',
  GIT_AUTHOR_EMAIL: 'local@norvik.example',
  GIT_COMMITTER_NAME: 'ranfleet local',
  GIT_COMMITTER_EMAIL: 'local@norvik.example',
};

const git = (repository: string, args: readonly string[], options: { input?: string | Buffer; env?: Record<string, string> } = {}): string =>
  execFileSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, ...author, ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });

/**
 * Makes the bare repository that Argo CD reads: the commit of `source` as its main branch and, with a time scale, one commit
 * on top that divides the durations. `source` itself is not touched.
 * @returns the id of the commit that is served.
 */
export const serveRepository = (bare: string, source: string, timeScale: number): string => {
  rmSync(bare, { recursive: true, force: true });
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  git(bare, ['fetch', '--quiet', '--no-tags', path.resolve(source), '+HEAD:refs/heads/main']);
  for (const [key, value] of Object.entries({ 'http.receivepack': 'true', 'uploadpack.allowAnySHA1InWant': 'true', 'gc.auto': '0' }))
    git(bare, ['config', key, value]);
  if (timeScale !== 1) commitScaled(bare, timeScale);
  return tipOf(bare);
};

/**
 * Lets a control plane read the repository of another one: one Git, many clusters.
 * @returns the id of the commit that is served.
 * @throws GateError GATE_LOCAL_NONE where the other one serves nothing.
 */
export const followRepository = (bare: string, other: string): string => {
  if (!existsSync(other))
    throw new GateError('GATE_LOCAL_NONE', 'usage', `no control plane serves ${other}`, { hint: 'Name the --state folder of one that runs.' });
  symlinkSync(realpathSync(other), bare);
  return tipOf(bare);
};

const tipOf = (bare: string): string => git(bare, ['rev-parse', 'refs/heads/main']).trim();

/** Calls `onMove` whenever the main branch names another commit, whoever moved it. */
export const watchMain = (bare: string, onMove: () => void): { close(): void } => {
  let known = tipOf(bare);
  const watcher = watch(path.join(realpathSync(bare), 'refs', 'heads'), () => {
    const now = tipOf(bare);
    if (now === known) return;
    known = now;
    onMove();
  });
  return { close: () => watcher.close() };
};

const commitScaled = (bare: string, timeScale: number): void => {
  const index = path.join(bare, 'scale.index');
  const env = { GIT_INDEX_FILE: index };
  git(bare, ['read-tree', 'refs/heads/main'], { env });
  for (const line of git(bare, ['ls-files', '--stage', '-z', '--', 'agents/_traits'], { env }).split('\0')) {
    const [, mode, id, file] = /^(\d+) ([0-9a-f]+) 0\t(.+)$/.exec(line) ?? [];
    if (mode === undefined || id === undefined || file === undefined || !isScaledFile(file)) continue;
    const text = git(bare, ['cat-file', 'blob', id]);
    const scaled = scaleDurations(text, timeScale);
    if (scaled === text) continue;
    const blob = git(bare, ['hash-object', '-w', '--stdin'], { input: scaled }).trim();
    git(bare, ['update-index', '--cacheinfo', `${mode},${blob},${file}`], { env });
  }
  const tree = git(bare, ['write-tree'], { env }).trim();
  if (existsSync(index)) rmSync(index);
  const message = `Divide the durations of canaries and analyses by ${timeScale}\n\nOnly served by the local control plane; the shape of the steps is unchanged.`;
  const commit = git(bare, ['commit-tree', tree, '-p', 'refs/heads/main', '-m', message]).trim();
  git(bare, ['update-ref', 'refs/heads/main', commit]);
};
