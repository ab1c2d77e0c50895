import type { KubeClient, KubeObject } from '#adapters/kube-client.ts';

export const applicationKind = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' } as const;

interface Source {
  readonly repoURL: string;
  readonly path: string;
}

/** The sources of an Application, which names one or a list. */
export const sourcesOf = ({ spec }: KubeObject): Source[] => (spec.source === undefined ? (spec.sources ?? []) : [spec.source]);

/** Asks Argo CD to look at one Application again, as its webhook does. */
export const askToLook = async (kube: KubeClient, name: string): Promise<void> => {
  await kube.patch({ ...applicationKind, metadata: { name, namespace: 'argocd' } }, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } });
};
