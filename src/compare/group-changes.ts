import { createHash } from 'node:crypto';
import type { ChangeGroup, ObjectChange, RootChange } from '#model/change.ts';
import { createMask, type Mask } from '#util/masked.ts';
import { compareText, uniqueSorted } from '#util/order.ts';

export interface RootReach {
  readonly clusters: readonly string[];
  readonly waves: readonly string[];
}

interface Gathered {
  readonly key: string;
  readonly examples: { readonly name: string; readonly object: ObjectChange }[];
  readonly ids: string[];
  readonly reached: { readonly root: string; readonly reach: RootReach }[];
}

/** A group, and one of its objects whole. */
export interface GroupWithExample {
  readonly group: ChangeGroup;
  readonly example: ObjectChange;
}

/** The same change of the same object in many roots or namespaces becomes one group. Pure; order of input does not matter. */
export const groupChanges = (changes: readonly RootChange[], reachOf: (change: RootChange) => RootReach): ChangeGroup[] =>
  groupsWithExamples(changes, reachOf).map(({ group }) => group);

/** The same, with the object that stands for each group. Credentials are masked in both: everything behind this line is written for people. */
export const groupsWithExamples = (changes: readonly RootChange[], reachOf: (change: RootChange) => RootReach): GroupWithExample[] => {
  const groups = new Map<string, Gathered>();
  for (const change of changes) {
    const reach = reachOf(change);
    for (const object of change.objects) {
      const id = neutral(object.id, change.root.cluster);
      const key = signature(id, object, change.root.cluster);
      const group = groups.get(key) ?? { key, examples: [], ids: [], reached: [] };
      group.examples.push({ name: `${change.root.path} ${object.id}`, object });
      group.ids.push(id);
      group.reached.push({ root: change.root.path, reach });
      groups.set(key, group);
    }
  }
  const mask = createMask();
  return [...groups.values()]
    .sort((a, b) => compareText(a.key, b.key))
    .flatMap(({ examples, ids, reached }) => {
      const example = exampleOf(examples);
      if (example === undefined) return [];
      const shown = maskedChange(mask, example);
      return [{ example: shown, group: groupOf(shown, uniqueSorted(ids), reached) }];
    })
    .sort(
      ({ group: a }, { group: b }) => b.clusters.length - a.clusters.length || compareText(a.id, b.id) || compareText(a.roots.join(' '), b.roots.join(' ')),
    );
};

/** Equal but for the names of clusters; the first by name stands for all, so that the order of input does not matter. */
const exampleOf = (examples: Gathered['examples']): ObjectChange | undefined => [...examples].sort((a, b) => compareText(a.name, b.name))[0]?.object;

const groupOf = ({ kind, values }: ObjectChange, objects: readonly string[], reached: Gathered['reached']): ChangeGroup => ({
  id: commonId(objects),
  kind,
  values,
  objects,
  roots: uniqueSorted(reached.map((r) => r.root)),
  clusters: uniqueSorted(reached.flatMap((r) => r.reach.clusters)),
  waves: uniqueSorted(reached.flatMap((r) => r.reach.waves)),
});

const maskedChange = (mask: Mask, change: ObjectChange): ObjectChange => {
  const kind = change.id.split('/').at(-3) ?? '';
  const values = change.values.map((value) => {
    const named = /\[name=([^\]]*)\]\.value$/.exec(value.at)?.[1];
    const shown = (side: unknown): unknown => mask.value(kind, value.path, side, named);
    return { ...value, ...('before' in value ? { before: shown(value.before) } : {}), ...('after' in value ? { after: shown(value.after) } : {}) };
  });
  const { before, after } = change;
  return { ...change, values, ...(before ? { before: mask.object(before) } : {}), ...(after ? { after: mask.object(after) } : {}) };
};

/** `apiVersion/kind/namespace/name`, with the namespace counted where there are several. */
const commonId = (ids: readonly string[]): string => (ids.length === 1 ? (ids[0] ?? '') : withNamespace(ids[0] ?? '', `<${ids.length} namespaces>`));

const withNamespace = (id: string, namespace: string): string => id.replace(/[^/]*\/([^/]*)$/, `${namespace}/$1`);

/** Object names of a cluster overlay end in the cluster's name; without it, equal changes look equal. */
const neutral = (text: string, cluster: string | undefined): string => (cluster === undefined ? text : text.replaceAll(cluster, '<cluster>'));

/** A changed object is known by what changed, whatever its namespace; an added or removed one by all its content. */
const signature = (id: string, object: ObjectChange, cluster: string | undefined): string => {
  const isChange = object.kind === 'changed';
  const content = isChange ? object.values : [object.before ?? object.after];
  const name = isChange ? withNamespace(id, '*') : id;
  return createHash('sha256')
    .update(`${name}\n${object.kind}\n${neutral(JSON.stringify(content), cluster)}`)
    .digest('hex');
};
