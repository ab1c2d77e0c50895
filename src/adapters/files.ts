import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes files below `directory`, making folders as needed. */
export const writeFiles = (directory: string, files: ReadonlyMap<string, string | Buffer>): void => {
  const made = new Set<string>();
  for (const [name, content] of files) {
    const target = path.join(directory, name);
    const folder = path.dirname(target);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(target, content);
  }
};

/** Removes files below `directory`; a file that is already gone is no error. */
export const removeFiles = (directory: string, names: Iterable<string>): void => {
  for (const name of names) rmSync(path.join(directory, name), { force: true });
};
