import { type KubeConfig, Watch } from '@kubernetes/client-node';
import type { KubeObject } from '#adapters/kube-client.ts';

/** The kinds that a recording watches, in all namespaces. */
const paths = [
  '/apis/argoproj.io/v1alpha1/rollouts',
  '/apis/argoproj.io/v1alpha1/analysisruns',
  '/apis/apps/v1/replicasets',
  '/apis/gateway.networking.k8s.io/v1/httproutes',
  '/api/v1/services',
];

/** Shorter than the 30 s after which the client gives a silent connection up; each watch is then taken up where it ended. */
const timeoutSeconds = 25;

/**
 * Tells each change of the watched kinds as it comes, until `close`.
 * @param onFault is told why a watch could not be taken up again: changes are lost then, so the recording is worth nothing
 */
export const watchAll = (config: KubeConfig, onObject: (object: KubeObject) => void, onFault: (reason: string) => void): { close: () => void } => {
  const watch = new Watch(config);
  const open = new Map<string, AbortController>();
  let isClosed = false;
  const follow = async (path: string, from: string): Promise<void> => {
    let version = from;
    const take = (type: string, object: KubeObject): void => {
      if (type === 'ERROR') {
        onFault(`${path}: ${JSON.stringify(object)}`);
        return;
      }
      version = object.metadata.resourceVersion ?? version;
      if (type === 'ADDED' || type === 'MODIFIED') onObject(object);
    };
    const query = { timeoutSeconds, allowWatchBookmarks: true, ...(version === '' ? {} : { resourceVersion: version }) };
    const again = (): void => {
      if (!isClosed) follow(path, version).catch((error: unknown) => onFault(`${path}: ${String(error)}`));
    };
    open.set(path, await watch.watch(path, query, take, again));
  };
  for (const path of paths) follow(path, '').catch((error: unknown) => onFault(`${path}: ${String(error)}`));
  return {
    close: () => {
      isClosed = true;
      for (const request of open.values()) request.abort();
    },
  };
};
