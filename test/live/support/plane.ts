import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inject as provided } from 'vitest';
import { KubeClient } from '#adapters/kube-client.ts';
import { askToLook } from '#local/application.ts';
import { type ApplicationView, viewApplications } from '#local/applications.ts';
import { type Injection, inject } from '#local/inject.ts';
import { kubeconfigOf, type Layout, layoutOf } from '#local/layout.ts';
import { type Plan, readPlan } from '#local/plan.ts';

const run = promisify(execFile);
export const repository = path.resolve(import.meta.dirname, '../../..');

/** A control plane, the one of the setup unless named, with the powers of an administrator and a clone to push from. */
export class Plane {
  readonly layout: Layout;
  readonly plan: Plan;
  readonly kube: KubeClient;
  readonly clone = mkdtempSync(path.join(tmpdir(), 'ranfleet-live-clone-'));
  #lane: Promise<unknown> = Promise.resolve();

  constructor(root = provided('planeRoot')) {
    this.layout = layoutOf(root);
    this.plan = readPlan(this.layout.plan);
    this.kube = new KubeClient(kubeconfigOf(this.layout, 'admin'));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.plan.ports.git}/ran/ranfleet.git`;
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', this.clone, ...args], { maxBuffer: 64 * 2 ** 20 });
    return stdout.trim();
  }

  async open(): Promise<this> {
    await run('git', ['clone', '--quiet', this.origin, this.clone]);
    for (const [key, value] of [
      ['user.name', 'Release manager'],
      ['user.email', 'release@norvik.example'],
      ['commit.gpgsign', 'false'],
    ] as const) {
      await this.git('config', key, value);
    }
    return this;
  }

  /**
   * Commits what `change` writes into the clone, has the gate judge it unless told otherwise, and pushes it to main. One at a time
   * in this process; when another process pushed first, everything is done again on top of it.
   */
  publish(message: string, change: (folder: string) => void | Promise<void>, { gate = true } = {}): Promise<{ commit: string; pushedAt: number }> {
    const work = async (): Promise<{ commit: string; pushedAt: number }> => {
      for (let attempt = 0; ; attempt++) {
        await this.git('fetch', '--quiet', 'origin', 'main');
        await this.git('checkout', '--quiet', '--force', '--detach', 'origin/main');
        await change(this.clone);
        await this.git('add', '--all');
        await this.git('commit', '--quiet', '--allow-empty', '--message', message); // a story may be told twice on one control plane
        if (gate) await this.judge();
        const pushedAt = Date.now();
        try {
          await this.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
          return { commit: await this.git('rev-parse', 'HEAD'), pushedAt };
        } catch (error) {
          if (attempt === 5) throw error;
        }
      }
    };
    const done = this.#lane.then(work);
    this.#lane = done.catch(() => {});
    return done;
  }

  /** What the gate lets through is what the stories use: a denied change is an error of the story. */
  async judge(): Promise<void> {
    const args = [path.join(repository, 'src/cli/main.mjs'), 'gate', '--base', 'origin/main', '--head', 'HEAD'];
    await run(process.execPath, args, { cwd: this.clone, maxBuffer: 64 * 2 ** 20, env: { ...process.env, NO_COLOR: '1' } }).catch(
      (error: { stdout?: string; stderr?: string }) => {
        throw new Error(`the gate refused the change:\n${error.stdout}\n${error.stderr}`);
      },
    );
  }

  applications(): Promise<ApplicationView[]> {
    return viewApplications(this.kube);
  }

  /** Asks Argo CD to look at one Application again, as its webhook does. */
  refresh(name: string): Promise<void> {
    return askToLook(this.kube, name);
  }

  /** Those of the cluster itself, without what other stories have added. */
  async fleetApplications(): Promise<ApplicationView[]> {
    return (await this.applications()).filter(({ name }) => this.isOfFleet(name));
  }

  /** Waits until an agent's Application is synced and healthy. */
  async atRest(agent: string, timeoutMs: number): Promise<void> {
    const isAtRest = async (): Promise<true | undefined> =>
      (await this.applications()).some((v) => v.name.startsWith(`${agent}.`) && isSettled(v)) ? true : undefined;
    await until(`${agent} at rest`, timeoutMs, isAtRest);
  }

  isOfFleet(application: string): boolean {
    return application.endsWith(`.${this.plan.cluster}`);
  }

  inject(injections: readonly Injection[]): Promise<void> {
    return inject(this.plan, injections);
  }

  close(): void {
    this.kube.close();
  }
}

/** Asks until the answer is no longer undefined. @throws Error that says what was last seen, when the time is up. */
export const until = async <T>(what: string, timeoutMs: number, ask: () => Promise<T | undefined>, seen: () => string = () => ''): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not in ${timeoutMs / 1000} s. ${seen()}`);
    await wait(200);
  }
};

export const isSettled = ({ sync, health }: ApplicationView): boolean => sync === 'Synced' && health === 'Healthy';
