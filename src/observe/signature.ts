import type { Manifest } from '#model/ports.ts';
import { asList, hashSuffix, textAt, valueAt } from '#util/manifest.ts';

/** What tells the releases of a workload apart: the images of its containers, and the ConfigMaps whose names carry a hash of their content. */
interface PodSignature {
  /** Image by container, those of the start too. */
  readonly images: ReadonlyMap<string, string>;
  readonly configs: ReadonlySet<string>;
}

const containersOf = (podSpec: unknown): readonly unknown[] => [...asList(valueAt(podSpec, 'initContainers')), ...asList(valueAt(podSpec, 'containers'))];

/** Signature of a pod's spec, be it of a template or of a running pod. */
const signatureOf = (podSpec: unknown): PodSignature => ({
  images: new Map(containersOf(podSpec).map((c) => [textAt(c, 'name'), textAt(c, 'image')])),
  configs: new Set(configMapsOf(podSpec).filter((name) => hashSuffix.test(name))),
});

const configMapsOf = (podSpec: unknown): string[] => {
  const volumes = asList(valueAt(podSpec, 'volumes'));
  const projected = volumes.flatMap((volume) => asList(valueAt(volume, 'projected', 'sources')));
  const containers = containersOf(podSpec);
  return [
    ...[...volumes, ...projected].map((source) => textAt(source, 'configMap', 'name')),
    ...containers.flatMap((c) => asList(valueAt(c, 'envFrom')).map((from) => textAt(from, 'configMapRef', 'name'))),
    ...containers.flatMap((c) => asList(valueAt(c, 'env')).map((entry) => textAt(entry, 'valueFrom', 'configMapKeyRef', 'name'))),
  ];
};

/** Does a pod show what the template says? Containers and plain ConfigMaps that an injector has added say nothing of the release. */
const isShown = (template: PodSignature, pod: PodSignature): boolean =>
  template.images.size > 0 &&
  [...template.images].every(([name, image]) => image !== '' && pod.images.get(name) === image) &&
  template.configs.size === pod.configs.size &&
  [...template.configs].every((name) => pod.configs.has(name));

/** Kinds that run the pods of an agent. */
const workloadKinds = ['Rollout', 'StatefulSet'] as const;

/** `Rollout/agent`: one workload of a unit. */
export const workloadId = (object: Manifest): string => `${textAt(object, 'kind')}/${textAt(object, 'metadata', 'name')}`;

/** The rendered workloads of one release of a unit, with the signature of their pods. */
export type ReleaseSignature = ReadonlyMap<string, PodSignature>;

/**
 * The signature of rendered objects; undefined where something else than a known kind makes pods, because then it is not known
 * how its pods would be found.
 */
export const releaseSignature = (objects: readonly Manifest[]): ReleaseSignature | undefined => {
  const makers = objects.filter((object) => valueAt(object, 'spec', 'template', 'spec', 'containers') !== undefined);
  const areKnown = makers.every((object) => workloadKinds.some((kind) => kind === object['kind']));
  if (makers.length === 0 || !areKnown) return undefined;
  return new Map(makers.map((object) => [workloadId(object), signatureOf(valueAt(object, 'spec', 'template', 'spec'))]));
};

/** Releases of one unit by name. */
export type KnownReleases = ReadonlyMap<string, ReleaseSignature>;

/** Releases whose template a pod of this workload may come from. */
export const releasesShown = (known: KnownReleases, workload: string, podSpec: unknown): ReadonlySet<string> => {
  const seen = signatureOf(podSpec);
  const isOf = (release: ReleaseSignature): boolean => {
    const template = release.get(workload);
    return template !== undefined && isShown(template, seen);
  };
  return new Set([...known].flatMap(([name, release]) => (isOf(release) ? [name] : [])));
};
