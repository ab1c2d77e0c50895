import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GateError } from '#model/errors.ts';
import { createAuthority, serviceAccountKeys, writePair } from './certificates.ts';
import { writeIdentities } from './identities.ts';
import { freePorts, type Layout, layoutOf, makeFolders } from './layout.ts';
import type { Plan, PlaneState } from './plan.ts';
import { isAlive, startTicksOf } from './process-table.ts';
import { followRepository, serveRepository } from './served-repository.ts';

const stopTimeoutMs = 60_000;
const pollMs = 200;

export const readState = (layout: Layout): PlaneState | undefined =>
  existsSync(layout.state) ? (JSON.parse(readFileSync(layout.state, 'utf8')) as PlaneState) : undefined;

export interface UpOptions extends Omit<Plan, 'ports' | 'zoneCount'> {
  /** Clone whose HEAD is served. */
  readonly source: string;
  /** Scratch folder of another control plane whose repository is served instead, with its durations. */
  readonly follow?: string | undefined;
}

/**
 * Lays out the scratch folder and starts the supervisor in the background.
 * @throws GateError GATE_LOCAL_RUNNING when a control plane runs in that folder already.
 */
export const launch = async ({ source, follow, ...options }: UpOptions): Promise<{ plan: Plan; served: string }> => {
  const layout = layoutOf(options.root);
  const before = readState(layout);
  if (before && isAlive(before.supervisor)) {
    throw new GateError('GATE_LOCAL_RUNNING', 'usage', `a control plane runs in ${options.root} already`, {
      hint: 'Run `ranfleet local status`, or `ranfleet local down` first.',
    });
  }
  await removeAll(layout);
  makeFolders(layout);
  const plan: Plan = { ...options, zoneCount: 3, ports: await freePorts() };
  writeFileSync(layout.plan, `${JSON.stringify(plan, null, 1)}\n`, { mode: 0o600 });
  await writePki(layout, plan);
  const served =
    follow === undefined ? serveRepository(layout.repository, source, plan.timeScale) : followRepository(layout.repository, layoutOf(follow).repository);
  const log = openSync(path.join(layout.logs, 'supervisor.log'), 'a', 0o600);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'supervise.ts'), layout.plan], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: options.engineRoot,
  });
  closeSync(log);
  child.unref();
  return { plan, served };
};

const writePki = async (layout: Layout, plan: Plan): Promise<void> => {
  const authority = await createAuthority('ranfleet-local');
  const host = new URL(plan.repositoryUrl).hostname;
  const metricsHosts = ['localhost', '127.0.0.1', 'simulated-metrics.kube-system.svc'];
  writeFileSync(path.join(layout.pki, 'ca.crt'), authority.certificate);
  writePair(
    layout.pki,
    'apiserver',
    await authority.issue({ name: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc', '10.96.0.1'] }),
  );
  writePair(layout.pki, 'aggregator', await authority.issue({ name: 'aggregator' }));
  writePair(layout.pki, 'git', await authority.issue({ name: host, hosts: [host] }));
  writePair(layout.pki, 'metrics', await authority.issue({ name: 'simulated-metrics', hosts: metricsHosts }));
  const accounts = await serviceAccountKeys();
  writeFileSync(path.join(layout.pki, 'service-accounts.key'), accounts.key, { mode: 0o600 });
  writeFileSync(path.join(layout.pki, 'service-accounts.pub'), accounts.publicKey);
  // Argo CD looks for the trust of a Git host in a file of its name.
  mkdirSync(path.join(layout.pki, 'git'), { recursive: true });
  writeFileSync(path.join(layout.pki, 'git', host), authority.certificate);
  writeIdentities(layout, `https://127.0.0.1:${plan.ports.apiServer}`, authority.certificate);
};

/** Waits until the control plane is ready; tells each step. @throws GateError GATE_LOCAL_FAILED when it does not come up. */
export const untilReady = async (root: string, onStep: (message: string) => void): Promise<PlaneState> => {
  const layout = layoutOf(root);
  let told = '';
  for (let waited = 0; ; waited += pollMs) {
    const state = readState(layout);
    if (state && state.message !== told) onStep(state.message);
    told = state?.message ?? told;
    if (state?.phase === 'ready') return state;
    const gone = state ? !isAlive(state.supervisor) : waited > 10_000;
    if (state?.phase === 'failed' || gone) {
      throw new GateError(
        'GATE_LOCAL_FAILED',
        'undecided',
        `the control plane did not start: ${state?.message ?? tail(path.join(layout.logs, 'supervisor.log'), 5)}`,
        {
          hint: 'Run `ranfleet local status` and `ranfleet local logs <part>`, then `ranfleet local down`.',
        },
      );
    }
    await wait(pollMs);
  }
};

/** Stops every process of the control plane and removes its folder. @returns how many processes had to be killed. */
export const stopAll = async (root: string): Promise<{ wasThere: boolean; killed: number }> => {
  const layout = layoutOf(root);
  if (!existsSync(root)) return { wasThere: false, killed: 0 };
  const state = readState(layout);
  if (state && isAlive(state.supervisor)) {
    process.kill(state.supervisor.pid, 'SIGTERM');
    const deadline = Date.now() + stopTimeoutMs;
    while (isAlive(state.supervisor) && Date.now() < deadline) await wait(pollMs);
  }
  return { wasThere: true, killed: await removeAll(layout) };
};

/** Kills what the last state names and still runs, then removes the folder. */
const removeAll = async (layout: Layout): Promise<number> => {
  const state = readState(layout);
  const left = [...(state ? [state.supervisor, ...state.parts] : [])].filter(isAlive);
  for (const { pid } of left) if (pid !== undefined && startTicksOf(pid) !== undefined) process.kill(pid, 'SIGKILL');
  while (left.some(isAlive)) await wait(pollMs);
  if (existsSync(layout.root) && !existsSync(layout.plan) && readdirSync(layout.root).length > 0) {
    throw new GateError('GATE_LOCAL_FOLDER', 'usage', `${layout.root} is no folder of a control plane`, { hint: 'Name another one with --state.' });
  }
  rmSync(layout.root, { recursive: true, force: true });
  return left.length;
};

/** The last lines of a file; empty where there is none. */
export const tail = (file: string, lines: number): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
