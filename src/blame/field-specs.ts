import { asList, isFields, textAt } from '#util/manifest.ts';
import { groupVersion, kindOf, type Resource } from './resource.ts';
import { type MapNode, type Node, type Write, withChild } from './tree.ts';

/** Where a transformer of kustomize writes in objects of a kind. */
export interface FieldSpec {
  readonly path: string;
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly create?: boolean;
}

const specFields = ['commonLabels', 'templateLabels', 'labels', 'commonAnnotations', 'images', 'replicas', 'namespace', 'namePrefix', 'nameSuffix'] as const;

export type SpecField = (typeof specFields)[number];

export type FieldSpecs = Readonly<Partial<Record<SpecField, readonly FieldSpec[]>>>;

const podKinds = [{ kind: 'Deployment' }, { kind: 'ReplicaSet' }, { kind: 'DaemonSet' }, { group: 'apps', kind: 'StatefulSet' }] as const;

const templates = (mark: 'labels' | 'annotations'): FieldSpec[] => [
  { path: `metadata/${mark}`, create: true },
  { path: `spec/template/metadata/${mark}`, create: true, version: 'v1', kind: 'ReplicationController' },
  ...podKinds.map((of) => ({ path: `spec/template/metadata/${mark}`, create: true, ...of })),
  { path: `spec/template/metadata/${mark}`, create: true, group: 'batch', kind: 'Job' },
  { path: `spec/jobTemplate/metadata/${mark}`, create: true, group: 'batch', kind: 'CronJob' },
  { path: `spec/jobTemplate/spec/template/metadata/${mark}`, create: true, group: 'batch', kind: 'CronJob' },
];

const templateLabels: FieldSpec[] = [
  ...templates('labels'),
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', create: true, group: 'apps', kind: 'StatefulSet' },
];

const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm`,
  `${affinity}/requiredDuringSchedulingIgnoredDuringExecution`,
]);

const placements = ['Deployment', 'StatefulSet'].flatMap((kind) =>
  [...affinities.map((at) => `affinity/${at}`), 'topologySpreadConstraints'].map((at) => ({
    path: `spec/template/spec/${at}/labelSelector/matchLabels`,
    group: 'apps',
    kind,
  })),
);

const selectors: FieldSpec[] = [
  { path: 'spec/selector', create: true, version: 'v1', kind: 'Service' },
  { path: 'spec/selector', create: true, version: 'v1', kind: 'ReplicationController' },
  ...podKinds.map((of) => ({ path: 'spec/selector/matchLabels', create: true, ...of })),
  ...placements,
  { path: 'spec/selector/matchLabels', group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', group: 'batch', kind: 'CronJob' },
  { path: 'spec/selector/matchLabels', group: 'policy', kind: 'PodDisruptionBudget' },
  ...['podSelector', 'ingress/from/podSelector', 'egress/to/podSelector'].map((at) => ({
    path: `spec/${at}/matchLabels`,
    group: 'networking.k8s.io',
    kind: 'NetworkPolicy',
  })),
];

/** What kustomize 5.8.1 knows by itself (api/internal/konfig/builtinpluginconsts). */
export const builtinSpecs: Required<FieldSpecs> = {
  commonLabels: [...selectors, ...templateLabels],
  templateLabels,
  labels: [],
  commonAnnotations: templates('annotations'),
  images: ['', 'template/spec/'].flatMap((at) => [
    { path: `spec/${at}containers[]/image` },
    { path: `spec/${at}initContainers[]/image` },
    { path: `spec/${at}volumes[]/image/reference` },
  ]),
  replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({ path: 'spec/replicas', create: true, kind })),
  namespace: [
    { path: 'metadata/name', kind: 'Namespace', version: 'v1', create: true },
    { path: 'spec/service/namespace', group: 'apiregistration.k8s.io', kind: 'APIService', create: true },
    { path: 'spec/conversion/webhook/clientConfig/service/namespace', group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
  ],
  namePrefix: [{ path: 'metadata/name' }],
  nameSuffix: [{ path: 'metadata/name' }],
};

/** A list of field specs as it stands in a configuration or a label entry. */
export const fieldSpecs = (list: unknown): FieldSpec[] =>
  asList(list)
    .filter(isFields)
    .map((spec) => ({
      path: textAt(spec, 'path'),
      group: textAt(spec, 'group'),
      version: textAt(spec, 'version'),
      kind: textAt(spec, 'kind'),
      create: spec['create'] === true,
    }));

/** Field specifications of a file named under `configurations`. */
export const specsOf = (document: unknown): FieldSpecs =>
  Object.fromEntries(specFields.map((field) => [field, fieldSpecs(isFields(document) ? document[field] : undefined)]));

export const mergeSpecs = (a: FieldSpecs, b: FieldSpecs): FieldSpecs =>
  Object.fromEntries(specFields.map((field) => [field, [...(a[field] ?? []), ...(b[field] ?? [])]]));

export const isFor = (spec: FieldSpec, resource: Resource): boolean => {
  const { group, version } = groupVersion(resource);
  const same = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === '' || wanted === is;
  return same(spec.kind, kindOf(resource)) && same(spec.group, group) && same(spec.version, version);
};

/** Changes every place that a specification names; a missing map on the way is made where the specification says so. */
export const changeField = (resource: Resource, spec: FieldSpec, write: Write, change: (old: Node | undefined) => Node | undefined): Resource => {
  if (!isFor(spec, resource)) return resource;
  const keys = spec.path.replace(/^\//, '').split('/');
  const next = walk(resource.tree, keys, spec.create === true, write, change);
  return next === undefined || next === resource.tree || next.is !== 'map' ? resource : { ...resource, tree: next };
};

/** Undefined when there is nothing to change. */
const walk = (node: Node, keys: readonly string[], create: boolean, write: Write, change: (old: Node | undefined) => Node | undefined): Node | undefined => {
  const [name, ...rest] = keys;
  if (name === undefined) return change(node);
  if (node.is === 'list') {
    const items = node.items.map((item) => walk(item, keys, create, write, change) ?? item);
    return items.some((item, i) => item !== node.items[i]) ? { ...node, items } : undefined;
  }
  if (node.is === 'leaf') return undefined;
  const key = name.replace(/\[\]$/, '');
  const old = node.items.get(key);
  if (old === undefined && (!create || name !== key)) return undefined;
  const next = rest.length === 0 ? change(old) : walk(old ?? emptyMap(write), rest, create, write, change);
  return next === undefined || next === old ? undefined : withChild(node, key, next);
};

export const emptyMap = (write: Write): MapNode => ({ is: 'map', by: write, items: new Map() });
