import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultOfAsync } from '../../test/support/faults.ts';
import { freePorts } from './layout.ts';
import { PartsRunner } from './parts-runner.ts';
import type { Part } from './plan.ts';
import { isAlive, startTicksOf } from './process-table.ts';

let logs: string;
let runner: PartsRunner;
beforeEach(() => {
  logs = mkdtempSync(path.join(tmpdir(), 'ranfleet-parts-'));
  runner = new PartsRunner(logs, () => {});
});
afterEach(async () => {
  await runner.stop();
  rmSync(logs, { recursive: true, force: true });
});

const listener = (name: string, port: number, more = ''): Part => ({
  name,
  program: process.execPath,
  args: ['-e', `process.stdout.write('hello');require('node:net').createServer().listen(${port}, '127.0.0.1');${more}`],
  ready: { scheme: 'tcp', port },
});

const state = (name: string) => runner.states().find((s) => s.name === name);

test('a part that was killed runs again under another process, and the record says how it ended', async () => {
  const { etcd } = await freePorts();
  const part = listener('one', etcd);
  runner.announce([part]);
  expect(state('one')).toMatchObject({ status: 'waiting', restarts: 0 });
  await runner.start([part]);
  const before = state('one');
  expect([before?.status, isAlive(before ?? {})]).toEqual(['running', true]);
  process.kill(before?.pid ?? 0, 'SIGKILL');
  while (state('one')?.status !== 'running' || state('one')?.pid === before?.pid) await wait(50);
  expect(state('one')).toMatchObject({ restarts: 1, lastExit: expect.stringContaining('signal SIGKILL') });
  expect(isAlive(before ?? {})).toBe(false);
  expect(readFileSync(path.join(logs, 'one.log'), 'utf8')).toBe('hellohello');
});

test('a part that ends at once is given up after five new starts, and the fault names its last end', async () => {
  const part: Part = { name: 'broken', program: process.execPath, args: ['-e', 'process.exit(7)'], ready: { scheme: 'tcp', port: (await freePorts()).etcd } };
  runner.announce([part]);
  const fault = await faultOfAsync(runner.start([part]));
  expect(fault).toMatchObject({ code: 'GATE_LOCAL_PART_FAILED', message: expect.stringContaining('exit code 7') });
  expect(state('broken')).toMatchObject({ status: 'crashed', restarts: 6 });
});

test('a program that is not there is a crash, not an exception', async () => {
  const part: Part = { name: 'absent', program: '/no/such/program', args: [], ready: { scheme: 'tcp', port: (await freePorts()).etcd } };
  runner.announce([part]);
  expect(await faultOfAsync(runner.start([part]))).toMatchObject({ code: 'GATE_LOCAL_PART_FAILED', message: expect.stringContaining('ENOENT') });
});

test('stopping leaves no process, not even one that ignores the signal', async () => {
  const ports = await freePorts();
  const parts = [listener('polite', ports.etcd), listener('etcd', ports.etcdPeer, "process.on('SIGTERM', () => {})")];
  runner.announce(parts);
  await runner.start(parts);
  const running = runner.states();
  await runner.stop();
  expect(running.map(isAlive)).toEqual([false, false]);
});

test('ports are free and different', async () => {
  const ports = Object.values(await freePorts());
  expect(new Set(ports).size).toBe(ports.length);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(ports[0], '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('a process is told from a later one with the same id, and from none', () => {
  const startTicks = startTicksOf(process.pid) ?? 0;
  expect([isAlive({ pid: process.pid, startTicks }), isAlive({ pid: process.pid, startTicks: startTicks + 1 }), isAlive({})]).toEqual([true, false, false]);
  expect(startTicksOf(2 ** 22 + 1)).toBeUndefined();
});
