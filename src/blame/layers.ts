import path from 'node:path/posix';
import type { Snapshot } from '#model/ports.ts';
import { kustomizationNames, resolveReference } from '#render/kustomization.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import { mergeSpecs, specsOf } from './field-specs.ts';
import { generate } from './generators.ts';
import { setImages } from './images.ts';
import { applyOldMerges, applyOldOperations, applyPatches } from './patches.ts';
import { applyReplacements } from './replacements.ts';
import type { Resource } from './resource.ts';
import { UnknownSelector } from './select.ts';
import { SourceText } from './source-text.ts';
import { emptyState, type Layer, type State, together } from './state.ts';
import { addAnnotations, addLabels, type Step, setNamespace, setPrefix, setReplicas, setSuffix } from './transformers.ts';
import { type Author, grow } from './tree.ts';

/** Order of the transformers inside one kustomization (kustomize 5.8.1, api/internal/target/kusttarget_configplugin.go). */
const steps: readonly Step[] = [
  applyOldMerges,
  applyPatches,
  setNamespace,
  setPrefix,
  setSuffix,
  addLabels,
  addAnnotations,
  applyOldOperations,
  setReplicas,
  setImages,
  applyReplacements,
];

/**
 * Repeats in memory what kustomize does with the layers of a root, and keeps for every value who wrote it. It is no
 * renderer: whatever it says is held against what kustomize rendered before anybody is blamed.
 */
export class LayerModel {
  readonly #snapshot: Snapshot;
  readonly #texts = new Map<string, SourceText>();
  readonly #states = new Map<string, State>();
  readonly #documents = new Map<string, readonly Resource[]>();
  readonly #walking = new Set<string>();
  readonly #schemas = new Map<string, ReadonlySet<string> | undefined>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Objects of a root after all its layers, and what its layers do wrong. */
  stateOf(root: string): State {
    return this.#folder(root, this.#schemaOf(root, new Set()));
  }

  /** The kustomization file of a folder. */
  kustomizationOf(folder: string): SourceText | undefined {
    const name = kustomizationNames.map((n) => join(folder, n)).find((file) => this.#snapshot.files.get(file)?.type === 'file');
    return name === undefined ? undefined : this.#text(name);
  }

  /** Folders that a kustomization names as resources, in order. */
  basesOf(folder: string): string[] {
    const [fields] = this.kustomizationOf(folder)?.values ?? [];
    return resourcesOf(fields).flatMap((value) => this.#folderNamed(folder, value) ?? []);
  }

  #folder(folder: string, schemaKinds: Layer['schemaKinds']): State {
    const key = schemaKinds === undefined ? folder : `${folder}\n${[...schemaKinds].join()}`;
    const known = this.#states.get(key);
    if (known) return known;
    const state = this.#apply(folder, emptyState, schemaKinds);
    this.#states.set(key, state);
    return state;
  }

  /** One kustomization over what is there: for a component the objects of its user, otherwise none. */
  #apply(folder: string, start: State, schemaKinds: Layer['schemaKinds']): State {
    const text = this.kustomizationOf(folder);
    const [fields] = text?.values ?? [];
    if (text === undefined || !isFields(fields) || this.#walking.has(folder)) return start;
    this.#walking.add(folder);
    const open = (name: string): SourceText | undefined => this.#fileNamed(folder, name);
    const layer: Layer = { folder, text, fields, isComponent: textAt(fields, 'kind') === 'Component', open, schemaKinds };
    const withResources = resourcesOf(fields).reduce((state, value) => together(state, this.#resource(layer, value)), start);
    const configured = asList(fields['configurations']).flatMap((value) => (typeof value === 'string' ? (open(value)?.values[0] ?? []) : []));
    const specs = configured.map(specsOf).reduce(mergeSpecs, withResources.specs);
    const generated = generate({ ...withResources, specs }, layer);
    const composed = asList(fields['components']).reduce<State>((state, value) => {
      const target = typeof value === 'string' ? this.#folderNamed(folder, value) : undefined;
      return target === undefined ? state : this.#apply(target, state, schemaKinds);
    }, generated);
    this.#walking.delete(folder);
    const known = hasPlugins(fields, 'generators') ? partial(composed) : composed;
    const done = steps.reduce((state, step) => taken(step, state, layer), known);
    return hasPlugins(fields, 'transformers') ? partial(done) : done;
  }

  #resource(layer: Layer, value: string): State {
    const folder = this.#folderNamed(layer.folder, value);
    if (folder !== undefined) return this.#folder(folder, layer.schemaKinds);
    const text = layer.open(value);
    if (text === undefined || !text.isReadable) return partial(emptyState);
    return { ...emptyState, resources: this.#objects(text, layer.folder) };
  }

  /** Objects of a resource file; a List counts as its items. */
  #objects(text: SourceText, folder: string): readonly Resource[] {
    const key = `${folder}\n${text.file}`;
    const known = this.#documents.get(key);
    if (known) return known;
    const objects = text.values.flatMap((value, document) => {
      if (!isFields(value)) return [];
      const author: Author = { kind: 'resource', what: `${textAt(value, 'kind')} ${textAt(value, 'metadata', 'name')}`, text, document, folder };
      const isList = /List$/.test(textAt(value, 'kind')) && Array.isArray(value['items']);
      if (!isList) return resourceOf(value, author, undefined);
      return asList(value['items']).flatMap((item, i) => resourceOf(item, { ...author }, { parent: { parent: undefined, key: 'items' }, key: i }));
    });
    this.#documents.set(key, objects);
    return objects;
  }

  #text(file: string): SourceText {
    const known = this.#texts.get(file) ?? new SourceText(file, this.#snapshot.read(file).toString());
    this.#texts.set(file, known);
    return known;
  }

  #fileNamed(folder: string, name: string): SourceText | undefined {
    const file = resolveReference(folder, name);
    return file !== null && this.#snapshot.files.get(file)?.type === 'file' ? this.#text(file) : undefined;
  }

