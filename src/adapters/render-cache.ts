import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest, RenderCache } from '#model/ports.ts';
import { isFields } from '#util/manifest.ts';

/** Rendered objects as JSON files named by their content key. An unreadable entry counts as absent. */
export const createRenderCache = (directory: string): RenderCache => {
  const fileOf = (key: string): string => path.join(directory, key.slice(0, 2), `${key}.json`);
  return {
    get: (key) => {
      try {
        const entry: unknown = JSON.parse(readFileSync(fileOf(key), 'utf8'));
        return Array.isArray(entry) && entry.every(isFields) ? entry : undefined;
      } catch {
        return undefined;
      }
    },
    put: (key, objects) => {
      const file = fileOf(key);
      mkdirSync(path.dirname(file), { recursive: true });
      const temporary = `${file}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(objects));
      renameSync(temporary, file);
    },
  };
};

/** For `--no-cache`: remembers within one run only. */
export const createMemoryCache = (): RenderCache => {
  const entries = new Map<string, readonly Manifest[]>();
  return { get: (key) => entries.get(key), put: (key, objects) => void entries.set(key, objects) };
};
