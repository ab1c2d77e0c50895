import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { faultOfAsync } from '../../test/support/faults.ts';
import { type Limits, spawnLimited } from './spawn-limited.ts';

const limits: Limits = { timeoutMs: 20_000, memoryBytes: 512 * 2 ** 20, outputBytes: 2 ** 20 };

/** Runs a piece of JavaScript in a process of its own. */
const run = (script: string, changes: Partial<Limits> = {}, env: Record<string, string> = {}) =>
  spawnLimited(process.execPath, ['-e', script], { cwd: tmpdir(), env, limits: { ...limits, ...changes } });

const exceeded = (script: string, what: string) => ({
  code: 'GATE_LIMIT_EXCEEDED',
  fault: 'limit',
  message: `node -e ${script} used more than ${what}`,
});

test('a program that ends gives its status and both outputs', async () => {
  expect(await run('console.log("æ out"); console.error("err"); process.exitCode = 3')).toEqual({ status: 3, stdout: 'æ out\n', stderr: 'err\n' });
});

test('a program that is killed has no status', async () => {
  expect(await run('process.kill(process.pid, "SIGKILL")')).toEqual({ status: null, stdout: '', stderr: '' });
});

test('the environment is exactly what was given', async () => {
  expect(JSON.parse((await run('console.log(JSON.stringify(process.env))', {}, { GOGC: '400' })).stdout)).toEqual({ GOGC: '400' });
  expect(JSON.parse((await run('console.log(JSON.stringify(process.env))')).stdout)).toEqual({});
});

test('no shell reads the arguments, and there is nothing to read on standard input', async () => {
  const script = 'console.log(process.argv[1] + require("node:fs").readFileSync(0).length)';
  const result = await spawnLimited(process.execPath, ['-e', script, '$HOME; echo `id` && "x'], { cwd: tmpdir(), env: {}, limits });
  expect(result).toEqual({ status: 0, stdout: '$HOME; echo `id` && "x0\n', stderr: '' });
});

test('a program that takes too long is killed', async () => {
  const script = 'setInterval(() => {}, 1000)';
  const started = performance.now();
  expect(await faultOfAsync(run(script, { timeoutMs: 300 }))).toEqual(exceeded(script, '0.3 s of time'));
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a program that ignores every polite signal is killed', async () => {
  const script = 'for (const s of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(s, () => {}); for (;;);';
  expect(await faultOfAsync(run(script, { timeoutMs: 300 }))).toEqual(exceeded(script, '0.3 s of time'));
});

test('a deadline holds even where a grandchild keeps the output open', async () => {
  const script =
    'require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 8000)"], { stdio: "inherit", detached: true }).unref(); setInterval(() => {}, 1000)';
  const started = performance.now();
  expect(await faultOfAsync(run(script, { timeoutMs: 500 }))).toEqual(exceeded(script, '0.5 s of time'));
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.runIf(process.platform === 'linux')('a program that takes too much memory is killed', async () => {
  const script = 'const all = []; setInterval(() => all.push(Buffer.alloc(32 * 2 ** 20, 1)), 10)';
  expect(await faultOfAsync(run(script, { memoryBytes: 256 * 2 ** 20 }))).toEqual(exceeded(script, '256 MiB of memory'));
});

test('a program that prints too much is killed', async () => {
  const script = 'setInterval(() => process.stdout.write("x".repeat(2 ** 18)), 1)';
  expect(await faultOfAsync(run(script))).toEqual(exceeded(script, '1 MiB of output'));
});

test('output up to the limit is kept whole, and a byte more is refused', async () => {
  const print = (bytes: number) => `process.stdout.write("x".repeat(${bytes}))`;
  expect((await run(print(2 ** 20))).stdout.length).toBe(2 ** 20);
  expect((await faultOfAsync(run(print(2 ** 20 + 1)))).code).toBe('GATE_LIMIT_EXCEEDED');
});

test('a flood of error text does not grow without end', async () => {
  const { status, stderr } = await run('for (let n = 0; n < 400; n++) require("node:fs").writeSync(2, "e".repeat(2 ** 16))');
  expect({ status, isBounded: stderr.length <= 64 * 2 ** 16 }).toEqual({ status: 0, isBounded: true });
});

test('a program that does not exist is a fault that says what to do', async () => {
  expect(await faultOfAsync(spawnLimited('./no-such-program', [], { cwd: tmpdir(), env: {}, limits }))).toEqual({
    code: 'GATE_TOOL_FAILED',
    fault: 'undecided',
    message: 'no-such-program could not be started: spawn no-such-program ENOENT',
  });
});
