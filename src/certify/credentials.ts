import type { Fleet, RingFacts } from '#model/fleet.ts';
import type { Manifest } from '#model/ports.ts';
import { count } from '#util/count.ts';
import { objectId, textAt, valueAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { podsOf, referencesOf } from './pods.ts';
import { changesImage } from './releases.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { byId, type ChangedUnit, isSame, type World } from './unit.ts';

/** How long the credential that an object replaces stays valid, hours. */
export const overlapAnnotation = 'ranfleet.norvik.example/previous-valid-hours';

const holders = new Set(['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore', 'SecretProviderClass', 'Secret', 'Certificate']);

/** R5: a rotation takes the old version's credential away, unless both stay valid for as long as the release bakes. */
export const credentials = (unit: ChangedUnit, world: World): readonly Result[] => {
  const secrets = (objects: readonly Manifest[]): string[] =>
    uniqueSorted(
      podsOf(objects).flatMap((pods) =>
        referencesOf(pods)
          .filter((r) => r.kind === 'Secret')
          .map((r) => `${objectId(pods.object)} ${r.name}`),
      ),
    );
  const all = [...unit.base, ...unit.head].filter((o) => holders.has(textAt(o, 'kind')));
  const [was, now] = [secrets(unit.base), secrets(unit.head)];
  if (all.length + was.length + now.length === 0) return [notApplicable('no pod template of either side names a Secret, and no object brings one')];
  const before = byId(unit.base);
  const rotated = unit.head.filter((o) => holders.has(textAt(o, 'kind')) && before.has(objectId(o)) && !isSame(sourceOf(before.get(objectId(o))), sourceOf(o)));
  const renamed = isSame(was, now) ? [] : [unproven('back', `pods name other Secrets: ${was.join(', ') || 'none'} before, ${now.join(', ') || 'none'} after`)];
  const problems = [...renamed, ...rotated.flatMap((o) => rotationProblem(o, unit, bakeHours(unit, world.head.fleet)))];
  return orSafe(problems, 'both', `${count(all.length + was.length, 'source')} of credentials, and none changes or overlaps too short`);
};

const sourceOf = (object: Manifest | undefined): unknown => [valueAt(object, 'spec'), valueAt(object, 'data')];

/** Hours that a release of the unit stays in its ring before it goes on: so long the old version may come back. */
const bakeHours = ({ root, clusters }: ChangedUnit, fleet: Fleet): number => {
  const tier = fleet.agents.get(root.agent ?? '')?.tier ?? 'W';
  const rings = root.ring === undefined ? clusters.flatMap((c) => fleet.clusters.get(c)?.wave ?? []) : [root.ring];
  const hours = rings.flatMap((ring) => (fleet.rings.get(ring as never) as RingFacts | undefined)?.bakeHours[tier] ?? []);
  return Math.max(0, ...hours);
};

const rotationProblem = (object: Manifest, unit: ChangedUnit, hours: number): Result[] => {
  const place = { side: 'head' as const, object, path: ['metadata', 'annotations', overlapAnnotation] };
  if (changesImage(unit))
    return [unsafe('back', { ...place, path: ['spec'] }, 'a credential rotates together with an image: going back with the one takes back the other')];
  const valid = textAt(object, 'metadata', 'annotations', overlapAnnotation);
  if (!/^\d+$/.test(valid)) return [unproven('back', `nothing says how long the replaced credential stays valid (${overlapAnnotation})`, place)];
  return Number(valid) >= hours
    ? []
    : [unsafe('back', place, `the replaced credential stays valid for ${valid} h, and a release may come back for ${hours} h`)];
};
