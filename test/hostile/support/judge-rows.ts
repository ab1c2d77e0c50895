import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Row } from './row.ts';
import type { Reply } from './runner.ts';

/** A row that takes longer has hung: its process is killed. */
const deadlineMs = 20_000;
const peakBytes = 2 ** 30;

const start = (): ChildProcess => fork(path.join(import.meta.dirname, 'runner.ts'), { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

const ask = (child: ChildProcess, module: string, index: number, ms: number): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`no answer within ${ms / 1000} s`));
    }, ms);
    child.once('message', (reply: Reply) => {
      clearTimeout(timer);
      resolve(reply);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`the process ended: ${code ?? signal}`));
    });
    child.send({ module, index });
  });

/** One test for each row: its verdict, its words, no leak, bounded time and memory, and a clean change after it. */
export const judgeRows = (family: string, module: URL, rows: readonly Row[]): void => {
  let child: ChildProcess | undefined;
  let isFirst = true;
  afterAll(() => child?.disconnect());
  describe(family, () => {
    test.each(rows.map((row, index) => [`${row.id}: ${row.name}`, row, index] as const))('%s', async (_, row, index) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
        child = start();
        child.setMaxListeners(0);
        isFirst = true;
      }
      // The first row of a process also loads the engine and compiles the policies.
      const reply = await ask(child, module.href, index, isFirst ? 3 * deadlineMs : deadlineMs);
      isFirst = false;
      expect([reply.exit, reply.text]).toEqual([row.exit, reply.text]);
      // Rows name the line; the column beside it would only make them hard to write.
      const text = reply.text.replace(/(\.\w+:\d+):\d+:/g, '$1:');
      for (const said of row.says) expect(text).toContain(said);
      expect(reply.leak).toBeUndefined();
      expect([reply.clean, reply.cleanText]).toEqual([0, '']);
      expect(reply.peakBytes).toBeLessThan(peakBytes);
    });
  });
};
