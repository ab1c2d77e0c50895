import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

const portNames = [
  'etcd',
  'etcdPeer',
  'apiServer',
  'controllerManager',
  'scheduler',
  'kwok',
  'proxy',
  'git',
  'gitTls',
  'metrics',
  'metricsTls',
  'prometheus',
  'rollouts',
  'rolloutsHealth',
  'redis',
  'repoServer',
  'repoServerMetrics',
  'argoController',
] as const;
type PortName = (typeof portNames)[number];
export type Ports = Readonly<Record<PortName, number>>;

/** Where one control plane keeps what it has: everything below one scratch folder, so that removing it removes all. */
export interface Layout {
  readonly root: string;
  readonly state: string;
  readonly plan: string;
  readonly pki: string;
  readonly logs: string;
  readonly data: string;
  readonly repository: string;
  readonly kubeconfigs: string;
}

export const layoutOf = (root: string): Layout => ({
  root,
  state: path.join(root, 'state.json'),
  plan: path.join(root, 'plan.json'),
  pki: path.join(root, 'pki'),
  logs: path.join(root, 'logs'),
  data: path.join(root, 'data'),
  repository: path.join(root, 'git', 'ran', 'ranfleet.git'),
  kubeconfigs: path.join(root, 'kubeconfig'),
});

/** Makes the folders, readable by their owner alone: keys and tokens lie there. */
export const makeFolders = (layout: Layout): void => {
  for (const folder of [layout.root, layout.pki, layout.logs, layout.data, layout.kubeconfigs, path.dirname(layout.repository)]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
};

/** Path of the kubeconfig of one user of the API server. */
export const kubeconfigOf = (layout: Layout, user: string): string => path.join(layout.kubeconfigs, `${user}.yaml`);

/** A free loopback port for each name. All are held open until the last is found, so that no two are the same. */
export const freePorts = async (): Promise<Ports> => {
  const held = await Promise.all(portNames.map(holdPort));
  const ports = Object.fromEntries(portNames.map((name, at) => [name, held[at]?.port ?? 0])) as Record<PortName, number>;
  await Promise.all(held.map(({ release }) => release()));
  return ports;
};

const holdPort = (): Promise<{ port: number; release: () => Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({ port, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
