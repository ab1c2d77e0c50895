import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface MeasuredRun {
  readonly status: number | null;
  readonly seconds: number;
  /** Largest sum of resident memory over the process and its descendants, MiB; sampled, Linux only. */
  readonly peakMiB: number;
}

const sampleEveryMs = 25;

/** Resident KiB and parent of every process. */
const processes = (): Map<number, { parent: number; kib: number }> => {
  const table = new Map<number, { parent: number; kib: number }>();
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      table.set(Number(name), { parent: Number(/PPid:\s+(\d+)/.exec(status)?.[1] ?? 0), kib: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) });
    } catch {
      // the process ended between the listing and the read
    }
  }
  return table;
};

const treeKib = (root: number): number => {
  const table = processes();
  const isInside = (pid: number): boolean => pid === root || (table.has(pid) && isInside(table.get(pid)?.parent ?? 0));
  return [...table].filter(([pid]) => isInside(pid)).reduce((sum, [, p]) => sum + p.kib, 0);
};

/** Runs a program to its end and watches its memory. */
export const measure = (command: string, args: readonly string[], cwd: string, watchMemory = false): Promise<MeasuredRun> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    let peak = 0;
    const child: ChildProcess = spawn(command, args, { cwd, stdio: 'ignore' });
    const timer = watchMemory
      ? setInterval(() => {
          peak = Math.max(peak, treeKib(child.pid ?? 0));
        }, sampleEveryMs)
      : undefined;
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(timer);
      resolve({ status, seconds: (performance.now() - started) / 1000, peakMiB: peak / 1024 });
    });
  });
