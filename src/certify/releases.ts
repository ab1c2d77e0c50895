import type { Compatibility } from '#model/agent.ts';
import { objectId } from '#util/manifest.ts';
import { compareVersions } from '#util/version.ts';
import { podsOf } from './pods.ts';
import { type CertifiedUnit, type CertifySide, isSame, type World } from './unit.ts';

/** The releases between which a unit moves; undefined on a side that has none, or for a unit that is no agent. */
export interface ReleaseMove {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export const releaseMove = ({ root }: CertifiedUnit, { base, head }: World): ReleaseMove => {
  const on = ({ fleet }: CertifySide): string | undefined => fleet.pins.get(root.agent ?? '')?.get((root.ring ?? '') as never)?.release;
  return { from: on(base), to: on(head) };
};

/** How far two releases are apart by Semantic Versioning 2.0.0; undefined when one is no version. */
export const distanceOf = (from: string, to: string): 'same' | 'patch' | 'minor' | 'major' | undefined => {
  if (compareVersions(from, to) === undefined) return undefined;
  const [a, b] = [from, to].map((v) => v.split('.')) as [string[], string[]];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 'same' : ((['major', 'minor'] as const)[at] ?? 'patch');
};

/** What an agent's facts say about a release: the last entry of its own minor version that is not newer. */
export const compatibilityOf = (entries: readonly Compatibility[] | undefined, release: string): Compatibility | undefined =>
  (entries ?? [])
    .filter((e) => ['same', 'patch'].includes(distanceOf(e.since, release) ?? '') && (compareVersions(e.since, release) ?? 1) <= 0)
    .sort((a, b) => compareVersions(b.since, a.since) ?? 0)[0];

/** Images of all containers whose pods run on, by object and container. */
const imagesOf = (objects: CertifiedUnit['base']): Record<string, string> =>
  Object.fromEntries(
    podsOf(objects ?? []).flatMap(({ object, workload }) => workload.containers.map((c) => [`${objectId(object)} ${c.path.join('.')}`, c.image.raw] as const)),
  );

/** Whether a container runs other code on one side than on the other. */
export const changesImage = ({ base, head }: CertifiedUnit): boolean => !isSame(imagesOf(base), imagesOf(head));