  #folderNamed(folder: string, name: string): string | undefined {
    const target = resolveReference(folder, name);
    return target !== null && this.kustomizationOf(target) ? target : undefined;
  }

  /** Kinds of the first schema that a kustomization of the root names: it replaces what kustomize knows. */
  #schemaOf(folder: string, seen: Set<string>): ReadonlySet<string> | undefined {
    if (seen.has(folder)) return undefined;
    seen.add(folder);
    if (this.#schemas.has(folder)) return this.#schemas.get(folder);
    const [fields] = this.kustomizationOf(folder)?.values ?? [];
    const named = textAt(fields, 'openapi', 'path');
    const inner = (): ReadonlySet<string> | undefined =>
      [...resourcesOf(fields), ...asList(valueAt(fields, 'components')).filter((v) => typeof v === 'string')]
        .flatMap((value) => this.#folderNamed(folder, value) ?? [])
        .map((target) => this.#schemaOf(target, seen))
        .find((kinds) => kinds !== undefined);
    const kinds = named === '' ? inner() : kindsOf(this.#fileNamed(folder, named));
    this.#schemas.set(folder, kinds);
    return kinds;
  }
}

const partial = (state: State): State => ({ ...state, isPartial: true });

const hasPlugins = (fields: unknown, field: 'generators' | 'transformers'): boolean => asList(valueAt(fields, field)).length > 0;

/** One step; what can not be understood here is left out, and then nothing counts as missing any more. */
const taken = (step: Step, state: State, layer: Layer): State => {
  try {
    const after = step(state, layer);
    return state.isPartial ? { ...after, faults: after.faults.filter((fault) => !fault.saysMissing || state.faults.includes(fault)) } : after;
  } catch (error) {
    if (error instanceof UnknownSelector) return partial(state);
    throw error;
  }
};

const resourcesOf = (fields: unknown): string[] =>
  ['resources', 'bases'].flatMap((field) => asList(valueAt(fields, field)).filter((value) => typeof value === 'string'));

const resourceOf = (value: unknown, author: Author, link: Parameters<typeof grow>[2]): Resource[] => {
  const tree = grow(value, author, link);
  return tree.is === 'map' ? [{ tree, former: [], origin: author, hashed: false }] : [];
};

/** Kinds that a schema defines (`x-kubernetes-group-version-kind`). */
const kindsOf = (text: SourceText | undefined): ReadonlySet<string> => {
  const [document] = text?.values ?? [];
  const definitions = valueAt(document, 'definitions');
  const kinds = Object.values(isFields(definitions) ? definitions : {}).flatMap((definition) =>
    asList(isFields(definition) ? definition['x-kubernetes-group-version-kind'] : undefined).map((gvk) => textAt(gvk, 'kind')),
  );
  return new Set(kinds);
};

const join = (folder: string, name: string): string => (folder === '.' ? name : path.join(folder, name));
