import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';
import { builtinSpecs, changeField } from './field-specs.ts';
import { kindOf, type Resource } from './resource.ts';
import { isCheap, UnknownSelector } from './select.ts';
import { type Layer, type State, writeOf } from './state.ts';
import type { Step } from './transformers.ts';
import { type Node, textOf, type Write } from './tree.ts';

/** `images`: every entry, on every container of every object. */
export const setImages: Step = (state, layer) =>
  ['images', 'imageTags'].reduce<State>(
    (before, field) =>
      asList(layer.fields[field]).reduce<State>((inner, entry, i) => (isFields(entry) ? setImage(inner, layer, entry, field, i) : inner), before),
    state,
  );

const setImage = (state: State, layer: Layer, entry: Fields, field: string, index: number): State => {
  const name = textAt(entry, 'name');
  const part = ['digest', 'newTag', 'tagSuffix', 'newName'].find((key) => key in entry) ?? 'name';
  const write = writeOf(layer, 'image', `${field}[name=${name}].${part}`, [field, index, part]);
  let matched = false;
  const change = (old: Node | undefined): Node | undefined => {
    if (old?.is !== 'leaf' || !isNamed(textOf(old), name)) return undefined;
    matched = true;
    return { is: 'leaf', value: changed(textOf(old), entry), by: { ...write, before: old.by } };
  };
  const resources = state.resources.map((resource) =>
    kindOf(resource) === 'CustomResourceDefinition' ? resource : changeImages(resource, state, write, change),
  );
  if (matched) return { ...state, resources };
  const fault = {
    code: 'source.image_matches_nothing',
    saysMissing: true as const,
    message: `${field}: no container runs an image named ${name} here, so the entry changes nothing`,
    solution: 'Write the name as it stands in the resource, or take the entry out.',
    text: layer.text,
    document: 0,
    path: [field, index, 'name'],
  };
  return { ...state, faults: [...state.faults, fault] };
};

const changeImages = (resource: Resource, state: State, write: Write, change: (old: Node | undefined) => Node | undefined): Resource => {
  const tree = inContainers(resource.tree, change);
  const start = tree.is === 'map' && tree !== resource.tree ? { ...resource, tree } : resource;
  // A second look through the field specifications must not change what the first changed already.
  const once = (old: Node | undefined): Node | undefined => (old?.by.author === write.author ? undefined : change(old));
  return [...builtinSpecs.images, ...(state.specs.images ?? [])].reduce((r, spec) => changeField(r, spec, write, once), start);
};

/** kustomize changes `image` below any list called containers or initContainers, whatever the kind. */
const inContainers = (node: Node, change: (old: Node | undefined) => Node | undefined): Node => {
  if (node.is === 'leaf') return node;
  if (node.is === 'list') {
    const items = node.items.map((item) => inContainers(item, change));
    return items.some((item, i) => item !== node.items[i]) ? { ...node, items } : node;
  }
  let items: Map<string, Node> | undefined;
  for (const [key, value] of node.items) {
    const next = (key === 'containers' || key === 'initContainers') && value.is === 'list' ? imagesOf(value, change) : inContainers(value, change);
    if (next !== value) items = (items ?? new Map(node.items)).set(key, next);
  }
  return items ? { ...node, items } : node;
};

const imagesOf = (list: Extract<Node, { is: 'list' }>, change: (old: Node | undefined) => Node | undefined): Node => {
  const items = list.items.map((item) => {
    const next = item.is === 'map' ? change(item.items.get('image')) : undefined;
    return next && item.is === 'map' ? { ...item, items: new Map(item.items).set('image', next) } : item;
  });
  return items.some((item, i) => item !== list.items[i]) ? { ...list, items } : list;
};

/** The name of an entry is a regular expression to kustomize (api/internal/image). */
const isNamed = (image: string, name: string): boolean => {
  if (!isCheap(name)) throw new UnknownSelector(name);
  try {
    return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image);
  } catch {
    throw new UnknownSelector(name);
  }
};

const changed = (image: string, entry: Fields): string => {
  const [, oldName = image, oldTag = '', oldDigest = ''] = /^((?:[^/]*\/)*[^/:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(image) ?? [];
  const [newTag, newDigest, suffix] = [scalar(entry['newTag']), textAt(entry, 'digest'), textAt(entry, 'tagSuffix')];
  const name = textAt(entry, 'newName') || oldName;
  const isSet = newTag !== '' || newDigest !== '';
  const tag = isSet ? newTag : oldTag + suffix;
  const digest = isSet ? newDigest : suffix === '' ? oldDigest : '';
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
};

const scalar = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
