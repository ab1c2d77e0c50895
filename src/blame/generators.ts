import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';
import { emptyMap } from './field-specs.ts';
import { effectiveNamespace, kindOf, nameOf, type Resource } from './resource.ts';
import type { Key, SourceText } from './source-text.ts';
import { authorOf, type Layer, type State, writeOf } from './state.ts';
import { child, type MapNode, type Node, textOf, type Write } from './tree.ts';

/** ConfigMaps and Secrets that the kustomization generates, or adds to those that are there. */
export const generate = (state: State, layer: Layer): State =>
  (['configMapGenerator', 'secretGenerator'] as const).reduce<State>(
    (before, field) =>
      asList(layer.fields[field]).reduce<State>((inner, entry, i) => (isFields(entry) ? absorb(inner, layer, entry, [field, i]) : inner), before),
    state,
  );

interface Datum {
  readonly key: string;
  readonly value: string;
  readonly write: Write;
}

const absorb = (state: State, layer: Layer, entry: Fields, path: readonly Key[]): State => {
  const made = make(layer, entry, path);
  const behavior = textAt(entry, 'behavior');
  if (behavior !== 'merge' && behavior !== 'replace') return { ...state, resources: [...state.resources, made] };
  const namespace = (r: Resource): string => effectiveNamespace(r, textOf(child(child(r.tree, 'metadata'), 'namespace')));
  const same = (r: Resource): boolean =>
    kindOf(r) === kindOf(made) && namespace(r) === namespace(made) && [nameOf(r), ...r.former.map((f) => f.name)].includes(nameOf(made));
  return { ...state, resources: state.resources.map((r) => (same(r) ? merged(r, made, behavior === 'replace') : r)) };
};

const merged = (old: Resource, made: Resource, isReplaced: boolean): Resource => {
  const items = new Map(old.tree.items);
  for (const [key, value] of made.tree.items) {
    if (key === 'apiVersion' || key === 'kind') continue;
    const before = items.get(key);
    if (key === 'metadata') items.set(key, mergedMetadata(before, value));
    else items.set(key, isReplaced && key === 'data' ? value : over(before, value));
  }
  return { ...old, tree: { ...old.tree, items } };
};

const mergedMetadata = (old: Node | undefined, made: Node): Node => {
  if (old?.is !== 'map' || made.is !== 'map') return made;
  const items = new Map(old.items);
  for (const key of ['labels', 'annotations']) {
    const marks = made.items.get(key);
    if (marks) items.set(key, over(old.items.get(key), marks));
  }
  return { ...old, items };
};

/** Entries of a map laid over those that are there, which become their history. */
const over = (old: Node | undefined, next: Node): Node => {
  if (old?.is !== 'map' || next.is !== 'map') return { ...next, by: { ...next.by, before: old?.by } };
  const items = new Map(old.items);
  for (const [key, value] of next.items) items.set(key, { ...value, by: { ...value.by, before: joinedTail(value.by, items.get(key)?.by) } });
  return { ...old, items };
};

const joinedTail = (write: Write, old: Write | undefined): Write | undefined =>
  write.before === undefined ? old : { ...write.before, before: joinedTail(write.before, old) };

const make = (layer: Layer, entry: Fields, path: readonly Key[]): Resource => {
  const name = textAt(entry, 'name');
  const kind = path[0] === 'secretGenerator' ? 'Secret' : 'ConfigMap';
  const what = `${String(path[0])} ${name}`;
  const at = (...more: Key[]): Write => writeOf(layer, 'generator', what, [...path, ...more]);
  const leaf = (value: unknown, write: Write): Node => ({ is: 'leaf', value, by: write });
  const options = optionsOf(layer, entry, path);
  const metadata = new Map<string, Node>([['name', leaf(name, at('name'))]]);
  if ('namespace' in entry) metadata.set('namespace', leaf(entry['namespace'], at('namespace')));
  for (const mark of ['labels', 'annotations'] as const) {
    const node = options.marks(mark);
    if (node) metadata.set(mark, node);
  }
  const encoded = (value: string): string => (kind === 'Secret' ? Buffer.from(value).toString('base64') : value);
  const data = new Map(dataOf(layer, entry, at).map(({ key, value, write }) => [key, leaf(encoded(value), write)] as const));
  const items = new Map<string, Node>([
    ['apiVersion', leaf('v1', at())],
    ['kind', leaf(kind, at())],
    ['metadata', { is: 'map', by: at('name'), items: metadata }],
  ]);
  if (data.size > 0) items.set('data', { is: 'map', by: at(), items: data });
  if (kind === 'Secret') items.set('type', leaf(textAt(entry, 'type') || 'Opaque', at('type')));
  const immutable = options.at('immutable');
  if (immutable && options.value('immutable') === true) items.set('immutable', leaf(true, immutable));
  return {
    tree: { is: 'map', by: at(), items },
    former: [],
    origin: { ...authorOf(layer, 'generator', what) },
    hashed: options.value('disableNameSuffixHash') !== true,
  };
};

