import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { isFields, textAt } from '#util/manifest.ts';
import { opaque } from './replacements.ts';
import { identities, kindOf, nameOf, type Resource } from './resource.ts';
import type { State } from './state.ts';
import { child, type Node, textOf } from './tree.ts';

/** Ends of names that kustomize derives from the content of a ConfigMap or Secret. */
const hash = /^-[a-z0-9]{10}$/;

const isHashOf = (rendered: string, name: string): boolean => rendered.startsWith(name) && hash.test(rendered.slice(name.length));

/** The object of the model that kustomize rendered as this manifest; undefined when there is not exactly one. */
export const resourceFor = (state: State, manifest: Manifest): Resource | undefined => {
  const name = textAt(manifest, 'metadata', 'name');
  const fits = state.resources.filter(
    (r) =>
      textOf(child(r.tree, 'apiVersion')) === textAt(manifest, 'apiVersion') &&
      kindOf(r) === textAt(manifest, 'kind') &&
      textOf(child(child(r.tree, 'metadata'), 'namespace')) === textAt(manifest, 'metadata', 'namespace') &&
      (nameOf(r) === name || (r.hashed && isHashOf(name, nameOf(r)))),
  );
  return fits.length === 1 ? fits[0] : undefined;
};

/** Texts that kustomize may have turned a reference into: the last name of an object that once had this one. */
const isReference = (state: State, written: string, rendered: string): boolean =>
  state.resources.some((r) => identities(r).some((id) => id.name === written) && (nameOf(r) === rendered || (r.hashed && isHashOf(rendered, nameOf(r)))));

/** Does a value of the model equal what was rendered? Numbers and texts compare by what they spell. */
export const agrees = (state: State, node: Node, rendered: unknown): boolean => {
  if (node.is === 'list')
    return Array.isArray(rendered) && rendered.length === node.items.length && node.items.every((item, i) => agrees(state, item, rendered[i]));
  if (node.is === 'map') {
    if (!isFields(rendered)) return false;
    const present = [...node.items].filter(([, item]) => !(item.is === 'leaf' && item.value === null));
    const shown = Object.keys(rendered).filter((key) => rendered[key] !== null);
    return present.length === shown.length && present.every(([key, item]) => agrees(state, item, rendered[key]));
  }
  if (node.value === opaque || String(node.value) === String(rendered)) return true;
  return typeof rendered === 'string' && typeof node.value === 'string' && isReference(state, node.value, rendered);
};

export interface Found {
  /** The deepest node on the way that exists. */
  readonly node: Node;
  /** Its place as rendered. */
  readonly rendered: unknown;
  /** Keys below it that do not exist. */
  readonly missing: JsonPath;
}

/** Walks the rendered path through the model; undefined where both disagree. */
export const walkTo = (tree: Node, manifest: Manifest, path: JsonPath): Found | undefined => {
  let [node, rendered]: [Node, unknown] = [tree, manifest];
  for (const [i, key] of path.entries()) {
    const inner = childRendered(rendered, key);
    const next = typeof key === 'number' ? itemFor(node, inner, key) : child(node, key);
    if (inner === undefined && next === undefined) return { node, rendered, missing: path.slice(i) };
    if (inner === undefined || next === undefined) return undefined;
    [node, rendered] = [next, inner];
  }
  return { node, rendered, missing: [] };
};

const childRendered = (value: unknown, key: string | number): unknown => {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};

const itemKeys = ['name', 'mountPath', 'containerPort', 'port', 'topologyKey', 'ip', 'key'];

/** The same item of a list: by what names it, because places shift; by place where nothing names it. */
const itemFor = (node: Node, rendered: unknown, index: number): Node | undefined => {
  if (node.is !== 'list') return undefined;
  const key = itemKeys.find((name) => isFields(rendered) && name in rendered);
  if (key === undefined || !isFields(rendered)) return node.items[index];
  const isSame = (item: Node | undefined): boolean => {
    const value = child(item, key);
    return value?.is === 'leaf' && String(value.value) === String(rendered[key]);
  };
  return isSame(node.items[index]) ? node.items[index] : node.items.find(isSame);
};
