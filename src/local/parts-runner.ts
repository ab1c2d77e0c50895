import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GateError } from '#model/errors.ts';
import type { Part, PartState } from './plan.ts';
import { isReady } from './probe.ts';
import { startTicksOf } from './process-table.ts';

const probeEveryMs = 100;
const startTimeoutMs = 60_000;
const restartDelayMs = 500;
const maxRestarts = 5;
/** A part that has run this long starts with a clean record. */
const steadyMs = 60_000;
const stopTimeoutMs = 10_000;

/** Keeps parts running: a part that ends is started again, as a kubelet would, until it has ended five times in a row. */
export class PartsRunner {
  readonly #logs: string;
  readonly #onChange: () => void;
  readonly #parts = new Map<string, { part: Part; state: PartState; child?: ChildProcess; startedAt: number }>();
  #stopping = false;

  constructor(logs: string, onChange: () => void) {
    this.#logs = logs;
    this.#onChange = onChange;
  }

  states(): PartState[] {
    return [...this.#parts.values()].map(({ state }) => state);
  }

  /** Announces parts that will be started later, so that `status` shows them. */
  announce(parts: readonly Part[]): void {
    for (const part of parts) this.#parts.set(part.name, { part, state: { name: part.name, status: 'waiting', restarts: 0 }, startedAt: 0 });
    this.#onChange();
  }

  /** Starts parts side by side and waits until all answer. @throws GateError GATE_LOCAL_PART_FAILED when one does not in 60 s. */
  async start(parts: readonly Part[]): Promise<void> {
    for (const part of parts) this.#spawn(part.name);
    await Promise.all(parts.map((part) => this.#untilReady(part)));
  }

  /** Stops the parts in reverse order of their start, the stores last. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { part, child } of [...this.#parts.values()].reverse()) {
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const outcome = await Promise.race([ended.then(() => 'ended'), wait(part.name === 'etcd' ? 3000 : stopTimeoutMs, 'late')]);
      if (outcome === 'late') {
        child.kill('SIGKILL');
        await ended;
      }
    }
  }

  #spawn(name: string): void {
    const entry = this.#parts.get(name);
    if (!entry || this.#stopping) return;
    const { part } = entry;
    if (part.cwd !== undefined) mkdirSync(part.cwd, { recursive: true });
    const log = openSync(path.join(this.#logs, `${name}.log`), 'a', 0o600);
    const child = spawn(part.program, [...part.args], {
      cwd: part.cwd ?? this.#logs,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...part.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    entry.child = child;
    entry.startedAt = Date.now();
    const ticks = child.pid === undefined ? undefined : startTicksOf(child.pid);
    this.#change(name, { status: 'starting', ...(child.pid === undefined ? {} : { pid: child.pid }), ...(ticks === undefined ? {} : { startTicks: ticks }) });
    child.on('error', (error) => this.#ended(name, `could not be started: ${error.message}`));
    child.on('exit', (code, signal) => this.#ended(name, signal === null ? `exit code ${code}` : `signal ${signal}`));
  }

  #ended(name: string, how: string): void {
    const entry = this.#parts.get(name);
    if (!entry || this.#stopping) return;
    const restarts = Date.now() - entry.startedAt > steadyMs ? 1 : entry.state.restarts + 1;
    const { pid: _pid, startTicks: _ticks, ...rest } = entry.state;
    entry.state = { ...rest, status: restarts > maxRestarts ? 'crashed' : 'starting', restarts, lastExit: `${how} at ${new Date().toISOString()}` };
    this.#onChange();
    if (restarts > maxRestarts) return;
    setTimeout(() => {
      this.#spawn(name);
      this.#untilReady(entry.part).catch(() => {});
    }, restartDelayMs);
  }

  async #untilReady(part: Part): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (Date.now() < deadline && !this.#stopping) {
      if (this.#parts.get(part.name)?.state.status === 'crashed') break;
      if (await isReady(part.ready)) {
        this.#change(part.name, { status: 'running' });
        return;
      }
      await wait(probeEveryMs);
    }
    const state = this.#parts.get(part.name)?.state;
    throw new GateError(
      'GATE_LOCAL_PART_FAILED',
      'undecided',
      `${part.name} did not answer on port ${part.ready.port}${state?.lastExit ? `: ${state.lastExit}` : ''}`,
      {
        hint: `Run \`ranfleet local logs ${part.name}\`.`,
      },
    );
  }

  #change(name: string, change: Partial<PartState>): void {
    const entry = this.#parts.get(name);
    if (!entry) return;
    entry.state = { ...entry.state, ...change };
    this.#onChange();
  }
}
