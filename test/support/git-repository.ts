import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@norvik.example', '-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false'];

/** A real git repository in a temporary folder. */
export class GitRepository {
  readonly directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'ranfleet-git-')));

  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    this.git('init', '--quiet', '--initial-branch', 'main');
    this.write(files);
    this.commit('first');
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.directory, ...identity, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  at(name: string): string {
    return path.join(this.directory, name);
  }

  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(this.at(name)), { recursive: true });
      writeFileSync(this.at(name), content);
    }
  }

  /** Commits everything that is not ignored. @returns the full id of the commit. */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
