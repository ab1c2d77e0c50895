import { closeSync, futimesSync, mkdirSync, openSync, readdirSync, rmSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';

export interface CacheBounds {
  /** Bytes that the entries of one cache may take together. */
  readonly bytes: number;
  /** Milliseconds for which an entry that nobody reads or writes is kept. */
  readonly age: number;
}

const day = 86_400_000;

/** What a cache keeps; the whole fleet of 585 roots, rendered and judged once, takes 16 MiB. */
const cacheBounds: CacheBounds = { bytes: 512 * 2 ** 20, age: 30 * day };

/** How often the folders are walked, milliseconds: a walk costs more than a run that finds everything in the cache. */
const interval = 6 * 3_600_000;

/** The name under which a run writes before it moves the whole file into place: with the number of its process. */
const isUnfinished = /\.\d+$/;

/** No write takes as long, milliseconds: the run that began it is gone. */
const abandoned = 3_600_000;

interface Entry {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since 1970 of the last read that the file system tells of, or of the write. */
  readonly used: number;
}

/**
 * Removes from each folder the entries that are too old, then those unused for longest until the rest fits. Runs at once can not harm each
 * other: an entry is written under another name and moved into place, one that is gone counts as absent for whoever reads, and a file that
 * another run removed first is no fault. At most one run in some hours walks the folders.
 * @returns how many files were removed
 */
export const pruneCaches = (root: string, folders: readonly string[], now: Date, bounds: CacheBounds = cacheBounds): number => {
  const stamp = path.join(root, '.pruned');
  const last = statOf(stamp)?.mtimeMs ?? 0;
  if (Math.abs(now.getTime() - last) < interval) return 0;
  mkdirSync(root, { recursive: true });
  markAt(stamp, now);
  return folders.reduce((sum, folder) => sum + pruneCache(path.join(root, folder), now, bounds), 0);
};

/** By its handle: another run may take the name away meanwhile. */
const markAt = (file: string, time: Date): void => {
  const handle = openSync(file, 'w');
  try {
    futimesSync(handle, time, time);
  } finally {
    closeSync(handle);
  }
};

const pruneCache = (folder: string, now: Date, { bytes, age }: CacheBounds): number => {
  const entries = entriesOf(folder).sort((a, b) => b.used - a.used);
  let room = bytes;
  const gone = entries.filter(({ file, bytes: size, used }) => {
    const unused = now.getTime() - used;
    if (isUnfinished.test(file)) return unused > abandoned;
    room -= size;
    return room < 0 || unused > age;
  });
  for (const { file } of gone) rmSync(file, { force: true });
  return gone.length;
};

const entriesOf = (folder: string): Entry[] => {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    const stats = statOf(file);
    return stats?.isFile() ? [{ file, bytes: stats.size, used: Math.max(stats.atimeMs, stats.mtimeMs) }] : [];
  });
};

/** Undefined for what is gone: another run may have removed it since the folder was listed. */
const statOf = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false });
