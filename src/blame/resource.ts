import { type Author, child, type MapNode, type Node, textOf } from './tree.ts';

interface Identity {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** One object on its way through the layers. Never changed: each layer makes a new one. */
export interface Resource {
  readonly tree: MapNode;
  /** Names it had before, oldest first. */
  readonly former: readonly Identity[];
  /** The document or generator that brought it. */
  readonly origin: Author;
  /** kustomize will append a hash to its name. */
  readonly hashed: boolean;
}

/** Kinds without a namespace, as kustomize knows them (kyaml/openapi, precomputedIsNamespaceScoped). */
const clusterScoped = new Set(
  (
    'Namespace Node PersistentVolume ComponentStatus ClusterRole ClusterRoleBinding CustomResourceDefinition APIService MutatingWebhookConfiguration ' +
    'ValidatingWebhookConfiguration CertificateSigningRequest FlowSchema PriorityLevelConfiguration IngressClass RuntimeClass PodSecurityPolicy ' +
    'PriorityClass CSIDriver CSINode StorageClass VolumeAttachment'
  ).split(' '),
);

export const kindOf = ({ tree }: Resource): string => textOf(child(tree, 'kind'));

export const nameOf = ({ tree }: Resource): string => textOf(child(child(tree, 'metadata'), 'name'));

export const groupVersion = ({ tree }: { tree: Node }): { group: string; version: string } => {
  const [first = '', second] = textOf(child(tree, 'apiVersion')).split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
};

/** Does kustomize know this object to have no namespace? Custom kinds it does not know count as namespaced. */
export const isClusterScoped = (resource: Resource): boolean => clusterScoped.has(kindOf(resource)) && /^$|\.k8s\.io$/.test(groupVersion(resource).group);

const identity = (resource: Resource): Identity => ({
  kind: kindOf(resource),
  name: nameOf(resource),
  namespace: textOf(child(child(resource.tree, 'metadata'), 'namespace')),
});

/** All names of an object, the oldest first and the present one last. */
export const identities = (resource: Resource): readonly Identity[] => [...resource.former, identity(resource)];

export const original = (resource: Resource): Identity => resource.former[0] ?? identity(resource);

/** The object with its present name remembered, before a layer changes it. */
export const remembering = (resource: Resource): Resource => ({ ...resource, former: identities(resource) });

/** An object without a namespace and one in `default` are the same to kustomize. */
export const effectiveNamespace = (resource: Resource, namespace: string): string =>
  isClusterScoped(resource) ? '_non_namespaceable_' : namespace || 'default';

export const labelsOf = ({ tree }: { tree: Node }): ReadonlyMap<string, string> => textsOf(child(child(tree, 'metadata'), 'labels'));

export const annotationsOf = ({ tree }: { tree: Node }): ReadonlyMap<string, string> => textsOf(child(child(tree, 'metadata'), 'annotations'));

/** Entries of a map whose values are texts. */
export const textsOf = (node: Node | undefined): ReadonlyMap<string, string> =>
  new Map(node?.is === 'map' ? [...node.items].flatMap(([key, item]) => (item.is === 'leaf' ? [[key, String(item.value)] as const] : [])) : []);
