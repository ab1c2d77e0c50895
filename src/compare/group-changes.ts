import { createHash } from 'node:crypto';
import type { ChangeGroup, ObjectChange, RootChange } from '#model/change.ts';

export interface RootReach {
  readonly clusters: readonly string[];
  readonly waves: readonly string[];
}

/** The same change of the same object in many roots becomes one group. Pure; order of input does not matter. */
export const groupChanges = (changes: readonly RootChange[], reachOf: (change: RootChange) => RootReach): ChangeGroup[] => {
  const groups = new Map<string, { object: ObjectChange; id: string; reached: { root: string; reach: RootReach }[] }>();
  for (const change of changes) {
    const reach = reachOf(change);
    for (const object of change.objects) {
      const id = neutral(object.id, change.root.cluster);
      const key = signature(id, object, change.root.cluster);
      const group = groups.get(key) ?? { object, id, reached: [] };
      group.reached.push({ root: change.root.path, reach });
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .map(({ object, id, reached }) => ({
      id,
      kind: object.kind,
      values: object.values,
      roots: unique(reached.map((r) => r.root)),
      clusters: unique(reached.flatMap((r) => r.reach.clusters)),
      waves: unique(reached.flatMap((r) => r.reach.waves)),
    }))
    .sort((a, b) => b.clusters.length - a.clusters.length || (a.id < b.id ? -1 : 1));
};

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** Object names of a cluster overlay end in the cluster's name; without it, equal changes look equal. */
const neutral = (text: string, cluster: string | undefined): string => (cluster === undefined ? text : text.replaceAll(cluster, '<cluster>'));

const signature = (id: string, object: ObjectChange, cluster: string | undefined): string => {
  const content = object.kind === 'changed' ? object.values : [object.before ?? object.after];
  return createHash('sha256')
    .update(`${id}\n${object.kind}\n${neutral(JSON.stringify(content), cluster)}`)
    .digest('hex');
};
