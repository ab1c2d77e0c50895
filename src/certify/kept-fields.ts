import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { isFields, textAt, valueAt } from '#util/manifest.ts';
import { parseQuantity } from '#util/quantity.ts';
import { notApplicable, orSafe, type Result, unsafe } from './result.ts';
import { type ChangedUnit, isSame, pairsOf } from './unit.ts';

/**
 * Fields that the API server lets nobody change (Kubernetes validation of core and apps, argo-rollouts `types.go`): `kept` names them,
 * `loose` names what alone may change below `spec`.
 */
const table: Readonly<Record<string, { readonly kept: readonly JsonPath[] } | { readonly loose: readonly string[] }>> = {
  'apps/Deployment': { kept: [['spec', 'selector']] },
  'apps/DaemonSet': { kept: [['spec', 'selector']] },
  'apps/ReplicaSet': { kept: [['spec', 'selector']] },
  'apps/StatefulSet': {
    loose: ['replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds', 'revisionHistoryLimit'],
  },
  'argoproj.io/Rollout': { kept: [['spec', 'selector']] },
  'batch/Job': {
    kept: [
      ['spec', 'template'],
      ['spec', 'selector'],
      ['spec', 'completionMode'],
      ['spec', 'podFailurePolicy'],
    ],
  },
  '/Service': {
    kept: [
      ['spec', 'clusterIP'],
      ['spec', 'clusterIPs'],
    ],
  },
  '/PersistentVolumeClaim': { loose: ['resources', 'volumeAttributesClassName'] },
  'rbac.authorization.k8s.io/RoleBinding': { kept: [['roleRef']] },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { kept: [['roleRef']] },
  'scheduling.k8s.io/PriorityClass': { kept: [['value'], ['preemptionPolicy']] },
  'storage.k8s.io/StorageClass': { kept: [['provisioner'], ['parameters'], ['reclaimPolicy'], ['volumeBindingMode']] },
};

/** Sizes that can only grow. */
const sizes: Readonly<Record<string, JsonPath>> = {
  '/PersistentVolumeClaim': ['spec', 'resources', 'requests', 'storage'],
  'postgresql.cnpg.io/Cluster': ['spec', 'storage', 'size'],
};

/** R3: a revert that changes a field which the server keeps is refused, and so is the change itself. */
export const keptFields = (unit: ChangedUnit): readonly Result[] => {
  const pairs = pairsOf(unit).filter(({ after }) => kindOf(after) in table || kindOf(after) in sizes || isFrozenData(after));
  if (pairs.length === 0) return [notApplicable('no object that stands on both sides has a field which the server keeps')];
  const problems = pairs.flatMap(({ before, after }) => [
    ...fieldsOf(before, after)
      .filter((path) => !isSame(valueAt(before, ...path), valueAt(after, ...path)))
      .map((path) => unsafe('both', { side: 'head', object: after, path }, `the server lets nobody change ${path.join('.')} of a ${textAt(after, 'kind')}`)),
    ...shrinking(before, after),
  ]);
  return orSafe(problems, 'both', `of ${pairs.length} objects with fields that the server keeps, none changes one`);
};

const kindOf = (object: Manifest): string => {
  const apiVersion = textAt(object, 'apiVersion');
  return `${apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''}/${textAt(object, 'kind')}`;
};

const isFrozenData = (object: Manifest): boolean => object['immutable'] === true;

const fieldsOf = (before: Manifest, after: Manifest): readonly JsonPath[] => {
  const frozen: readonly JsonPath[] = isFrozenData(before) ? [['data'], ['binaryData'], ['stringData']] : [];
  const entry = table[kindOf(after)];
  if (!entry) return frozen;
  if ('kept' in entry) return [...frozen, ...entry.kept];
  const fields = new Set([before, after].flatMap((o) => (isFields(o['spec']) ? Object.keys(o['spec']) : [])));
  return [...fields].filter((f) => !entry.loose.includes(f)).map((f) => ['spec', f]);
};

const shrinking = (before: Manifest, after: Manifest): Result[] => {
  const path = sizes[kindOf(after)];
  if (!path) return [];
  const [was, now] = [before, after].map((o) => parseQuantity(valueAt(o, ...path))) as [number | undefined, number | undefined];
  if (was === undefined || now === undefined || was === now) return [];
  return [unsafe(now < was ? 'forward' : 'back', { side: 'head', object: after, path }, 'a volume can grow and never shrink')];
};
