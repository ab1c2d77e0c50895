import type { ObjectChange, RootChange } from '#model/change.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { hashSuffix, objectId } from '#util/manifest.ts';
import { compareValues } from './compare-values.ts';

/** Differences of one root; undefined when base and head render the same objects. Pure. */
export const compareRoot = (base: RenderedRoot | undefined, head: RenderedRoot | undefined): RootChange | undefined => {
  const root = head?.root ?? base?.root;
  if (!root) return undefined;
  const kind = base === undefined ? 'added' : head === undefined ? 'removed' : 'changed';
  const objects = compareObjects(base?.objects ?? [], head?.objects ?? []);
  return objects.length === 0 ? undefined : { root, kind, objects };
};

const compareObjects = (before: readonly Manifest[], after: readonly Manifest[]): ObjectChange[] => {
  const left = new Map(before.map((m) => [objectId(m), m]));
  const right = new Map(after.map((m) => [objectId(m), m]));
  const renamed = hashedRenames(
    [...left.keys()].filter((id) => !right.has(id)),
    [...right.keys()].filter((id) => !left.has(id)),
  );
  const changes: ObjectChange[] = [];
  for (const [id, object] of right) {
    const was = left.get(id) ?? left.get(renamed.get(id) ?? '');
    if (!was) changes.push({ id, kind: 'added', values: [], after: object });
    else changes.push(...changedObject(id, was, object));
  }
  const gone = new Set(renamed.values());
  for (const [id, object] of left) if (!right.has(id) && !gone.has(id)) changes.push({ id, kind: 'removed', values: [], before: object });
  return changes.sort((a, b) => (a.id < b.id ? -1 : 1));
};

const changedObject = (id: string, before: Manifest, after: Manifest): ObjectChange[] => {
  const values = compareValues(before, after);
  return values.length === 0 ? [] : [{ id, kind: 'changed', values, before, after }];
};

/** A generated ConfigMap carries a hash of its content in its name: new content is a change, not a removal and an addition. */
const hashedRenames = (removed: readonly string[], added: readonly string[]): Map<string, string> => {
  const byStem = new Map(removed.filter((id) => hashSuffix.test(id)).map((id) => [id.replace(hashSuffix, ''), id]));
  const pairs = added.flatMap((id): [string, string][] => {
    const old = hashSuffix.test(id) ? byStem.get(id.replace(hashSuffix, '')) : undefined;
    return old === undefined ? [] : [[id, old]];
  });
  return new Map(pairs);
};
