import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '#model/errors.ts';

export interface Limits {
  /** Wall-clock deadline, milliseconds. */
  readonly timeoutMs: number;
  /** Resident memory of the process, bytes; checked on Linux, where /proc tells. */
  readonly memoryBytes: number;
  /** Bytes on standard output. */
  readonly outputBytes: number;
}

export interface SpawnResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const watchEveryMs = 50;

const residentBytes = (pid: number): number => {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0; // the process has ended, or the system has no /proc
  }
};

/**
 * Runs one program without a shell, with only the given environment, and kills it when it passes a limit.
 * @throws GateError GATE_LIMIT_EXCEEDED when a limit was passed, GATE_TOOL_FAILED when it can not be started.
 */
export const spawnLimited = (
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; limits: Limits },
): Promise<SpawnResult> =>
  new Promise((resolve, reject) => {
    const { limits } = options;
    const program = path.basename(command);
    const child = spawn(command, args, { cwd: options.cwd, env: { ...options.env }, shell: false, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    let exceeded = '';
    const stop = (what: string): void => {
      exceeded ||= what;
      child.kill('SIGKILL');
      // A process that the child has left behind may hold the pipes open; the verdict does not wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const deadline = setTimeout(() => stop(`${limits.timeoutMs / 1000} s of time`), limits.timeoutMs);
    const watch = setInterval(() => {
      if (child.pid !== undefined && residentBytes(child.pid) > limits.memoryBytes) stop(`${Math.round(limits.memoryBytes / 2 ** 20)} MiB of memory`);
    }, watchEveryMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.outputBytes) stop(`${Math.round(limits.outputBytes / 2 ** 20)} MiB of output`);
      else stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 64) stderr.push(chunk);
    });
    const settle = (): void => {
      clearTimeout(deadline);
      clearInterval(watch);
    };
    child.on('error', (cause) => {
      settle();
      reject(
        new GateError('GATE_TOOL_FAILED', 'undecided', `${program} could not be started: ${cause.message.replaceAll(command, program)}`, {
          hint: 'Run `node scripts/ensure.mjs tools`.',
          cause,
        }),
      );
    });
    child.on('close', (status) => {
      settle();
      if (exceeded)
        reject(new GateError('GATE_LIMIT_EXCEEDED', 'limit', `${program} ${args.join(' ')} used more than ${exceeded}`, { hint: 'Make the root smaller.' }));
      else resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
