import type { ObjectInput, RootInput } from '#model/policy.ts';
import type { RenderedRoot } from '#model/ports.ts';
import { objectId, textAt } from '#util/manifest.ts';
import { artefactsOf } from './artefacts.ts';
import { workloadsOf } from './workloads.ts';

/** What the policies see of one root: head as rendered, and of base what some rule compares. Pure. */
export const rootInput = (head: RenderedRoot, base: RenderedRoot | undefined): RootInput => ({
  scope: 'root',
  root: head.root,
  objects: objectInputs(head),
  base: base === undefined ? null : { containers: containersOf(base) },
});

const objectInputs = ({ objects }: RenderedRoot): ObjectInput[] =>
  objects.map((object) => ({
    id: objectId(object),
    kind: textAt(object, 'kind'),
    namespace: textAt(object, 'metadata', 'namespace'),
    name: textAt(object, 'metadata', 'name'),
    object,
    workloads: workloadsOf(object),
    ...(textAt(object, 'kind') === 'ConfigMap' ? { artefacts: artefactsOf(object) } : {}),
  }));

const containersOf = ({ objects }: RenderedRoot): Record<string, string[]> =>
  Object.fromEntries(
    objects
      .map((object) => [objectId(object), workloadsOf(object).flatMap((w) => w.containers.map((c) => c.name))] as const)
      .filter(([, names]) => names.length > 0),
  );
