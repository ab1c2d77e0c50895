import path from 'node:path';
import { kubeconfigOf, layoutOf } from './layout.ts';
import type { Part, Plan } from './plan.ts';

const loopback = '127.0.0.1';

const bin = (plan: Plan, name: string): string => path.join(plan.engineRoot, '.tools', 'bin', name);

const node = (plan: Plan, script: string): Pick<Part, 'program' | 'args' | 'cwd'> => ({
  program: process.execPath,
  args: [path.join(plan.engineRoot, 'src', 'local', script), layoutOf(plan.root).plan],
  cwd: plan.engineRoot,
});

/** Git, the forward proxy and Prometheus with the simulated metrics that it scrapes. */
export const servingParts = (plan: Plan): Part[] => {
  const { ports } = plan;
  const layout = layoutOf(plan.root);
  return [
    { name: 'git-server', ...node(plan, 'serve.ts'), ready: { scheme: 'tcp', port: ports.proxy } },
    { name: 'simulated-metrics', ...node(plan, 'serve-metrics.ts'), ready: { scheme: 'http', port: ports.metrics, path: '/healthz' } },
    {
      name: 'prometheus',
      program: bin(plan, 'prometheus'),
      args: [
        `--config.file=${path.join(layout.data, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${path.join(layout.data, 'prometheus')}`,
        `--web.listen-address=${loopback}:${ports.prometheus}`,
        '--log.level=warn',
      ],
      ready: { scheme: 'http', port: ports.prometheus, path: '/-/ready' },
    },
  ];
};

/** Argo Rollouts and Argo CD: what runs on every cluster and hub of the fleet, in the same versions. */
export const argoParts = (plan: Plan, redisServer: string | undefined): Part[] => {
  const { ports } = plan;
  const layout = layoutOf(plan.root);
  // The fleet's own names, like prometheus-k8s.monitoring.svc, are answered by the forward proxy; loopback never goes through it.
  const proxy = { HTTP_PROXY: `http://${loopback}:${ports.proxy}`, HTTPS_PROXY: `http://${loopback}:${ports.proxy}` };
  const redis = `--redis=${loopback}:${ports.redis}`;
  return [
    {
      name: 'argo-rollouts',
      program: bin(plan, 'rollouts-controller'),
      args: [
        `--kubeconfig=${kubeconfigOf(layout, 'rollouts')}`,
        '--leader-elect=false',
        `--metricsPort=${ports.rollouts}`,
        `--healthzPort=${ports.rolloutsHealth}`,
        '--loglevel=info',
      ],
      env: { ...proxy, KUBECONFIG: kubeconfigOf(layout, 'rollouts'), POD_NAMESPACE: 'argo-rollouts' },
      cwd: path.join(layout.data, 'rollouts'),
      ready: { scheme: 'http', port: ports.rolloutsHealth, path: '/healthz' },
    },
    redisServer === undefined
      ? { name: 'redis', program: bin(plan, 'argocd-parts'), args: ['cache', `--address=${loopback}:${ports.redis}`], ready: { scheme: 'tcp', port: ports.redis } }
      : {
          name: 'redis',
          program: redisServer,
          args: ['--bind', loopback, '--port', String(ports.redis), '--save', '', '--appendonly', 'no'],
          cwd: layout.data,
          ready: { scheme: 'tcp', port: ports.redis },
        },
    {
      name: 'argocd-repo-server',
      program: bin(plan, 'argocd-parts'),
      args: [
        'argocd-repo-server',
        redis,
        `--address=${loopback}`,
        `--port=${ports.repoServer}`,
        `--metrics-address=${loopback}`,
        `--metrics-port=${ports.repoServerMetrics}`,
        '--disable-tls',
        '--client-ca-path=',
        '--parallelismlimit=2',
        '--logformat=text',
      ],
      env: {
        ...proxy,
        PATH: `${path.join(plan.engineRoot, '.tools', 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: path.join(layout.data, 'repo-server'),
        TMPDIR: path.join(layout.data, 'repo-server'),
        ARGOCD_GPG_ENABLED: 'false',
        ARGOCD_TLS_DATA_PATH: path.join(layout.pki, 'git'),
      },
      ready: { scheme: 'tcp', port: ports.repoServer },
    },
    {
      name: 'argocd-application-controller',
      program: bin(plan, 'argocd-parts'),
      args: [
        'argocd-application-controller',
        `--kubeconfig=${kubeconfigOf(layout, 'argo-cd')}`,
        '--namespace=argocd',
        redis,
        `--repo-server=${loopback}:${ports.repoServer}`,
        '--repo-server-plaintext',
        `--metrics-port=${ports.argoController}`,
        '--logformat=text',
      ],
      ready: { scheme: 'http', port: ports.argoController, path: '/healthz' },
    },
  ];
};
