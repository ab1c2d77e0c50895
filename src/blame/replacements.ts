import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import type { Resource } from './resource.ts';
import { isSource, matchesMarks, selects } from './select.ts';
import type { Key, SourceText } from './source-text.ts';
import type { Layer, LayerFault, State } from './state.ts';
import type { Step } from './transformers.ts';
import { type Author, joined, linkOf, type Node, rewrite, type Write } from './tree.ts';

/** A value that kustomize computes and nobody here repeats. */
export const opaque: unique symbol = Symbol('computed by kustomize');

interface Entry {
  readonly fields: Fields;
  readonly text: SourceText;
  readonly path: readonly Key[];
}

/** `replacements`, inline or from files. */
export const applyReplacements: Step = (state, layer) => entriesOf(layer).reduce((before, entry) => applyEntry(before, layer, entry), state);

const entriesOf = (layer: Layer): Entry[] =>
  asList(layer.fields['replacements']).flatMap((entry, i) => {
    if (!isFields(entry)) return [];
    const file = textAt(entry, 'path');
    if (file === '') return [{ fields: entry, text: layer.text, path: ['replacements', i] }];
    const text = layer.open(file);
    const [content] = text?.values ?? [];
    if (text === undefined) return [];
    if (isFields(content)) return [{ fields: content, text, path: [] }];
    return asList(content).flatMap((fields, j) => (isFields(fields) ? [{ fields, text, path: [j] }] : []));
  });

const applyEntry = (state: State, layer: Layer, entry: Entry): State => {
  const source = sourceOf(state.resources, entry.fields);
  if (source === undefined) return withFault(state, entry, ['source'], `replacements: ${described(entry.fields['source'])} is not among these objects`, true);
  let selected = 0;
  const missed: number[] = [];
  let resources = state.resources;
  asList(entry.fields['targets']).forEach((target, j) => {
    let found = 0;
    resources = resources.map((resource) => {
      if (!isTarget(target, resource)) return resource;
      found++;
      return copyInto(resource, source, target, entry, j, layer.folder);
    });
    selected += found;
    if (found === 0) missed.push(j);
  });
  const after = { ...state, resources };
  if (selected === 0) return withFault(after, entry, ['targets'], 'replacements: no target of this entry selects an object here, so it changes nothing');
  // A component is shared, so it may list targets of which each user has only some.
  if (layer.isComponent) return after;
  return missed.reduce(
    (s, j) => withFault(s, entry, ['targets', j], `replacements: ${described(valueAt(entry.fields, 'targets', j, 'select'))} selects nothing here`),
    after,
  );
};

const described = (selector: unknown): string => (isFields(selector) ? JSON.stringify(selector) : 'the source');

const withFault = (state: State, { text, path }: Entry, at: readonly Key[], message: string, breaks?: true): State => {
  const fault: LayerFault = {
    code: 'source.replacement_selects_nothing',
    saysMissing: true,
    message,
    solution: 'Mend the selector, or take the entry out.',
    text,
    document: 0,
    path: [...path, ...at],
    ...(breaks ? { breaks } : {}),
  };
  return { ...state, faults: [...state.faults, fault] };
};

const isTarget = (target: unknown, resource: Resource): boolean => {
  const rejects = asList(isFields(target) ? target['reject'] : undefined);
  const isMarked = (r: unknown): boolean => textAt(r, 'labelSelector') + textAt(r, 'annotationSelector') !== '';
  const isNamed = (r: unknown): boolean => ['group', 'version', 'kind', 'name', 'namespace'].some((key) => textAt(r, key) !== '');
  const select = isFields(target) ? target['select'] : undefined;
  return (
    isFields(select) &&
    matchesMarks(select, resource) &&
    selects(select, resource) &&
    !rejects.some((r) => (isMarked(r) && matchesMarks(r, resource)) || (isNamed(r) && selects(r, resource)))
  );
};

/** The value to copy: a node of an object, or the text of `sourceValue`. */
type Source = { readonly node: Node | undefined; readonly value: unknown; readonly what: string };

const sourceOf = (resources: readonly Resource[], fields: Fields): Source | undefined => {
  if ('sourceValue' in fields) return { node: undefined, value: fields['sourceValue'], what: 'sourceValue' };
  const source = fields['source'];
  const [resource] = resources.filter((r) => isSource(source, r));
  const fieldPath = textAt(source, 'fieldPath') || 'metadata.name';
  const [node] = resource ? nodesAt(resource.tree, splitPath(fieldPath)) : [];
  if (node === undefined) return undefined;
  const delimiter = textAt(source, 'options', 'delimiter');
  const what = `${textAt(source, 'kind') || 'object'} ${fieldPath}`;
  if (delimiter === '' || node.is !== 'leaf') return { node, value: undefined, what };
  return { node: undefined, value: String(node.value).split(delimiter)[Number(valueAt(source, 'options', 'index') ?? 0)], what };
};

