import { asList, type Fields, isFields } from '#util/manifest.ts';
import type { Key } from './source-text.ts';
import { type Author, child, grow, type Link, type ListNode, type MapNode, type Node, textOf, type Write } from './tree.ts';

/**
 * Merge keys of the lists of built-in kinds, by the name of the list (`x-kubernetes-patch-merge-key` in Kubernetes'
 * OpenAPI). Lists that are not named here are replaced as a whole.
 */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  webhooks: ['name'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
};

/** Ports of a container and of a Service carry the same name and differ in their key. */
const portKeys = (items: readonly unknown[]): readonly string[] =>
  items.some((item) => isFields(item) && 'containerPort' in item) ? ['containerPort', 'protocol'] : ['port', 'protocol'];

const keysOf = (list: string, items: readonly unknown[]): readonly string[] | undefined => (list === 'ports' ? portKeys(items) : mergeKeys[list]);

interface Merge {
  readonly author: Author;
  /** Does kustomize know the merge keys of the kind? */
  readonly known: boolean;
}

/** The tree after a strategic-merge patch; undefined when the patch deletes it. */
export const applyMerge = (tree: MapNode, patch: Fields, author: Author, known: boolean): MapNode | undefined => {
  const merged = mergeValue(tree, patch, undefined, '', { author, known });
  return merged?.is === 'map' ? merged : undefined;
};

/** A value merged into what stands there; undefined when it takes it away. */
const mergeValue = (old: Node | undefined, patch: unknown, link: Link | undefined, list: string, merge: Merge): Node | undefined => {
  if (patch === null) return undefined;
  if (isFields(patch)) return mergeMap(old, patch, link, merge);
  if (!Array.isArray(patch) || old?.is !== 'list') return grow(patch, merge.author, link, old);
  const keys = merge.known ? keysOf(list, patch) : undefined;
  return keys === undefined ? replaced(old, patch, link, merge) : mergeList(old, patch, link, keys, merge);
};

const replaced = (old: ListNode, patch: readonly unknown[], link: Link | undefined, { author }: Merge): Node => grow(patch, author, link, old);

const mergeMap = (old: Node | undefined, patch: Fields, link: Link | undefined, merge: Merge): Node | undefined => {
  if (patch['$patch'] === 'delete') return undefined;
  const fields = Object.entries(patch).filter(([key]) => !key.startsWith('$'));
  if (old?.is !== 'map' || patch['$patch'] === 'replace') return grow(withoutDirectives(patch), merge.author, link, old);
  const items = new Map(old.items);
  const gone = new Map(old.gone);
  for (const [key, value] of fields) {
    const inner: Link = { parent: link, key };
    const before = old.items.get(key);
    const next = mergeValue(before, value, inner, key, merge);
    if (next !== undefined) items.set(key, next);
    else if (before !== undefined) {
      items.delete(key);
      gone.set(key, removal(inner, before, merge));
    }
  }
  return { is: 'map', by: { author: merge.author, link, before: old.by }, items, gone };
};

const removal = (link: Link | undefined, before: Node, { author }: Merge): Write => ({ author, link, before: before.by, removed: true });

/** What kustomize leaves of directives when there is nothing to merge with. */
const withoutDirectives = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !isDirective(item)).map(withoutDirectives);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !key.startsWith('$') && item !== null)
      .map(([key, item]) => [key, withoutDirectives(item)]),
  );
};

const isDirective = (item: unknown): boolean => isFields(item) && '$patch' in item;

/** Items of the patch come first, merged with those of the same key; the rest follows (kustomize prepends). */
const mergeList = (old: ListNode, patch: readonly unknown[], link: Link | undefined, keys: readonly string[], merge: Merge): Node | undefined => {
  const isWhole = patch.some((item) => isFields(item) && item['$patch'] === 'replace');
  if (isWhole) return grow(withoutDirectives(patch), merge.author, link, old);
  const rest = [...old.items];
  const first: Node[] = [];
  const gone = [...(old.gone ?? [])];
  asList(patch).forEach((item, index) => {
    const at = rest.findIndex((node) => sameItem(node, item, keys));
    const [before] = at < 0 ? [undefined] : rest.splice(at, 1);
    const inner: Link = { parent: link, key: index };
    const next = mergeValue(before, item, inner, '', merge);
    if (next !== undefined) first.push(next);
    else if (before !== undefined) gone.push({ item: before, by: removal(inner, before, merge) });
  });
  return { is: 'list', by: { author: merge.author, link, before: old.by }, items: [...first, ...rest], gone };
};

const sameItem = (node: Node, item: unknown, keys: readonly Key[]): boolean => {
  if (!isFields(item)) return false;
  return keys.every((key, i) => {
    const [there, here] = [valueText(child(node, String(key))), String(item[key] ?? '')];
    return there === here || (i > 0 && (there === '' || here === ''));
  });
};

const valueText = (node: Node | undefined): string => (node?.is === 'leaf' ? String(node.value) : textOf(node));
