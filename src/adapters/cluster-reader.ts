import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterReader } from '#model/cluster-reader.ts';
import { GateError, messageOf } from '#model/errors.ts';
import { KubeClient } from './kube-client.ts';

/** One list of one kind has to be there in this time, milliseconds: a pass over the fleet must not wait for a dead cluster. */
const timeoutMs = 15_000;

/**
 * Reads one cluster through a context of a kubeconfig; needs `get` and `list` and nothing else.
 * @throws GateError GATE_LOCAL_KUBECONFIG when the kubeconfig has no such context
 */
export const createClusterReader = (kubeconfig: string, context: string): ClusterReader & { close(): void } => {
  const kube = new KubeClient(kubeconfig, { context, timeoutMs });
  return {
    list: async (apiVersion, kind, namespace) => {
      try {
        return await kube.list(apiVersion, kind, namespace);
      } catch (error) {
        throw new GateError('GATE_CLUSTER', 'undecided', `${context}: ${kind}: ${messageOf(error)}`, {
          hint: 'See that the API server answers and that its user may list this kind.',
          cause: error,
        });
      }
    },
    close: () => kube.close(),
  };
};

/**
 * Names of the contexts of a kubeconfig.
 * @throws GateError GATE_KUBECONFIG when it can not be read
 */
export const contextsOf = (kubeconfig: string): string[] => {
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw new GateError('GATE_KUBECONFIG', 'usage', `${kubeconfig} can not be read: ${messageOf(cause)}`, {
      hint: 'Name a kubeconfig: --kubeconfig <file>.',
      cause,
    });
  }
  return config.getContexts().map(({ name }) => name);
};
