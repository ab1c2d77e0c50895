import path from 'node:path';
import { kubeconfigOf, layoutOf } from './layout.ts';
import { bin, loopback, type Part, type Plan } from './plan.ts';

/** etcd and the API server: the rest waits for them. */
export const storeParts = (plan: Plan): Part[] => [etcd(plan), apiServer(plan)];

const etcd = (plan: Plan): Part => {
  const client = `http://${loopback}:${plan.ports.etcd}`;
  const peer = `http://${loopback}:${plan.ports.etcdPeer}`;
  return {
    name: 'etcd',
    program: bin(plan, 'etcd'),
    args: [
      `--data-dir=${path.join(layoutOf(plan.root).data, 'etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // The data dies with the control plane, so nothing is gained by waiting for the disk.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    ready: { scheme: 'http', port: plan.ports.etcd, path: '/health' },
  };
};

const apiServer = (plan: Plan): Part => {
  const pki = (name: string): string => path.join(layoutOf(plan.root).pki, name);
  return {
    name: 'kube-apiserver',
    program: bin(plan, 'kube-apiserver'),
    args: [
      `--etcd-servers=http://${loopback}:${plan.ports.etcd}`,
      `--bind-address=${loopback}`,
      `--secure-port=${plan.ports.apiServer}`,
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
      ...aggregation(pki),
    ],
    ready: { scheme: 'https', port: plan.ports.apiServer, path: '/readyz' },
  };
};

/** Lets the API server hand requests for resource metrics on, under its own certificate. */
const aggregation = (pki: (name: string) => string): string[] => [
  `--requestheader-client-ca-file=${pki('ca.crt')}`,
  '--requestheader-allowed-names=aggregator',
  '--requestheader-username-headers=X-Remote-User',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  `--proxy-client-cert-file=${pki('aggregator.crt')}`,
  `--proxy-client-key-file=${pki('aggregator.key')}`,
];

/** Controllers of Kubernetes itself, and the simulated kubelets. */
export const kubeParts = (plan: Plan): Part[] => [controllerManager(plan), scheduler(plan), kubelets(plan)];

const access = (plan: Plan, user: string): string[] => {
  const file = kubeconfigOf(layoutOf(plan.root), user);
  return [`--kubeconfig=${file}`, `--authentication-kubeconfig=${file}`, `--authorization-kubeconfig=${file}`];
};

/** Many Rollouts at the same time are not to wait for what these controllers may ask per second. */
const unhurried = (plan: Plan): string[] => (plan.canaryOnly ? ['--kube-api-qps=400', '--kube-api-burst=800'] : []);

const secureServer = (port: number): string[] => [`--bind-address=${loopback}`, `--secure-port=${port}`, '--leader-elect=false'];

const controllerManager = (plan: Plan): Part => {
  const { pki, data } = layoutOf(plan.root);
  return {
    name: 'kube-controller-manager',
    program: bin(plan, 'kube-controller-manager'),
    args: [
      ...access(plan, 'controller-manager'),
      ...secureServer(plan.ports.controllerManager),
      `--service-account-private-key-file=${path.join(pki, 'service-accounts.key')}`,
      '--use-service-account-credentials=true',
      `--root-ca-file=${path.join(pki, 'ca.crt')}`,
      `--cert-dir=${path.join(data, 'controller-manager')}`,
      ...unhurried(plan),
    ],
    ready: { scheme: 'https', port: plan.ports.controllerManager, path: '/healthz' },
  };
};

const scheduler = (plan: Plan): Part => ({
  name: 'kube-scheduler',
  program: bin(plan, 'kube-scheduler'),
  args: [
    ...access(plan, 'scheduler'),
    ...secureServer(plan.ports.scheduler),
    `--cert-dir=${path.join(layoutOf(plan.root).data, 'scheduler')}`,
    ...unhurried(plan),
  ],
  ready: { scheme: 'https', port: plan.ports.scheduler, path: '/healthz' },
});

const kubelets = (plan: Plan): Part => ({
  name: 'kwok',
  program: bin(plan, 'kwok'),
  args: [
    `--kubeconfig=${kubeconfigOf(layoutOf(plan.root), 'kwok')}`,
    `--config=${path.join(layoutOf(plan.root).data, 'kwok.yaml')}`,
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--enable-crds=Stage',
    `--server-address=${loopback}:${plan.ports.kwok}`,
    '--node-lease-duration-seconds=40',
  ],
  ready: { scheme: 'http', port: plan.ports.kwok, path: '/healthz' },
});
