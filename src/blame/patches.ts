import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';
import { applyOperations, operationsOf, PatchFails } from './json-patch.ts';
import { effectiveNamespace, groupVersion, identities, kindOf, nameOf, type Resource, remembering } from './resource.ts';
import { lostSafeguards } from './safeguards.ts';
import { targets } from './select.ts';
import type { Key, SourceText } from './source-text.ts';
import type { Layer, LayerFault, State } from './state.ts';
import { applyMerge } from './strategic-merge.ts';
import type { Step } from './transformers.ts';
import { type Author, linkOf, type Write } from './tree.ts';

interface Patch {
  readonly text: SourceText;
  /** Undefined without a target: then each document names its object. */
  readonly target: unknown;
  readonly options: unknown;
  /** Where the entry stands in the kustomization. */
  readonly at: readonly Key[];
}

export const applyOldMerges: Step = (state, layer) => applyAll(state, layer, oldMerges(layer));

export const applyPatches: Step = (state, layer) => applyAll(state, layer, listed(layer, 'patches'));

export const applyOldOperations: Step = (state, layer) => applyAll(state, layer, listed(layer, 'patchesJson6902'));

const applyAll = (state: State, layer: Layer, patches: readonly Patch[]): State => patches.reduce((before, patch) => applyPatch(before, layer, patch), state);

const listed = (layer: Layer, field: string): Patch[] =>
  asList(layer.fields[field]).flatMap((entry, i) => {
    if (!isFields(entry)) return [];
    const [inline, file] = [textAt(entry, 'patch'), textAt(entry, 'path')];
    const text = inline === '' ? layer.open(file) : layer.text.inner([field, i, 'patch'], inline);
    return text ? [{ text, target: entry['target'], options: entry['options'], at: [field, i] }] : [];
  });

const oldMerges = (layer: Layer): Patch[] =>
  asList(layer.fields['patchesStrategicMerge']).flatMap((entry, i) => {
    if (typeof entry !== 'string') return [];
    const at = ['patchesStrategicMerge', i];
    const text = entry.includes('\n') ? layer.text.inner(at, entry) : layer.open(entry);
    return text ? [{ text, target: undefined, options: undefined, at }] : [];
  });

const applyPatch = (state: State, layer: Layer, patch: Patch): State => {
  const operations = operationsOf(patch.text.values);
  const author: Author = { kind: operations ? 'json-patch' : 'strategic-merge-patch', what: 'patch', text: patch.text, document: 0, folder: layer.folder };
  if (operations === undefined && patch.target === undefined) return applyDocuments(state, layer, patch, author);
  const hit = state.resources.filter((r) => targets(patch.target, r));
  if (hit.length === 0) return withFaults(state, [missed(layer, patch)]);
  const [document] = patch.text.values;
  return change(state, new Set(hit), (resource) => {
    if (operations) return operated(resource, operations, author);
    return isFields(document)
      ? mergedBy(resource, document, { ...author, what: `patch of ${kindOf(resource)} ${nameOf(resource)}` }, layer, patch)
      : { resource, faults: [] };
  });
};

/** Documents of a strategic merge, each for the one object that it names; kustomize refuses to build when there is none. */
const applyDocuments = (state: State, layer: Layer, patch: Patch, author: Author): State =>
  patch.text.values.reduce<State>((before, document, index) => {
    if (!isFields(document)) return before;
    const hit = before.resources.filter((r) => isNamedBy(document, r));
    const named = `${textAt(document, 'kind')} ${textAt(document, 'metadata', 'name')}`;
    if (hit.length !== 1) return withFaults(before, [{ ...missed(layer, patch, named), breaks: true }]);
    return change(before, new Set(hit), (r) => mergedBy(r, document, { ...author, what: `patch of ${named}`, document: index }, layer, patch));
  }, state);

const isNamedBy = (document: Fields, resource: Resource): boolean => {
  const { group, version } = groupVersion(resource);
  const namespace = effectiveNamespace(resource, textAt(document, 'metadata', 'namespace'));
  return (
    textAt(document, 'apiVersion') === (group === '' ? version : `${group}/${version}`) &&
    identities(resource).some(
      (id) =>
        id.kind === textAt(document, 'kind') && id.name === textAt(document, 'metadata', 'name') && effectiveNamespace(resource, id.namespace) === namespace,
    )
  );
};

