import path from 'node:path';
import { kubeconfigOf, layoutOf } from './layout.ts';
import type { Part, Plan } from './plan.ts';

const loopback = '127.0.0.1';

const bin = (plan: Plan, name: string): string => path.join(plan.engineRoot, '.tools', 'bin', name);

/** etcd and the API server: the rest waits for them. */
export const storeParts = (plan: Plan): Part[] => {
  const { ports } = plan;
  const layout = layoutOf(plan.root);
  const pki = (name: string): string => path.join(layout.pki, name);
  return [
    {
      name: 'etcd',
      program: bin(plan, 'etcd'),
      args: [
        `--data-dir=${path.join(layout.data, 'etcd')}`,
        `--listen-client-urls=http://${loopback}:${ports.etcd}`,
        `--advertise-client-urls=http://${loopback}:${ports.etcd}`,
        `--listen-peer-urls=http://${loopback}:${ports.etcdPeer}`,
        `--initial-advertise-peer-urls=http://${loopback}:${ports.etcdPeer}`,
        `--initial-cluster=default=http://${loopback}:${ports.etcdPeer}`,
        // The data dies with the control plane, so nothing is gained by waiting for the disk.
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
      ready: { scheme: 'http', port: ports.etcd, path: '/health' },
    },
    {
      name: 'kube-apiserver',
      program: bin(plan, 'kube-apiserver'),
      args: [
        `--etcd-servers=http://${loopback}:${ports.etcd}`,
        `--bind-address=${loopback}`,
        `--secure-port=${ports.apiServer}`,
        `--tls-cert-file=${pki('apiserver.crt')}`,
        `--tls-private-key-file=${pki('apiserver.key')}`,
        `--client-ca-file=${pki('ca.crt')}`,
        `--token-auth-file=${pki('tokens.csv')}`,
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        `--service-account-key-file=${pki('service-accounts.pub')}`,
        `--service-account-signing-key-file=${pki('service-accounts.key')}`,
        '--service-account-issuer=https://kubernetes.default.svc',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--endpoint-reconciler-type=none',
        `--requestheader-client-ca-file=${pki('ca.crt')}`,
        '--requestheader-allowed-names=aggregator',
        '--requestheader-username-headers=X-Remote-User',
        '--requestheader-group-headers=X-Remote-Group',
        '--requestheader-extra-headers-prefix=X-Remote-Extra-',
        `--proxy-client-cert-file=${pki('aggregator.crt')}`,
        `--proxy-client-key-file=${pki('aggregator.key')}`,
      ],
      ready: { scheme: 'https', port: ports.apiServer, path: '/readyz' },
    },
  ];
};

/** Controllers of Kubernetes itself, and the simulated kubelets. */
export const kubeParts = (plan: Plan): Part[] => {
  const { ports } = plan;
  const layout = layoutOf(plan.root);
  const access = (user: string): string[] => {
    const file = kubeconfigOf(layout, user);
    return [`--kubeconfig=${file}`, `--authentication-kubeconfig=${file}`, `--authorization-kubeconfig=${file}`];
  };
  const server = (port: number): string[] => [`--bind-address=${loopback}`, `--secure-port=${port}`, '--leader-elect=false'];
  return [
    {
      name: 'kube-controller-manager',
      program: bin(plan, 'kube-controller-manager'),
      args: [
        ...access('controller-manager'),
        ...server(ports.controllerManager),
        `--service-account-private-key-file=${path.join(layout.pki, 'service-accounts.key')}`,
        `--root-ca-file=${path.join(layout.pki, 'ca.crt')}`,
        `--cert-dir=${path.join(layout.data, 'controller-manager')}`,
      ],
      ready: { scheme: 'https', port: ports.controllerManager, path: '/healthz' },
    },
    {
      name: 'kube-scheduler',
      program: bin(plan, 'kube-scheduler'),
      args: [...access('scheduler'), ...server(ports.scheduler), `--cert-dir=${path.join(layout.data, 'scheduler')}`],
      ready: { scheme: 'https', port: ports.scheduler, path: '/healthz' },
    },
    {
      name: 'kwok',
      program: bin(plan, 'kwok'),
      args: [
        `--kubeconfig=${kubeconfigOf(layout, 'kwok')}`,
        `--config=${path.join(layout.data, 'kwok.yaml')}`,
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        '--enable-crds=Stage',
        `--server-address=${loopback}:${ports.kwok}`,
        '--node-lease-duration-seconds=40',
      ],
      ready: { scheme: 'http', port: ports.kwok, path: '/healthz' },
    },
  ];
};
