import { readFileSync } from 'node:fs';

/** Start time of a process in clock ticks since boot; undefined when there is no such process. proc(5), field 22 of stat. */
export const startTicksOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
};

/** True while this very process runs, not merely one with the same id. */
export const isAlive = (process: { readonly pid?: number; readonly startTicks?: number }): boolean =>
  process.pid !== undefined && process.startTicks !== undefined && startTicksOf(process.pid) === process.startTicks;
