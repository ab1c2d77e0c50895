import type { ObjectChange, RootChange } from '#model/change.ts';
import type { ObjectChangeInput } from '#model/policy.ts';
import { textAt } from '#util/manifest.ts';

/** Kinds whose deletion or change can not be taken back by an apply, and those that judge what comes after them. */
const watched = new Set([
  'APIService',
  'Application',
  'AppProject',
  'Cluster',
  'ClusterRoleBinding',
  'ConfigMap',
  'CustomResourceDefinition',
  'DaemonSet',
  'Deployment',
  'Job',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PriorityClass',
  'ReplicaSet',
  'RoleBinding',
  'Rollout',
  'Secret',
  'Service',
  'StatefulSet',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

/**
 * Objects that a change removes, or changes in place. Of a root that is gone only what it declared to Argo CD counts: nothing syncs
 * a folder that is not there, so its objects stay until their Application goes. Pure.
 */
export const objectChanges = (changes: readonly RootChange[]): ObjectChangeInput[] =>
  changes.flatMap(({ root, kind, objects }) =>
    objects.flatMap((object): ObjectChangeInput[] => {
      const of = textAt(object.before ?? object.after ?? {}, 'kind');
      if (object.kind === 'added' || !watched.has(of)) return [];
      if (kind === 'removed' && of !== 'Application' && of !== 'AppProject') return [];
      return [{ root: root.path, kind: of, ...changeOf(object) }];
    }),
  );

const changeOf = ({ id, kind, values, before, after }: ObjectChange): Omit<ObjectChangeInput, 'root' | 'kind'> => ({
  id,
  apiVersion: textAt(before ?? {}, 'apiVersion'),
  name: textAt(before ?? {}, 'metadata', 'name'),
  change: kind === 'removed' ? 'removed' : 'changed',
  // A new name is a new object: nothing is changed in place.
  paths: textAt(before ?? {}, 'metadata', 'name') === textAt(after ?? {}, 'metadata', 'name') ? values.map((v) => v.path) : [],
  immutable: before?.['immutable'] === true,
});
