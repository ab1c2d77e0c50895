import type { Manifest } from '#model/ports.ts';
import { labelOf, objectId, textAt, valueAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { parseQuantity } from '#util/quantity.ts';
import { peakPods } from './peak.ts';
import { type Level, levels, podBreaches } from './pod-security.ts';
import { podsOf } from './pods.ts';
import { notApplicable, orSafe, type Result, unproven, unsafe } from './result.ts';
import { byId, type CertifiedUnit, type ChangedUnit, isSame, type Transition, transitionsOf, type World } from './unit.ts';

/**
 * R7: pods of one side must be admitted under the rules of the other: Pod Security labels, quotas with room for both revisions, and
 * whatever else judges pods on the same clusters, in this unit or another one of the change.
 */
export const admission = (unit: ChangedUnit, world: World): readonly Result[] => {
  if (podsOf(unit.base).length + podsOf(unit.head).length === 0) return [notApplicable('no side runs a pod of its own')];
  return transitionsOf(unit).flatMap((way) => admittedOnTheWay(unit, way, world));
};

const admittedOnTheWay = (unit: ChangedUnit, way: Transition, world: World): readonly Result[] => {
  const notes: string[] = [];
  const problems = [...podSecurity(way, notes), ...quotas(way, notes), ...judges(unit, way, world)];
  return orSafe(
    problems,
    way.direction,
    `pods of ${way.fromSide} under ${way.toSide}: ${[...uniqueSorted(notes), 'no other rule of admission changes'].join('; ')}`,
  );
};

const enforced = 'pod-security.kubernetes.io/enforce';

const podSecurity = (way: Transition, notes: string[]): Result[] =>
  podsOf(way.from).flatMap((pods) => {
    const namespace = textAt(pods.object, 'metadata', 'namespace');
    const holder = way.to.find((o) => textAt(o, 'kind') === 'Namespace' && textAt(o, 'metadata', 'name') === namespace);
    if (!holder) {
      const before = way.from.some((o) => textAt(o, 'kind') === 'Namespace' && textAt(o, 'metadata', 'name') === namespace);
      return before ? [unproven(way.direction, `nothing renders the namespace ${namespace} any more, nor its Pod Security level`)] : [];
    }
    const label = labelOf(holder, enforced);
    const level = (label === '' ? 'privileged' : label) as Level;
    const place = { side: way.toSide, object: holder, path: ['metadata', 'labels', enforced] };
    if (!levels.includes(level)) return [unproven(way.direction, `${label} is no level of Pod Security`, place)];
    const breaches = podBreaches(pods, level);
    if (breaches.length === 0) notes.push(`Pod Security ${level} admits them`);
    return breaches.map((b) => unsafe(way.direction, { side: way.fromSide, object: pods.object, path: b.path }, `Pod Security ${level} refuses ${b.what}`));
  });

/** Requests of the pods of one side at their peak, against the hard limits of the other side's quotas. */
const quotas = (way: Transition, notes: string[]): Result[] =>
  way.to
    .filter((o) => textAt(o, 'kind') === 'ResourceQuota')
    .flatMap((quota) => {
      const inside = podsOf(way.from).filter((p) => textAt(p.object, 'metadata', 'namespace') === textAt(quota, 'metadata', 'namespace'));
      const peaks = inside.map((pods) => ({ pods, peak: peakPods(pods.object, way.from) }));
      return Object.entries((valueAt(quota, 'spec', 'hard') ?? {}) as Record<string, unknown>).flatMap(([name, limit]): Result[] => {
        const place = { side: way.toSide, object: quota, path: ['spec', 'hard', name] };
        const hard = parseQuantity(limit);
        const resource = /^(?:requests\.)?(cpu|memory)$/.exec(name)?.[1];
        if (hard === undefined || (resource === undefined && name !== 'pods')) return [unproven(way.direction, `nothing here counts ${name}`, place)];
        const needed = peaks.reduce((sum, { pods, peak }) => sum + peak * (resource === undefined ? 1 : perPod(pods.workload.containers, resource)), 0);
        if (needed > hard) return [unsafe(way.direction, place, `both revisions need ${needed} of ${name}, and the quota gives ${hard}`)];
        notes.push(`both revisions need ${needed} of ${name}, the quota gives ${hard}`);
        return [];
      });
    });

const perPod = (containers: readonly { readonly role: string; readonly requests: Readonly<Record<string, number>> }[], resource: string): number =>
  containers.filter((c) => c.role === 'main').reduce((sum, c) => sum + (c.requests[resource] ?? 0), 0);

const judging = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'LimitRange',
]);

/** Other judges of pods on the same clusters that come or change with the same change: nobody has asked them about the old pods. */
const judges = (unit: ChangedUnit, way: Transition, { units }: World): Result[] =>
  units
    .filter((other) => other.root.path === unit.root.path || other.clusters.some((c) => unit.clusters.includes(c)))
    .flatMap((other) => changedJudges(other, way).map((object) => ({ other, object })))
    .map(({ other, object }) =>
      unproven(way.direction, `${objectId(object)} changes, and nobody asked it about the pods of ${way.fromSide}`, {
        side: way.toSide,
        object,
        path: [],
        root: other.root.path,
      }),
    );

const changedJudges = (unit: CertifiedUnit, way: Transition): Manifest[] => {
  const [from, to] = [unit[way.fromSide] ?? [], unit[way.toSide] ?? []];
  const before = byId(from);
  return to.filter((o) => judging.has(textAt(o, 'kind')) && !isSame(before.get(objectId(o)), o));
};
