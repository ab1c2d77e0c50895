import { kubernetesOf } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Manifest } from '#model/ports.ts';
import { checkRoots } from '#schema/check-roots.ts';
import { count } from '#util/count.ts';
import { objectId } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { definitionProblems, isDefinition } from './crd-versions.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { hasSyncOption } from './sync-options.ts';
import { byId, type ChangedUnit, isSame, type Transition, transitionsOf, type World } from './unit.ts';
import { upstreamMove, upstreamProblems } from './upstream.ts';

/**
 * R2: what one side renders must fit the kinds that the other side's clusters serve. Objects are held against the schemas of each
 * Kubernetes that the clusters run on the other side; definitions that the unit brings itself are compared field by field.
 */
export const servedKinds = (unit: ChangedUnit, world: World): readonly Result[] => {
  const move = upstreamMove(unit, world);
  const isEmpty = unit.base.length === 0 && unit.head.length === 0;
  if (isEmpty && !move) return [notApplicable('neither side renders an object of its own')];
  const own = transitionsOf(unit).flatMap((way) => servedOnTheWay(unit, way, world));
  return [...own, ...(move ? upstreamProblems(move, 'crds') : [])];
};

const servedOnTheWay = (unit: ChangedUnit, way: Transition, world: World): readonly Result[] => {
  // Back, the old objects come to the clusters as they are now; forward, the new ones may meet a cluster as it was.
  const versions = kubernetesIn(way.direction === 'back' ? world.head.fleet : world.base.fleet, unit.clusters);
  const known = byId(way.from);
  const sameKubernetes = isSame(kubernetesIn(world.head.fleet, unit.clusters), kubernetesIn(world.base.fleet, unit.clusters));
  const objects = sameKubernetes ? way.to.filter((o) => !isSame(known.get(objectId(o)), o)) : way.to;
  const { findings } = checkRoots([{ root: unit.root, objects }], world.schemas, () => versions);
  const invalid = findings.map((f): Result => {
    const object = byId(objects).get(f.subject);
    if (!object) return unproven(way.direction, f.message);
    const place = { side: way.toSide, object, path: f.path };
    return f.effect === 'undecided' ? unproven(way.direction, f.message, place) : unsafe(way.direction, place, f.message);
  });
  const checked = objects.length === 0 ? 'no object differs' : `${count(objects.length, 'object')} of ${way.toSide} ${objects.length === 1 ? 'fits' : 'fit'}`;
  return orSafe([...invalid, ...definitions(way)], way.direction, `${checked} the kinds of Kubernetes ${versions.join(' and ') || world.schemas.kubernetes}`);
};

const kubernetesIn = (fleet: Fleet, clusters: readonly string[]): string[] => {
  const named = clusters.flatMap((name) => fleet.clusters.get(name) ?? []);
  return uniqueSorted((named.length > 0 ? named : [...fleet.clusters.values()]).map(kubernetesOf));
};

const definitions = (way: Transition): Result[] => {
  const next = byId(way.to);
  return way.from.filter(isDefinition).flatMap((from: Manifest) => {
    const to = next.get(objectId(from));
    if (to) return definitionProblems(way, from, to);
    if (hasSyncOption(from, 'Prune=false')) return [];
    return [unsafe(way.direction, { side: way.fromSide, object: from, path: [] }, 'the kind is pruned, and every object of it with the kind')];
  });
};
