import type { Blame, Layer, SourcePlace } from '#model/blame.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest, RenderedRoot, Snapshot } from '#model/ports.ts';
import { formatPath, objectId } from '#util/manifest.ts';
import { overlayPlace } from './add-at.ts';
import { LayerModel } from './layers.ts';
import { agrees, resourceFor, walkTo } from './match.ts';
import type { Resource } from './resource.ts';
import type { State } from './state.ts';
import { type Author, type Node, pathOf, type Write } from './tree.ts';

/** Names of layers for one snapshot; every folder is read once, whatever is asked. */
export class Blamer {
  readonly #model: LayerModel;

  constructor(snapshot: Snapshot, model: LayerModel = new LayerModel(snapshot)) {
    this.#model = model;
  }

  /** Who set the value at `path` of an object of a root; undefined when the object can not be found in the sources. */
  blame(root: RenderedRoot, subject: string, path: JsonPath): Blame | undefined {
    const traced = this.trace(root, subject, path);
    if (traced === undefined) return undefined;
    const layers = traced.writes.map(layerOf);
    const culprit = layers[traced.culprit];
    if (culprit === undefined) return undefined;
    const addAt = traced.isMissing ? overlayPlace(this.#model, root.root.path) : undefined;
    return { culprit, layers, ...(addAt ? { addAt } : {}) };
  }

  /** The same with the writes themselves, for whoever wants to take one away. */
  trace(root: RenderedRoot, subject: string, path: JsonPath): Trace | undefined {
    const manifest = root.objects.find((o) => objectId(o) === subject);
    const state = this.#model.stateOf(root.root.path);
    const resource = manifest && resourceFor(state, manifest);
    if (manifest === undefined || resource === undefined) return undefined;
    return certain(state, resource, manifest, path) ?? wholeObject(resource);
  }
}

export interface Trace {
  /** Last applied first. */
  readonly writes: readonly Write[];
  /** Which of them holds the line to look at. */
  readonly culprit: number;
  /** The field is absent; the writes are those of its removal or of its nearest parent. */
  readonly isMissing: boolean;
}

/** A trace whose end equals what was rendered; undefined when model and render disagree there. */
const certain = (state: State, resource: Resource, manifest: Manifest, path: JsonPath): Trace | undefined => {
  if (path.length === 0) return undefined;
  const found = walkTo(resource.tree, manifest, path);
  if (found === undefined) return undefined;
  const { node, rendered, missing } = found;
  if (missing.length === 0) return node.is !== 'leaf' || agrees(state, node, rendered) ? traceOf(node.by, false) : undefined;
  return traceOf(removalOf(node, missing[0]) ?? node.by, true);
};

/** Who took the key away; from a list, whoever took an item last. */
const removalOf = (node: Node, key: string | number | undefined): Write | undefined => {
  if (node.is === 'list') return node.gone?.at(-1)?.by;
  return node.is === 'map' && typeof key === 'string' ? node.gone?.get(key) : undefined;
};

const traceOf = (write: Write, isMissing: boolean): Trace => {
  const writes = writesOf(write);
  const copy = writes.findIndex((w) => w.copied !== true);
  return { writes, culprit: Math.max(copy, 0), isMissing };
};

/** Nothing certain is known: the place that brought the object. */
const wholeObject = (resource: Resource): Trace => ({ writes: oldestOf(resource), culprit: 0, isMissing: false });

const oldestOf = (resource: Resource): Write[] => {
  const first = writesOf(resource.tree.by).at(-1);
  return first ? [first] : [];
};

const writesOf = (write: Write | undefined): Write[] => {
  const writes: Write[] = [];
  for (let at = write; at !== undefined; at = at.before) writes.push(at);
  return writes;
};

/** Where a write stands, and what it is. */
export const layerOf = (write: Write): Layer => {
  const { author } = write;
  const inside = author.kind === 'resource' ? formatPath(pathOf(write.link)) : '';
  return { kind: author.kind, what: inside === '' ? author.what : `${author.what} ${inside}`, ...placeOf(author, write) };
};

const placeOf = (author: Author, write: Write): SourcePlace => {
  const { line, endLine } = author.text.span(author.document, pathOf(write.link));
  return { file: author.text.file, line, ...(endLine > line ? { endLine } : {}) };
};
