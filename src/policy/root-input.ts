import type { ObjectInput, RootInput, WorkloadInput } from '#model/policy.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { isFields, objectId, textAt, valueAt } from '#util/manifest.ts';
import { artefactsOf } from './artefacts.ts';
import { workloadsOf } from './workloads.ts';

/** What the policies see of one root: head as rendered, and of base what some rule compares. Pure. */
export const rootInput = (head: RenderedRoot, base: RenderedRoot | undefined): RootInput => ({
  scope: 'root',
  root: head.root,
  objects: objectInputs(head),
  base: base === undefined ? null : { containers: containersOf(base) },
});

const objectInputs = ({ objects }: RenderedRoot): ObjectInput[] => {
  const borrowed = borrowedReplicas(objects);
  return objects.map((object) => ({
    id: objectId(object),
    kind: textAt(object, 'kind'),
    namespace: textAt(object, 'metadata', 'namespace'),
    name: textAt(object, 'metadata', 'name'),
    object,
    workloads: lent(workloadsOf(object), borrowed.get(workloadKey(object))),
    ...(textAt(object, 'kind') === 'ConfigMap' ? { artefacts: artefactsOf(object) } : {}),
  }));
};

const workloadKey = (object: Manifest): string => `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'kind')}/${textAt(object, 'metadata', 'name')}`;

/**
 * What a Rollout that names a workload (`workloadRef`) says of the number of pods, by the workload: the Rollout runs them in its place and
 * takes the workload itself down to none, whatever that says. Null where the Rollout leaves it to an autoscaler.
 */
const borrowedReplicas = (objects: readonly Manifest[]): Map<string, number | null> =>
  new Map(
    objects.flatMap((object) => {
      const lender = valueAt(object, 'spec', 'workloadRef');
      if (textAt(object, 'kind') !== 'Rollout' || !isFields(lender)) return [];
      const replicas = valueAt(object, 'spec', 'replicas');
      const key = `${textAt(object, 'metadata', 'namespace')}/${textAt(lender, 'kind')}/${textAt(lender, 'name')}`;
      return [[key, typeof replicas === 'number' ? replicas : null] as const];
    }),
  );

const lent = (workloads: readonly WorkloadInput[], replicas: number | null | undefined): WorkloadInput[] =>
  replicas === undefined ? [...workloads] : workloads.map((workload) => ({ ...workload, replicas }));

const containersOf = ({ objects }: RenderedRoot): Record<string, string[]> =>
  Object.fromEntries(
    objects
      .map((object) => [objectId(object), workloadsOf(object).flatMap((w) => w.containers.map((c) => c.name))] as const)
      .filter(([, names]) => names.length > 0),
  );
