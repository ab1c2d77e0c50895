import type { KubeClient } from '#adapters/kube-client.ts';
import { applicationKind, askToLook, sourcesOf } from './application.ts';

/**
 * Tells Argo CD that a repository has changed, as its webhook does: an annotation on each Application that reads it. Without, a
 * commit is seen after up to 180 s (argocd-cm: 120 s and 60 s of jitter).
 * @returns how many Applications were told.
 */
export const refreshApplications = async (kube: KubeClient, repositoryUrl: string): Promise<number> => {
  const applications = await kube.list(applicationKind.apiVersion, applicationKind.kind, 'argocd');
  const readers = applications.filter((application) => sourcesOf(application).some(({ repoURL }) => repoURL === repositoryUrl));
  await Promise.all(readers.map(({ metadata }) => askToLook(kube, metadata.name)));
  return readers.length;
};
