import type { LayerKind } from '#model/blame.ts';
import { isFields } from '#util/manifest.ts';
import type { Key, SourceText } from './source-text.ts';

/** Path inside a source document, from the value upwards: cheap to keep for each of many values. */
export interface Link {
  readonly parent: Link | undefined;
  readonly key: Key;
}

/** What wrote values: one resource document, one operation, one entry of a kustomization. */
export interface Author {
  readonly kind: LayerKind;
  readonly what: string;
  readonly text: SourceText;
  readonly document: number;
  /** The kustomization that applied it. */
  readonly folder: string;
}

/** One write of a value, with the writes that came before it. */
export interface Write {
  readonly author: Author;
  readonly link: Link | undefined;
  readonly before: Write | undefined;
  /** The value was copied from elsewhere as it stood: the next older write holds it. */
  readonly copied?: true;
  /** It took the value away. */
  readonly removed?: true;
}

export interface MapNode {
  readonly is: 'map';
  readonly by: Write;
  readonly items: ReadonlyMap<string, Node>;
  /** What was taken away, and by which write. */
  readonly gone?: ReadonlyMap<string, Write>;
}

export interface ListNode {
  readonly is: 'list';
  readonly by: Write;
  readonly items: readonly Node[];
  readonly gone?: readonly { readonly item: Node; readonly by: Write }[];
}

interface LeafNode {
  readonly is: 'leaf';
  readonly by: Write;
  readonly value: unknown;
}

export type Node = MapNode | ListNode | LeafNode;

export const linkOf = (path: readonly Key[]): Link | undefined => path.reduce<Link | undefined>((parent, key) => ({ parent, key }), undefined);

export const pathOf = (link: Link | undefined): Key[] => (link === undefined ? [] : [...pathOf(link.parent), link.key]);

export const textOf = (node: Node | undefined): string => (node?.is === 'leaf' && typeof node.value === 'string' ? node.value : '');

/** The child of a map, or undefined. */
export const child = (node: Node | undefined, key: string): Node | undefined => (node?.is === 'map' ? node.items.get(key) : undefined);

export const nodeAt = (node: Node | undefined, path: readonly Key[]): Node | undefined =>
  path.reduce<Node | undefined>((inner, key) => (inner?.is === 'list' ? inner.items[Number(key)] : child(inner, String(key))), node);

/** A tree of a value that one author wrote; values that stood there before become their history. */
export const grow = (value: unknown, author: Author, link: Link | undefined, old?: Node): Node => {
  const by: Write = { author, link, before: old?.by };
  if (Array.isArray(value))
    return {
      is: 'list',
      by,
      items: value.map((item, key) => grow(item, author, { parent: link, key }, old?.is === 'list' ? twin(old.items, item, key) : undefined)),
    };
  if (!isFields(value)) return { is: 'leaf', by, value };
  const items = new Map(Object.entries(value).map(([key, item]) => [key, grow(item, author, { parent: link, key }, child(old, key))] as const));
  return { is: 'map', by, items };
};

/** The item of a list that was there under the same name, or at the same place where items have no name. */
const twin = (items: readonly Node[], value: unknown, index: number): Node | undefined => {
  const name = isFields(value) ? value['name'] : undefined;
  if (typeof name !== 'string') return items[index];
  return items.find((item) => textOf(child(item, 'name')) === name);
};

/** The same tree, as if `write` had set every value of it. */
export const rewrite = (node: Node, write: Write, old?: Node): Node => {
  const by = { ...write, before: joined(node.by, old?.by) };
  if (node.is === 'leaf') return { ...node, by };
  if (node.is === 'list') return { is: 'list', by, items: node.items.map((item) => rewrite(item, write)) };
  return { is: 'map', by, items: new Map([...node.items].map(([key, item]) => [key, rewrite(item, write, child(old, key))])) };
};

/** One history behind the other. */
export const joined = (first: Write | undefined, then: Write | undefined): Write | undefined =>
  first === undefined ? then : then === undefined ? first : { ...first, before: joined(first.before, then) };

/** The tree with another value at `path`; parents must exist. Undefined where they do not. */
export const update = (node: Node, path: readonly Key[], change: (old: Node | undefined) => Node | undefined): Node | undefined => {
  const [key, ...rest] = path;
  if (key === undefined) return change(node);
  const old = nodeAt(node, [key]);
  const next = rest.length === 0 ? change(old) : old && update(old, rest, change);
  if (next === undefined) return undefined;
  return next === old ? node : withChild(node, key, next);
};

export const withChild = (node: Node, key: Key, next: Node): Node | undefined => {
  if (node.is === 'map') return { ...node, items: new Map(node.items).set(String(key), next) };
  if (node.is === 'list' && Number(key) < node.items.length) return { ...node, items: node.items.with(Number(key), next) };
  return undefined;
};

/** The tree without the child, and the memory of who took it. */
export const withoutChild = (node: Node, key: Key, write: Write): Node | undefined => {
  const old = nodeAt(node, [key]);
  if (old === undefined || node.is === 'leaf') return undefined;
  const by: Write = { ...write, before: old.by, removed: true };
  if (node.is === 'list') return { ...node, items: node.items.toSpliced(Number(key), 1), gone: [...(node.gone ?? []), { item: old, by }] };
  const items = new Map(node.items);
  items.delete(String(key));
  return { ...node, items, gone: new Map(node.gone).set(String(key), by) };
};
