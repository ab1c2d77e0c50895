import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GateReport } from '#model/report.ts';
import { reportSchema } from '#model/report-schema.ts';
import { repository } from './policy-cases.ts';

export interface GateRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when the run ended in a fault, before there was a report. */
  readonly report: GateReport | undefined;
}

/** A clone of this repository, as its working tree stands, in which pull requests can be made as real branches. */
export class FleetClone {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-e2e-'));
  /** What runs get beside the environment of the tests; a build that runs the tests must not get their job summaries. */
  readonly environment: Record<string, string> = { NO_COLOR: '1', GITHUB_STEP_SUMMARY: '' };
  #branches = 0;

  constructor() {
    const files = git(repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
      .split('\0')
      .filter((f) => f !== '');
    for (const file of files) cpSync(path.join(repository, file), path.join(this.directory, file), { verbatimSymlinks: true, recursive: true });
    this.git('init', '--quiet', '--initial-branch', 'main');
    this.git('config', 'user.name', 'Test');
    this.git('config', 'user.email', 'test@norvik.example');
    this.git('config', 'commit.gpgsign', 'false');
    this.commit('The fleet as it stands');
  }

  git(...args: string[]): string {
    return git(this.directory, ...args);
  }

  /** Starts a pull request from main. */
  branch(): void {
    this.git('checkout', '--quiet', '--force', 'main');
    this.git('clean', '--quiet', '--force', '-d', '-x');
    this.git('checkout', '--quiet', '-b', `pull-request-${++this.#branches}`);
  }

  read(file: string): string {
    return readFileSync(path.join(this.directory, file), 'utf8');
  }

  write(file: string, content: string): void {
    mkdirSync(path.dirname(path.join(this.directory, file)), { recursive: true });
    writeFileSync(path.join(this.directory, file), content);
  }

  /** Replaces one piece of text; it must be there, so that a story can not silently change nothing. */
  replace(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    this.write(file, text.replace(from, to));
  }

  remove(file: string): void {
    rmSync(path.join(this.directory, file), { recursive: true });
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  /** Runs the real command line in the clone. */
  run(args: readonly string[], engine = repository, folder = '.'): { exitCode: number | null; stdout: string; stderr: string } {
    const result = spawnSync(process.execPath, [path.join(engine, 'src/cli/main.mjs'), ...args], {
      cwd: path.join(this.directory, folder),
      encoding: 'utf8',
      env: { ...process.env, ...this.environment },
      maxBuffer: 64 * 2 ** 20,
    });
    return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  /** Runs the command line in a real pipeline of a shell, by default into a reader that ends before it reads anything. */
  unread(args: readonly string[], into = '| true'): { exitCode: number; stderr: string } {
    const script = `"$0" "$@" ${into}; echo "\${PIPESTATUS[0]}" >&3`;
    const { stderr, output } = spawnSync('bash', ['-c', script, process.execPath, path.join(repository, 'src/cli/main.mjs'), ...args], {
      cwd: this.directory,
      encoding: 'utf8',
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    return { exitCode: Number(output[3]), stderr };
  }

  /** Commits what was written as merged: from here on the branch is a second pull request, to be judged against `merged`. */
  merge(): void {
    this.commit('Merged before');
    this.git('tag', '--force', 'merged');
  }

  /** Commits what was written and judges the branch against main, or another base. Every report must meet its published schema. */
  gate(args: readonly string[] = [], engine = repository, base = 'main'): GateRun {
    if (this.git('status', '--porcelain') !== '') this.commit('A pull request');
    const json = path.join(this.directory, '..', `${path.basename(this.directory)}.json`);
    rmSync(json, { force: true });
    const { exitCode, stdout, stderr } = this.run(['gate', '--base', base, '--head', 'HEAD', '--json', json, ...args], engine);
    return { exitCode, stdout, stderr, report: readReport(json) };
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
    rmSync(`${this.directory}.json`, { force: true });
  }
}

const git = (directory: string, ...args: string[]): string => execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });

const readReport = (file: string): GateReport | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return reportSchema.parse(JSON.parse(text)) as GateReport;
};

/** The verdict of a run: everything in the report but times, hashes and counters of the cache. */
export const verdictOf = ({ exitCode, report }: GateRun) => ({
  exitCode,
  outcome: report?.outcome,
  // How many rules there are is no matter of these stories.
  reasons: report?.reasons.map((reason) => reason.replace(/^\d+ rules/, '<n> rules')),
  waves: report?.blastRadius.waves.join(' '),
  clusters: report?.blastRadius.clusters.length,
  cells: report?.blastRadius.cells,
  agents: report?.blastRadius.agents.join(' '),
  changes: report?.changes.map((c) => `${c.kind} ${c.id} in ${c.clusters.length} clusters: ${c.values.map((v) => v.at).join(', ')}`),
  findings: report?.findings.map((f) => `${f.effect} ${f.code} ${f.file === undefined ? f.subject : `${f.file}:${f.line}`}: ${f.message}`),
});
