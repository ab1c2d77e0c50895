import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bottleneck from 'bottleneck';
import { openGitRemote } from '#adapters/git-remote.ts';
import { type GitHubForge, openGitHubForge } from '#adapters/github-forge.ts';
import type { KnownAnswers } from '#adapters/github-wire.ts';
import type { FileBytes, GitRemote } from '#model/forge.ts';
import { storyFiles } from '../hub/fleet-story.ts';
import type { Passage } from '../hub/memory-hub.ts';
import { GitHubDouble } from './double.ts';

const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', directory, '-c', 'user.name=t', '-c', 'user.email=t@norvik.example', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

let known: string | undefined;

/** A bare repository of the story's first files, made once. */
const templateRepository = (): string => {
  known ??= bareRepository(storyFiles());
  return known;
};

const bareRepository = (files: FileBytes): string => {
  const template = mkdtempSync(path.join(tmpdir(), 'ranfleet-story-'));
  const work = path.join(template, 'work');
  for (const [file, bytes] of files) {
    mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
    writeFileSync(path.join(work, file), bytes);
  }
  git(work, 'init', '--quiet', '--initial-branch=main');
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '--message=First');
  git(template, 'clone', '--quiet', '--bare', work, path.join(template, 'bare'));
  return template;
};

let clients = 0;

/** Nothing waits for seconds, and no client waits in the queue of another that died. */
const quickPace = () => ({
  secondMs: 0,
  id: `client ${clients++}`,
  write: new Bottleneck.Group({ maxConcurrent: 1 }),
  notifications: new Bottleneck.Group({ maxConcurrent: 1 }),
});

export interface Ports {
  readonly remote: GitRemote;
  readonly hub: GitHubForge;
}

/** GitHub with a repository of real git behind it, and a clone of that for those who write. */
export class GitHubStory {
  readonly double: GitHubDouble;
  readonly bare: string;
  readonly #directory: string;
  readonly #clone: string;
  #apiUrl = '';

  /** @param files what stands there first; the story's own files unless told otherwise */
  constructor(files?: FileBytes) {
    this.#directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-hub-'));
    this.bare = path.join(this.#directory, 'bare');
    this.#clone = path.join(this.#directory, 'clone');
    const template = files === undefined ? templateRepository() : bareRepository(files);
    cpSync(path.join(template, 'bare'), this.bare, { recursive: true });
    cpSync(path.join(template, 'bare'), this.#clone, { recursive: true });
    this.double = new GitHubDouble(this.bare);
  }

  async start(): Promise<this> {
    this.#apiUrl = await this.double.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.double.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get pulls() {
    if (this.double.hub === undefined) throw new Error('the double has no repository');
    return this.double.hub;
  }

  /** What one run works with; every call of it, to git and to GitHub, passes the gate. */
  ports(pass: Passage, known?: KnownAnswers): Ports {
    const remote = openGitRemote({ clone: this.#clone, url: this.bare });
    const gated = Object.fromEntries(
      Object.entries(remote).map(([name, call]) => [name, (...args: unknown[]) => pass(name, () => (call as (...a: unknown[]) => unknown)(...args))]),
    ) as unknown as GitRemote;
    const fetch = (url: string, init: RequestInit): Promise<Response> =>
      pass(`${init.method} ${new URL(url).pathname}`, () => globalThis.fetch(url, init)) as Promise<Response>;
    const at = { apiUrl: this.#apiUrl, token: 'secret', owner: 'norvik', repository: 'ran' };
    return { remote: gated, hub: openGitHubForge({ ...at, fetch, known, pace: quickPace() }) };
  }

  git(...args: string[]): string {
    return git(this.bare, ...args);
  }

  /** The commits of the base, the oldest first, with their files. */
  history(): { readonly id: string; readonly files: FileBytes }[] {
    return this.git('rev-list', '--reverse', '--first-parent', 'main')
      .split('\n')
      .map((id) => ({ id, files: this.filesAt(id) }));
  }

  filesAt(commit = 'main'): FileBytes {
    const entries = this.git('ls-tree', '-r', commit).split('\n').map((line) => /^\d+ blob ([0-9a-f]+)\t(.+)$/.exec(line)?.slice(1) as [string, string]); // biome-ignore format: one step
    const missing = entries.map(([id]) => id).filter((id) => !blobs.has(id));
    for (const id of missing) blobs.set(id, execFileSync('git', ['-C', this.bare, 'cat-file', 'blob', id]));
    return new Map(entries.map(([id, file]) => [file, blobs.get(id) as Buffer]));
  }
}

/** Contents by their id, of all stories. */
const blobs = new Map<string, Buffer>();
