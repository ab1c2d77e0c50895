import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { newToken } from './certificates.ts';
import { kubeconfigOf, type Layout } from './layout.ts';

/** A user of the API server. Controllers come as the service accounts that they have on a cluster, so that their own roles hold. */
interface Identity {
  /** Name of the kubeconfig file. */
  readonly file: string;
  readonly user: string;
  readonly groups: readonly string[];
}

const serviceAccount = (file: string, namespace: string, name: string): Identity => ({
  file,
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
});

const identities: readonly Identity[] = [
  { file: 'admin', user: 'local-admin', groups: ['system:masters'] },
  { file: 'controller-manager', user: 'system:kube-controller-manager', groups: [] },
  { file: 'scheduler', user: 'system:kube-scheduler', groups: [] },
  serviceAccount('kwok', 'kube-system', 'kwok-controller'),
  serviceAccount('rollouts', 'argo-rollouts', 'argo-rollouts'),
  serviceAccount('argo-cd', 'argocd', 'argocd-application-controller'),
  serviceAccount('metrics', 'kube-system', 'simulated-metrics'),
  serviceAccount('refresh', 'argocd', 'webhook'),
];

/** Writes the API server's token file and one kubeconfig per identity; gives the tokens by file name. */
export const writeIdentities = (layout: Layout, server: string, authority: string): ReadonlyMap<string, string> => {
  const tokens = new Map(identities.map((identity) => [identity.file, newToken()]));
  const lines = identities.map(({ file, user, groups }) => `${tokens.get(file)},${user},${file},"${groups.join(',')}"`);
  writeFileSync(path.join(layout.pki, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  for (const { file } of identities) {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'local', cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
      users: [{ name: file, user: { token: tokens.get(file) } }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: file } }],
      'current-context': 'local',
    };
    writeFileSync(kubeconfigOf(layout, file), stringify(config), { mode: 0o600 });
  }
  return tokens;
};

/** Tokens by kubeconfig name, as `writeIdentities` wrote them. */
export const readTokens = (layout: Layout): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(path.join(layout.pki, 'tokens.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .map(([token = '', , file = '']) => [file, token]),
  );
