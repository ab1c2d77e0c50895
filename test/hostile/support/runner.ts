/** A process that judges rows one after another: it can be killed when a row hangs, and its memory can be measured. */
import { HostileGate, leakIn } from './hostile-gate.ts';
import type { Row } from './row.ts';

export interface Reply {
  readonly exit: number;
  readonly text: string;
  readonly leak: string | undefined;
  /** Exit code of the next, clean, change in the same process. */
  readonly clean: number;
  readonly cleanText: string;
  /** Largest resident memory of this process so far, bytes. */
  readonly peakBytes: number;
}

const gate = new HostileGate();

const judge = async (module: string, index: number): Promise<Reply> => {
  const { rows } = (await import(module)) as { rows: readonly Row[] };
  const row = rows[index];
  if (!row) throw new RangeError(`${module} has no row ${index}`);
  const judged = await gate.judge(row.head(), row.base?.());
  const clean = await gate.judgeClean();
  return {
    exit: judged.exit,
    text: judged.text.slice(0, 200_000),
    leak: leakIn(judged.text),
    clean: clean.exit,
    cleanText: clean.exit === 0 ? '' : clean.text.slice(0, 5_000),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
};

process.on('message', ({ module, index }: { module: string; index: number }) => {
  judge(module, index).then(
    (reply) => process.send?.(reply),
    (error: unknown) =>
      process.send?.({ exit: -1, text: error instanceof Error ? (error.stack ?? error.message) : String(error), clean: -1, cleanText: '', peakBytes: 0 }),
  );
});
process.on('disconnect', () => {
  gate.close();
  process.exit(0);
});
