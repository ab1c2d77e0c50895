import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';
import { parseQuantity } from '#util/quantity.ts';

interface ContainerRequests {
  readonly name: string;
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** What the simulator knows of one pod of the cluster. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly images: readonly string[];
  readonly running: boolean;
  /** Running, and its Ready condition is true. */
  readonly ready: boolean;
  /** Restarts by container, as the status of the pod has them. */
  readonly restartCounts: ReadonlyMap<string, number>;
  /** Requests of each container; 0 where there is none. */
  readonly containers: readonly ContainerRequests[];
}

/** Where the simulator gets its pods from. */
export interface PodSource {
  /** The pods of this moment by their uid. */
  readonly pods: () => ReadonlyMap<string, Pod>;
  /** Whether the pods were listed at least once. */
  readonly synced: () => boolean;
}

const labelsOf = (value: unknown): Record<string, string> =>
  isFields(value) ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {};

const requestsOf = (container: unknown): ContainerRequests => ({
  name: textAt(container, 'name'),
  cpuCores: parseQuantity(valueAt(container, 'resources', 'requests', 'cpu')) ?? 0,
  memoryBytes: parseQuantity(valueAt(container, 'resources', 'requests', 'memory')) ?? 0,
});

/** Reads an object of the API server; undefined when it is no pod with an identity. */
export const readPod = (object: Fields): Pod | undefined => {
  const uid = textAt(object, 'metadata', 'uid');
  const name = textAt(object, 'metadata', 'name');
  if (uid === '' || name === '') return undefined;
  const containers = asList(valueAt(object, 'spec', 'containers'));
  const running = textAt(object, 'status', 'phase') === 'Running';
  const isReady = asList(valueAt(object, 'status', 'conditions')).some((c) => textAt(c, 'type') === 'Ready' && textAt(c, 'status') === 'True');
  const statuses = asList(valueAt(object, 'status', 'containerStatuses'));
  return {
    namespace: textAt(object, 'metadata', 'namespace'),
    name,
    uid,
    labels: labelsOf(valueAt(object, 'metadata', 'labels')),
    images: containers.map((container) => textAt(container, 'image')),
    running,
    ready: running && isReady,
    restartCounts: new Map(statuses.map((status) => [textAt(status, 'name'), Number(valueAt(status, 'restartCount') ?? 0)])),
    containers: containers.map(requestsOf),
  };
};