/** Options of one generator over those of all generators of the file. */
const optionsOf = (layer: Layer, entry: Fields, path: readonly Key[]) => {
  const sources = [
    { fields: entry['options'], path: [...path, 'options'] },
    { fields: layer.fields['generatorOptions'], path: ['generatorOptions'] },
  ] as const;
  const holder = (key: string) => sources.find(({ fields }) => isFields(fields) && key in fields);
  const write = (at: readonly Key[]): Write => writeOf(layer, 'generator', `options of ${String(path[0])}`, at);
  const marks = (mark: 'labels' | 'annotations'): MapNode | undefined => {
    const items = new Map<string, Node>();
    for (const source of [...sources].reverse()) {
      const pairs = isFields(source.fields) ? source.fields[mark] : undefined;
      for (const [key, value] of Object.entries(isFields(pairs) ? pairs : {})) items.set(key, { is: 'leaf', value, by: write([...source.path, mark, key]) });
    }
    const found = holder(mark);
    return found && items.size > 0 ? { ...emptyMap(write([...found.path, mark])), items } : undefined;
  };
  return {
    marks,
    at: (key: string): Write | undefined => {
      const found = holder(key);
      return found && write([...found.path, key]);
    },
    value: (key: string): unknown => {
      const found = holder(key);
      return isFields(found?.fields) ? found.fields[key] : undefined;
    },
  };
};

const dataOf = (layer: Layer, entry: Fields, at: (...more: Key[]) => Write): Datum[] => {
  const listed = (field: string): string[] => asList(entry[field]).filter((item) => typeof item === 'string');
  const single = textAt(entry, 'env');
  return [
    ...listed('envs').flatMap((file, i) => envData(layer, file, at('envs', i))),
    ...(single === '' ? [] : envData(layer, single, at('env'))),
    ...listed('literals').flatMap((text, i) => pair(text, at('literals', i))),
    ...listed('files').flatMap((text, i) => {
      const [, key, file = text] = /^([^=]+)=(.*)$/.exec(text) ?? [];
      const content = layer.open(file);
      return content ? [{ key: key ?? file.slice(file.lastIndexOf('/') + 1), value: content.text, write: inFile(content, 0, at('files', i)) }] : [];
    }),
  ];
};

/** `key=value`; quotes around the value do not count. */
const pair = (text: string, write: Write): Datum[] => {
  const [, key, value = ''] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  return key === undefined ? [] : [{ key, value: value.replace(/^(["'])([\s\S]*)\1$/, '$2'), write }];
};

const envData = (layer: Layer, file: string, write: Write): Datum[] => {
  const content = layer.open(file);
  if (content === undefined) return [];
  return content.text.split('\n').flatMap((line, i) => {
    const [, key, value] = /^([^=#\s][^=]*)=(.*)$/.exec(line.trim()) ?? [];
    return key === undefined ? [] : [{ key, value: value ?? '', write: inFile(content, i, write) }];
  });
};

/** The value stands in a file that the entry names: the file's line first, the entry behind it. */
const inFile = (text: SourceText, line: number, entry: Write): Write => ({
  author: { ...entry.author, text: text.plain(line), document: 0 },
  link: undefined,
  before: entry,
});
