import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Snapshot } from '#model/ports.ts';
import { writeFiles } from './files.ts';

export interface Scratch {
  readonly layout: (snapshot: Snapshot, files: Iterable<string>) => string;
  /** Removes everything that was laid out. */
  readonly clear: () => void;
}

/** Lays out only the files that a render needs, so that kustomize sees nothing else of the machine's checkout. */
export const createScratch = (parent: string): Scratch => {
  mkdirSync(parent, { recursive: true });
  const made: string[] = [];
  return {
    layout: (snapshot, files) => {
      const names = [...files];
      snapshot.prefetch(names);
      const directory = mkdtempSync(path.join(parent, 'tree-'));
      made.push(directory);
      writeFiles(directory, new Map(names.map((name) => [name, snapshot.read(name)])));
      return directory;
    },
    clear: () => {
      for (const directory of made) rmSync(directory, { recursive: true, force: true });
    },
  };
};
