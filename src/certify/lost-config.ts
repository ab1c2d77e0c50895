import type { Manifest } from '#model/ports.ts';
import { textAt, valueAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { type Pods, podsOf, type Reference, referencesOf } from './pods.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { hasSyncOption } from './sync-options.ts';
import { type ChangedUnit, isSame, type Transition, transitionsOf } from './unit.ts';

/**
 * R1: while one side is applied, pods of the other still start, restart and read their ConfigMaps and Secrets. Each name must be in
 * what is applied with the same content, or stay because no sync prunes it.
 */
export const lostConfig = (unit: ChangedUnit): readonly Result[] => {
  const count = [...podsOf(unit.base), ...podsOf(unit.head)].flatMap(required).length;
  if (count === 0) return [notApplicable('no pod template of either side names a ConfigMap or a Secret that it needs')];
  return transitionsOf(unit).flatMap(lostOnTheWay);
};

const required = (pods: Pods): Reference[] => referencesOf(pods).filter((r) => !r.optional);

const lostOnTheWay = (way: Transition): readonly Result[] => {
  const kept: string[] = [];
  const problems = podsOf(way.from).flatMap((pods) => required(pods).flatMap((reference) => lost(way, pods, reference, kept)));
  const found = kept.length === 0 ? `pods of ${way.fromSide} need none` : `pods of ${way.fromSide} keep what they read: ${uniqueSorted(kept).join('; ')}`;
  return orSafe(problems, way.direction, found);
};

const lost = (way: Transition, pods: Pods, reference: Reference, kept: string[]): Result[] => {
  const namespace = textAt(pods.object, 'metadata', 'namespace');
  const find = (objects: readonly Manifest[]): Manifest | undefined =>
    objects.find((o) => isThat(o, reference) && textAt(o, 'metadata', 'namespace') === namespace);
  const [was, now] = [find(way.from), find(way.to)];
  const place = { side: way.fromSide, object: pods.object, path: reference.path };
  const name = `${reference.kind} ${reference.name}`;
  if (was && now) {
    const field = ['data', 'binaryData', 'stringData', 'spec'].find((f) => !isSame(valueAt(was, f), valueAt(now, f)));
    if (field !== undefined) return [unsafe(way.direction, { side: way.toSide, object: now, path: [field] }, `${name} keeps its name and gets other content`)];
    kept.push(`${name} in both renders`);
    return [];
  }
  if (now) return [];
  if (!was) return [unproven(way.direction, `${name} is in neither render: nobody knows what it holds and for how long`, place)];
  if (hasSyncOption(was, 'Prune=false')) {
    kept.push(`${name}, which no sync prunes`);
    return [];
  }
  return [unsafe(way.direction, { side: way.fromSide, object: was, path: ['metadata', 'name'] }, `${name} is pruned while pods still need it`)];
};

/** The object itself, or the ExternalSecret that makes it. */
const isThat = (object: Manifest, { kind, name }: Reference): boolean => {
  if (textAt(object, 'kind') === kind) return textAt(object, 'metadata', 'name') === name;
  if (kind !== 'Secret' || textAt(object, 'kind') !== 'ExternalSecret') return false;
  return (textAt(object, 'spec', 'target', 'name') || textAt(object, 'metadata', 'name')) === name;
};
