import type { JsonPath, WorkloadInput } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { workloadsOf } from '#policy/workloads.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';

/** A pod template and the object that makes pods of it. */
export interface Pods {
  readonly object: Manifest;
  readonly workload: WorkloadInput;
}

/** Pod templates whose pods run on after a sync: those of hooks and analyses end by themselves. */
export const podsOf = (objects: readonly Manifest[]): Pods[] =>
  objects
    .filter((o) => !/^(Job|CronJob|AnalysisRun|(Cluster)?AnalysisTemplate)$/.test(textAt(o, 'kind')))
    .flatMap((object) => workloadsOf(object).map((workload) => ({ object, workload })));

/** A name that pods need before they start. */
export interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional: boolean;
  readonly path: JsonPath;
}

/** Every ConfigMap and Secret that a pod template names: in volumes, in `env` and in `envFrom`. */
export const referencesOf = ({ workload: { spec, path, containers } }: Pods): Reference[] => [
  ...asList(spec['volumes']).flatMap((volume, i) => volumeReferences(volume, [...path, 'volumes', i])),
  ...containers.flatMap(({ container, path: at }) => [
    ...asList(container['envFrom']).flatMap((source, i) => [
      ...named(source, 'configMapRef', 'ConfigMap', 'name', [...at, 'envFrom', i]),
      ...named(source, 'secretRef', 'Secret', 'name', [...at, 'envFrom', i]),
    ]),
    ...asList(container['env']).flatMap((entry, i) => {
      const from = valueAt(entry, 'valueFrom');
      const inside: JsonPath = [...at, 'env', i, 'valueFrom'];
      return [...named(from, 'configMapKeyRef', 'ConfigMap', 'name', inside), ...named(from, 'secretKeyRef', 'Secret', 'name', inside)];
    }),
  ]),
];

const volumeReferences = (volume: unknown, path: JsonPath): Reference[] => [
  ...named(volume, 'configMap', 'ConfigMap', 'name', path),
  ...named(volume, 'secret', 'Secret', 'secretName', path),
  ...asList(valueAt(volume, 'projected', 'sources')).flatMap((source, i) => [
    ...named(source, 'configMap', 'ConfigMap', 'name', [...path, 'projected', 'sources', i]),
    ...named(source, 'secret', 'Secret', 'name', [...path, 'projected', 'sources', i]),
  ]),
];

const named = (holder: unknown, field: string, kind: Reference['kind'], key: string, path: JsonPath): Reference[] => {
  const name = textAt(holder, field, key);
  return name === '' ? [] : [{ kind, name, optional: valueAt(holder, field, 'optional') === true, path: [...path, field, key] }];
};
