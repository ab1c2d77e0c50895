import { createHash } from 'node:crypto';
import { GateError } from '#model/errors.ts';
import type { FileEntry, Snapshot } from '#model/ports.ts';

type TreeEntry = string | Buffer | { readonly symlink: string } | { readonly submodule: string };
export type Tree = Readonly<Record<string, TreeEntry>>;

const typeOf = (entry: TreeEntry): FileEntry['type'] =>
  typeof entry === 'string' || Buffer.isBuffer(entry) ? 'file' : 'symlink' in entry ? 'symlink' : 'submodule';

const contentOf = (entry: TreeEntry): string | Buffer =>
  typeof entry === 'string' || Buffer.isBuffer(entry) ? entry : 'symlink' in entry ? entry.symlink : entry.submodule;

/** A snapshot in memory: equal content has an equal id, as in git. */
export const treeSnapshot = (tree: Tree, label = 'tree'): Snapshot => ({
  label,
  files: new Map(
    Object.entries(tree).map(([path, entry]) => [path, { id: createHash('sha1').update(contentOf(entry)).digest('hex'), type: typeOf(entry) }] as const),
  ),
  prefetch: () => {},
  read: (path) => {
    const entry = tree[path];
    if (entry === undefined) throw new GateError('GATE_NO_FILE', 'undecided', `${label} has no file ${path}`, { hint: 'Name a path of the tree.' });
    return Buffer.from(contentOf(entry) as string);
  },
});
