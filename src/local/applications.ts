import path from 'node:path';
import { KubeClient, type KubeObject } from '#adapters/kube-client.ts';
import type { Manifest } from '#model/ports.ts';
import { applicationKind, sourcesOf } from './application.ts';
import { applyAll } from './bootstrap.ts';
import { kubeconfigOf, layoutOf } from './layout.ts';
import type { Plan, PlaneState } from './plan.ts';
import { buildFolder } from './upstream.ts';

/** Splits the overlay of a cluster: what can be synced here, and the Applications that need a Git server which is not here. */
const splitOverlay = (objects: readonly Manifest[], repositoryUrl: string): { wanted: Manifest[]; leftOut: PlaneState['leftOut'] } => {
  const foreign = (object: Manifest): string[] =>
    object['kind'] !== 'Application'
      ? []
      : sourcesOf(object as unknown as KubeObject)
          .map(({ repoURL }) => repoURL)
          .filter((url) => url !== repositoryUrl);
  return {
    wanted: objects.filter((object) => foreign(object).length === 0),
    leftOut: objects
      .filter((object) => foreign(object).length > 0)
      .map((object) => ({
        application: (object as unknown as KubeObject).metadata.name,
        reason: `needs ${[...new Set(foreign(object))].join(', ')}, which no server here has`,
      })),
  };
};

/** Applies what the served commit declares for the cluster, as the root Application does on its hub. */
export const applyOverlay = async (plan: Plan): Promise<PlaneState['leftOut']> => {
  const layout = layoutOf(plan.root);
  const { wanted, leftOut } = splitOverlay(buildFolder(plan.engineRoot, path.join(layout.data, 'checkout', 'clusters', plan.cluster)), plan.repositoryUrl);
  const kube = new KubeClient(kubeconfigOf(layout, 'admin'));
  try {
    const isProject = (object: Manifest): boolean => object['kind'] !== 'Application';
    await applyAll(kube, wanted.filter(isProject));
    await applyAll(
      kube,
      wanted.filter((object) => !isProject(object)),
    );
  } finally {
    kube.close();
  }
  return leftOut;
};

export interface ApplicationView {
  readonly name: string;
  readonly sync: string;
  readonly health: string;
  readonly revision: string;
  readonly message: string;
}

/** How Argo CD sees each Application now. */
export const viewApplications = async (kube: KubeClient): Promise<ApplicationView[]> =>
  (await kube.list(applicationKind.apiVersion, applicationKind.kind, 'argocd')).map(({ metadata, status }) => ({
    name: metadata.name,
    sync: status?.sync?.status ?? 'Unknown',
    health: status?.health?.status ?? 'Missing',
    // An Application with a list of sources has a list of revisions; here all of them come from one repository.
    revision: status?.sync?.revision || (status?.sync?.revisions ?? []).at(-1) || '',
    message: [...(status?.conditions ?? []), status?.operationState ?? {}].map(({ message }) => message ?? '').find((m) => m !== '') ?? '',
  }));
