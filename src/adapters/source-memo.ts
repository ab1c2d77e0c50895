import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceMemo } from '#model/ports.ts';
import { isFields } from '#util/manifest.ts';

export interface KeptMemo extends SourceMemo {
  /** Writes down what was new in this run. */
  save(): void;
}

/** Answers that one file keeps; beyond them, only those that the run asked for stay (the fleet has about 1,600). */
const most = 20_000;

/** Answers for one engine in one file. A file that can not be read counts as empty; two runs at once never leave half of one. */
export const openMemo = (directory: string, engine: string): KeptMemo => {
  const file = path.join(directory, `${engine}.json`);
  const known = readAnswers(file);
  const asked = new Map<string, unknown>();
  let isNew = false;
  return {
    recall: (about, id, find) => {
      const key = `${about} ${id}`;
      const answer = known.has(key) ? known.get(key) : find();
      if (!known.has(key)) {
        known.set(key, answer);
        isNew = true;
      }
      asked.set(key, answer);
      return answer as ReturnType<typeof find>;
    },
    save: () => {
      if (!isNew) return;
      mkdirSync(directory, { recursive: true });
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(Object.fromEntries(known.size > most ? asked : known)));
      renameSync(`${file}.${process.pid}`, file);
    },
  };
};

const readAnswers = (file: string): Map<string, unknown> => {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return new Map(isFields(kept) ? Object.entries(kept) : []);
  } catch {
    return new Map();
  }
};
