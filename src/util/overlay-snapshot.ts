import { createHash } from 'node:crypto';
import type { Snapshot } from '#model/ports.ts';

/** Git's id of a file's content in a repository of SHA-1. */
export const blobId = (bytes: Buffer): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** A snapshot in which some files have new content; each has the id that git would give it, so that caches hold for it. */
export const overlaySnapshot = (snapshot: Snapshot, texts: ReadonlyMap<string, string>): Snapshot => {
  const files = new Map([...texts].map(([path, text]) => [path, Buffer.from(text)]));
  return {
    label: snapshot.label,
    files: new Map([...snapshot.files, ...[...files].map(([path, bytes]) => [path, { id: blobId(bytes), type: 'file' }] as const)]),
    prefetch: (paths) => snapshot.prefetch([...paths].filter((path) => !files.has(path))),
    read: (path) => files.get(path) ?? snapshot.read(path),
  };
};