const withFaults = (state: State, faults: readonly LayerFault[]): State => ({ ...state, faults: [...state.faults, ...faults] });

interface Patched {
  readonly resource: Resource | undefined;
  readonly faults: readonly LayerFault[];
}

const change = (state: State, hit: ReadonlySet<Resource>, apply: (resource: Resource) => Patched): State => {
  const faults: LayerFault[] = [];
  const resources = state.resources.flatMap((resource) => {
    if (!hit.has(resource)) return [resource];
    const patched = apply(resource);
    faults.push(...patched.faults);
    return patched.resource ? [patched.resource] : [];
  });
  return withFaults({ ...state, resources }, faults);
};

const operated = (resource: Resource, operations: readonly unknown[], author: Author): Patched => {
  const start = remembering(resource);
  try {
    const tree = applyOperations(start.tree, operations, author);
    if (tree.is !== 'map') return { resource, faults: [] };
    const after = { ...start, tree };
    return { resource: after, faults: lostSafeguards(resource, after, { author, link: linkOf([0]), before: undefined }) };
  } catch (error) {
    if (error instanceof PatchFails) return { resource, faults: [] };
    throw error;
  }
};

const mergedBy = (resource: Resource, document: Fields, author: Author, layer: Layer, patch: Patch): Patched => {
  const known = hasMergeKeys(resource, layer.schemaKinds);
  const tree = applyMerge(resource.tree, document, author, known);
  if (tree === undefined) return { resource: undefined, faults: [] };
  const write: Write = { author, link: undefined, before: undefined };
  const after: Resource = { ...resource, tree: keptNames(resource, tree, patch.options) };
  return { resource: after, faults: [...(known ? [] : [unknownKeys(resource, author)]), ...lostSafeguards(resource, after, write)] };
};

/** A patch changes neither kind nor name nor namespace, unless its options say so. */
const keptNames = (before: Resource, tree: Resource['tree'], options: unknown): Resource['tree'] => {
  const metadata = tree.items.get('metadata');
  const old = before.tree.items.get('metadata');
  if (metadata?.is !== 'map' || old?.is !== 'map') return tree;
  const names = new Map(metadata.items);
  for (const key of ['name', 'namespace']) {
    const value = old.items.get(key);
    if (key === 'name' && isFields(options) && options['allowNameChange'] === true) continue;
    if (value) names.set(key, value);
    else names.delete(key);
  }
  const items = new Map(tree.items).set('metadata', { ...metadata, items: names });
  const kind = before.tree.items.get('kind');
  if (kind && !(isFields(options) && options['allowKindChange'] === true)) items.set('kind', kind);
  return { ...tree, items };
};

const builtinGroups = /^$|^(apps|batch|autoscaling|policy|extensions)$|\.k8s\.io$/;
const customGroups = /^(gateway\.networking|agents\.x|snapshot\.storage|metrics)\.k8s\.io$/;

const hasMergeKeys = (resource: Resource, schemaKinds: ReadonlySet<string> | undefined): boolean => {
  const { group } = groupVersion(resource);
  if (schemaKinds !== undefined) return schemaKinds.has(kindOf(resource));
  return builtinGroups.test(group) && !customGroups.test(group);
};

const unknownKeys = (resource: Resource, author: Author): LayerFault => ({
  code: 'source.strategic_merge',
  message: `a strategic-merge patch on ${kindOf(resource)} replaces whole lists without a word, because kustomize has no merge keys for it here: containers can vanish`,
  solution: 'Write the patch as a list of JSON 6902 operations.',
  text: author.text,
  document: author.document,
  path: [],
});

const missed = (layer: Layer, patch: Patch, named?: string): LayerFault => ({
  code: 'source.patch_matches_nothing',
  saysMissing: true,
  message: `${named ?? JSON.stringify(patch.target ?? {})} is not among these objects, so the patch changes nothing`,
  solution: 'Mend the target, or take the patch out.',
  text: layer.text,
  document: 0,
  path: patch.target === undefined ? patch.at : [...patch.at, 'target'],
});
