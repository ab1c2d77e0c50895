import { asList, type Fields, isFields, textAt } from '#util/manifest.ts';
import { builtinSpecs, changeField, emptyMap, type FieldSpec, fieldSpecs, isFor, type SpecField } from './field-specs.ts';
import { identities, isClusterScoped, kindOf, type Resource, remembering } from './resource.ts';
import { selectorFaults } from './selectors.ts';
import type { Key } from './source-text.ts';
import { type Layer, type State, writeOf } from './state.ts';
import { child, type Node, textOf, type Write } from './tree.ts';

export type Step = (state: State, layer: Layer) => State;

const specs = (state: State, field: SpecField): readonly FieldSpec[] => [...builtinSpecs[field], ...(state.specs[field] ?? [])];

const each = (state: State, change: (resource: Resource) => Resource): State => ({ ...state, resources: state.resources.map(change) });

/** A value set by a transformer; what stood there becomes its history. */
const set =
  (value: unknown, write: Write) =>
  (old: Node | undefined): Node => ({ is: 'leaf', value, by: { ...write, before: old?.by } });

const setKey =
  (key: string, value: unknown, write: Write) =>
  (old: Node | undefined): Node | undefined => {
    const map = old?.is === 'map' ? old : emptyMap(write);
    return { ...map, items: new Map(map.items).set(key, set(value, write)(child(map, key))) };
  };

export const setNamespace: Step = (state, layer) => {
  const namespace = textAt(layer.fields, 'namespace');
  if (namespace === '') return state;
  const write = writeOf(layer, 'namespace', `namespace ${namespace}`, ['namespace']);
  const meta: FieldSpec = { path: 'metadata/namespace', create: true };
  return each(state, (resource) => {
    const start = remembering(resource);
    const placed = isClusterScoped(start) ? start : changeField(start, meta, write, set(namespace, write));
    const bound = /^(Cluster)?RoleBinding$/.test(kindOf(placed)) ? defaultSubjects(placed, namespace, write) : placed;
    return specs(state, 'namespace').reduce((r, spec) => changeField(r, spec, write, set(namespace, write)), bound);
  });
};

/** Subjects named `default` follow the namespace; other accounts follow the account's own change. */
const defaultSubjects = (resource: Resource, namespace: string, write: Write): Resource =>
  changeField(resource, { path: 'subjects' }, write, (old) => {
    if (old?.is !== 'list') return undefined;
    const items = old.items.map((item) => (textOf(child(item, 'name')) === 'default' ? (setKey('namespace', namespace, write)(item) ?? item) : item));
    return { ...old, items };
  });

const unnamed = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

const affix =
  (field: 'namePrefix' | 'nameSuffix'): Step =>
  (state, layer) => {
    const part = textAt(layer.fields, field);
    if (part === '') return state;
    const write = writeOf(layer, 'name-affix', `${field} ${part}`, [field]);
    const renamed = (name: string): string => (field === 'namePrefix' ? part + name : name + part);
    return each(state, (resource) =>
      unnamed.has(identities(resource)[0]?.kind ?? '')
        ? resource
        : specs(state, field).reduce(
            (r, spec) => changeField(r, spec, write, (old) => (old ? set(renamed(textOf(old)), write)(old) : undefined)),
            remembering(resource),
          ),
    );
  };

export const setPrefix = affix('namePrefix');
export const setSuffix = affix('nameSuffix');

const setLabels = (state: State, pairs: unknown, targets: readonly FieldSpec[], write: (key: string) => Write): State =>
  each(state, (resource) => {
    const fitting = targets.filter((spec) => isFor(spec, resource));
    return Object.entries(isFields(pairs) ? pairs : {}).reduce(
      (r, [key, value]) => fitting.reduce((inner, spec) => changeField(inner, spec, write(key), setKey(key, String(value), write(key))), r),
      resource,
    );
  });

const metadataLabels: FieldSpec = { path: 'metadata/labels', create: true };

const labelSpecs = (state: State, entry: Fields): readonly FieldSpec[] => [
  ...fieldSpecs(entry['fields']),
  ...specs(state, 'labels'),
  ...(entry['includeSelectors'] === true
    ? specs(state, 'commonLabels')
    : [...(entry['includeTemplates'] === true ? specs(state, 'templateLabels') : []), metadataLabels]),
];

/** `labels`, then `commonLabels`; both may break a selector that others rely on. */
export const addLabels: Step = (state, layer) => {
  const step = (before: State, pairs: unknown, targets: readonly FieldSpec[], path: readonly Key[], name: string): State => {
    const after = setLabels(before, pairs, targets, (key) => writeOf(layer, 'label', `${name} ${key}`, [...path, key]));
    return { ...after, faults: [...after.faults, ...selectorFaults(before.resources, after.resources, layer, path)] };
  };
  const labelled = asList(layer.fields['labels']).reduce<State>(
    (before, entry, i) => (isFields(entry) ? step(before, entry['pairs'], labelSpecs(before, entry), ['labels', i, 'pairs'], 'labels') : before),
    state,
  );
  return isFields(layer.fields['commonLabels'])
    ? step(labelled, layer.fields['commonLabels'], specs(state, 'commonLabels'), ['commonLabels'], 'commonLabels')
    : labelled;
};

export const addAnnotations: Step = (state, layer) =>
  setLabels(state, layer.fields['commonAnnotations'], specs(state, 'commonAnnotations'), (key) =>
    writeOf(layer, 'annotation', `commonAnnotations ${key}`, ['commonAnnotations', key]),
  );

/** kustomize refuses to build when an entry of `replicas` names nothing. */
export const setReplicas: Step = (state, layer) =>
  asList(layer.fields['replicas']).reduce<State>((before, entry, i) => {
    const name = textAt(entry, 'name');
    const write = writeOf(layer, 'replicas', `replicas[name=${name}]`, ['replicas', i, 'count']);
    const count = isFields(entry) ? entry['count'] : undefined;
    const named = (r: Resource, spec: FieldSpec): boolean => isFor(spec, r) && identities(r).some((id) => id.name === name);
    const targets = specs(before, 'replicas');
    const after = each(before, (r) => targets.filter((spec) => named(r, spec)).reduce((inner, spec) => changeField(inner, spec, write, set(count, write)), r));
    if (before.resources.some((r) => targets.some((spec) => named(r, spec)))) return after;
    const fault = {
      code: 'source.replicas_match_nothing',
      saysMissing: true as const,
      message: `replicas: nothing that scales is named ${name} here`,
      solution: 'Mend the name, or take the entry out. For a custom kind, teach kustomize its field under configurations.',
      text: layer.text,
      document: 0,
      path: ['replicas', i, 'name'],
      breaks: true as const,
    };
    return { ...after, faults: [...after.faults, fault] };
  }, state);