const nodesAt = (node: Node, path: readonly string[]): Node[] => {
  const found: Node[] = [];
  changeAt(node, path, false, (old) => {
    if (old) found.push(old);
    return old;
  });
  return found;
};

const copyInto = (resource: Resource, source: Source, target: unknown, entry: Entry, index: number, folder: string): Resource => {
  const listed = asList(isFields(target) ? target['fieldPaths'] : undefined);
  const paths = listed.length > 0 ? listed : ['metadata.name'];
  const options = isFields(target) ? target['options'] : undefined;
  return paths.reduce<Resource>((r, fieldPath, k) => {
    const author: Author = { kind: 'replacement', what: `${fieldPath} from ${source.what}`, text: entry.text, document: 0, folder };
    const at = source.what === 'sourceValue' ? ['sourceValue'] : listed.length > 0 ? ['targets', index, 'fieldPaths', k] : ['targets', index];
    const write: Write = { author, link: linkOf([...entry.path, ...at]), before: undefined };
    const next = changeAt(r.tree, splitPath(String(fieldPath)), valueAt(options, 'create') === true, (old) => copied(old, source, options, write), write);
    return next?.is === 'map' ? withTree(r, next) : r;
  }, resource);
};

const withTree = (resource: Resource, tree: Resource['tree']): Resource => ({ ...resource, tree });

const copied = (old: Node | undefined, source: Source, options: unknown, write: Write): Node => {
  const delimiter = textAt(options, 'delimiter');
  const value = source.node?.is === 'leaf' ? source.node.value : source.value;
  if (delimiter !== '' && old?.is === 'leaf') {
    const parts = String(old.value).split(delimiter);
    const index = Number(valueAt(options, 'index') ?? 0);
    if (index < 0) parts.unshift(String(value));
    else if (index >= parts.length) parts.push(String(value));
    else parts[index] = String(value);
    return { is: 'leaf', value: parts.join(delimiter), by: { ...write, before: old.by } };
  }
  if (source.node !== undefined) return rewrite(source.node, { ...write, copied: true }, old);
  return { is: 'leaf', value, by: { ...write, before: joined(old?.by, undefined) } };
};

/** Parts of a field path: dots separate, brackets hold dots together, a backslash keeps a dot (kyaml, SmarterPathSplitter). */
const splitPath = (path: string): string[] =>
  (path.match(/\[[^\]]*\]|(?:\\.|[^.\\])+/g) ?? []).map((part) =>
    part.startsWith('[') && !part.includes('=') ? part.slice(1, -1) : part.replaceAll('\\.', '.'),
  );

type Change = (old: Node | undefined) => Node | undefined;

/** Undefined when nothing is at the path. A scalar on the way holds text of its own, which kustomize rewrites. */
const changeAt = (node: Node, [part, ...rest]: readonly string[], create: boolean, change: Change, write?: Write): Node | undefined => {
  if (part === undefined) return change(node);
  if (node.is === 'leaf') return write && { is: 'leaf', value: opaque, by: { ...write, before: node.by } };
  if (node.is === 'map' && part !== '*') return changeField(node, part, rest, create, change, write);
  const matching = itemTest(part);
  const items = new Map<string | number, Node>(node.is === 'map' ? node.items : node.items.entries());
  let changed = false;
  for (const [key, item] of items) {
    if (!matching(item, key)) continue;
    const next = changeAt(item, rest, create, change, write);
    if (next === undefined || next === item) continue;
    items.set(key, next);
    changed = true;
  }
  if (!changed) return undefined;
  return node.is === 'list' ? { ...node, items: [...items.values()] } : { ...node, items: new Map([...items].map(([k, v]) => [String(k), v])) };
};

const changeField = (node: Extract<Node, { is: 'map' }>, part: string, rest: readonly string[], create: boolean, change: Change, write?: Write) => {
  const old = node.items.get(part);
  if (old === undefined && (!create || write === undefined)) return undefined;
  const start: Node | undefined = old ?? (rest.length > 0 && write ? { is: 'map', by: write, items: new Map() } : undefined);
  const next = rest.length === 0 ? change(old) : start && changeAt(start, rest, create, change, write);
  return next === undefined ? undefined : { ...node, items: new Map(node.items).set(part, next) };
};

const itemTest = (part: string): ((item: Node, key: string | number) => boolean) => {
  if (part === '*') return () => true;
  const named = /^\[([^=]*)=(.*)\]$/.exec(part);
  if (!named) return (_item, key) => String(key) === part;
  const [, key = '', value = ''] = named;
  return (item) => {
    const holder = key === '' ? item : item.is === 'map' ? item.items.get(key) : undefined;
    return holder?.is === 'leaf' && String(holder.value) === value;
  };
};
