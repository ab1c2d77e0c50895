import { isFields, textAt } from '#util/manifest.ts';
import type { Key } from './source-text.ts';
import { type Author, child, grow, type Link, type ListNode, type Node, nodeAt, rewrite, update, type Write, withChild, withoutChild } from './tree.ts';

/** A patch text as operations; undefined when it is no list of them. */
export const operationsOf = (documents: readonly unknown[]): readonly unknown[] | undefined => {
  const [first] = documents;
  return Array.isArray(first) && first.every((op) => isFields(op) && typeof op['op'] === 'string') ? first : undefined;
};

/** Thrown when an operation can not be carried out: kustomize will say so, and nothing here is certain. */
export class PatchFails extends Error {}

/** The tree after all operations (RFC 6902), as kustomize applies them. @throws PatchFails */
export const applyOperations = (tree: Node, operations: readonly unknown[], author: Author): Node =>
  operations.reduce<Node>((node, operation, index) => {
    const next = applyOne(node, operation, { parent: undefined, key: index }, author);
    if (next === undefined) throw new PatchFails(`operation ${index}`);
    return next;
  }, tree);

const applyOne = (tree: Node, operation: unknown, link: Link, author: Author): Node | undefined => {
  const op = textAt(operation, 'op');
  const pointer = textAt(operation, 'path');
  const from = textAt(operation, 'from');
  const by: Author = { ...author, what: `op ${op} ${from === '' ? '' : `${from} to `}${pointer}` };
  const write: Write = { author: by, link, before: undefined };
  if (!isFields(operation)) return undefined;
  if (op === 'add' || op === 'replace') {
    const value = { parent: link, key: 'value' };
    return put(tree, keysOf(pointer), op, (old) => grow(operation['value'] ?? null, by, value, old));
  }
  if (op === 'remove') return take(tree, keysOf(pointer), write);
  if (op === 'test') return tree;
  const moved = nodeAt(tree, settled(tree, keysOf(from)));
  if (moved === undefined) return undefined;
  const without = op === 'move' ? take(tree, keysOf(from), write) : tree;
  return without && put(without, keysOf(pointer), 'add', (old) => rewrite(moved, write, old));
};

/** Keys of a JSON pointer (RFC 6901). */
const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Keys with `-1` and the like turned into indexes, as the library of kustomize allows. */
const settled = (tree: Node, keys: readonly string[]): Key[] => {
  let node: Node | undefined = tree;
  return keys.map((key) => {
    const index: Key = node?.is === 'list' && /^-\d+$/.test(key) ? node.items.length + Number(key) : key;
    node = node && nodeAt(node, [index]);
    return index;
  });
};

type Make = (old: Node | undefined) => Node;

const put = (tree: Node, keys: readonly string[], op: 'add' | 'replace', make: Make): Node | undefined => {
  const key = keys.at(-1);
  if (key === undefined) return make(tree);
  return update(tree, settled(tree, keys.slice(0, -1)), (parent) => {
    if (parent?.is === 'list')
      return op === 'add' ? inserted(parent, key, make) : withChild(parent, settled(parent, [key])[0] ?? key, make(nodeAt(parent, settled(parent, [key]))));
    if (parent?.is !== 'map' || (op === 'replace' && !parent.items.has(key))) return undefined;
    return withChild(parent, key, make(child(parent, key)));
  });
};

const inserted = (list: ListNode, key: string, make: Make): Node | undefined => {
  const at = key === '-' ? list.items.length : Number(settled(list, [key])[0]);
  return Number.isInteger(at) && at <= list.items.length ? { ...list, items: list.items.toSpliced(at, 0, make(undefined)) } : undefined;
};

const take = (tree: Node, keys: readonly string[], write: Write): Node | undefined => {
  const key = keys.at(-1);
  if (key === undefined) return undefined;
  return update(tree, settled(tree, keys.slice(0, -1)), (parent) => parent && withoutChild(parent, settled(parent, [key])[0] ?? key, write));
};
