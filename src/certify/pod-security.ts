import type { JsonPath } from '#model/policy.ts';
import { asList, isFields, valueAt } from '#util/manifest.ts';
import type { Pods } from './pods.ts';

export const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];

interface Breach {
  readonly path: JsonPath;
  readonly what: string;
}

/** Volumes that the level `restricted` lets a pod have (Kubernetes, Pod Security Standards). */
const volumeKinds = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret', 'name']);

/** What a pod template has that a level of the Pod Security Standards of Kubernetes refuses; the level `privileged` refuses nothing. */
export const podBreaches = (pods: Pods, level: Level): Breach[] => {
  if (level === 'privileged') return [];
  return [...baseline(pods), ...(level === 'restricted' ? restricted(pods) : [])];
};

const baseline = ({ workload: { spec, path, containers } }: Pods): Breach[] => [
  ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true).map((field) => ({ path: [...path, field], what: field })),
  ...asList(spec['volumes']).flatMap((volume, i) => (valueAt(volume, 'hostPath') === undefined ? [] : [{ path: [...path, 'volumes', i], what: 'a hostPath' }])),
  ...containers.flatMap(({ container, path: at }): Breach[] => [
    ...(valueAt(container, 'securityContext', 'privileged') === true ? [{ path: [...at, 'securityContext', 'privileged'], what: 'privileged' }] : []),
    ...asList(container['ports']).flatMap((port, i) => (Number(valueAt(port, 'hostPort') ?? 0) > 0 ? [{ path: [...at, 'ports', i], what: 'a hostPort' }] : [])),
    ...(asList(valueAt(container, 'securityContext', 'capabilities', 'add')).length > 0
      ? [{ path: [...at, 'securityContext', 'capabilities', 'add'], what: 'added capabilities' }]
      : []),
  ]),
];

const restricted = ({ workload: { spec, path, containers } }: Pods): Breach[] => [
  ...asList(spec['volumes']).flatMap((volume, i) => {
    const kind = isFields(volume) ? Object.keys(volume).find((k) => !volumeKinds.has(k)) : undefined;
    return kind === undefined || kind === 'hostPath' ? [] : [{ path: [...path, 'volumes', i], what: `a volume of ${kind}` }];
  }),
  ...containers.flatMap(({ container, path: at }): Breach[] => {
    const own = (...field: string[]): unknown => valueAt(container, 'securityContext', ...field) ?? valueAt(spec, 'securityContext', ...field);
    const place = [...at, 'securityContext'];
    return [
      ...(own('allowPrivilegeEscalation') === false ? [] : [{ path: place, what: 'privilege escalation' }]),
      ...(own('runAsNonRoot') === true ? [] : [{ path: place, what: 'a user that may be root' }]),
      ...(['RuntimeDefault', 'Localhost'].includes(String(own('seccompProfile', 'type'))) ? [] : [{ path: place, what: 'no seccomp profile' }]),
      ...(asList(own('capabilities', 'drop')).includes('ALL') ? [] : [{ path: place, what: 'capabilities that are not dropped' }]),
    ];
  }),
];
