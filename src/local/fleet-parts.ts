import path from 'node:path';
import { kubeconfigOf, layoutOf } from './layout.ts';
import { bin, loopback, type Part, type Plan } from './plan.ts';

const node = (plan: Plan, ...args: readonly string[]): Pick<Part, 'program' | 'args' | 'cwd'> => ({ program: process.execPath, args, cwd: plan.engineRoot });

/** Git, the forward proxy and Prometheus with the simulated metrics that it scrapes. */
export const servingParts = (plan: Plan): Part[] => {
  const { ports } = plan;
  const layout = layoutOf(plan.root);
  return [
    { name: 'git-server', ...node(plan, path.join(import.meta.dirname, 'serve.ts'), layout.plan), ready: { scheme: 'tcp', port: ports.proxy } },
    {
      name: 'simulated-metrics',
      ...node(plan, path.join(plan.engineRoot, 'src', 'cli', 'main.mjs'), 'local', 'metrics', '--state', plan.root),
      ready: { scheme: 'http', port: ports.metrics, path: '/healthz' },
    },
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
export const argoParts = (plan: Plan, redisServer: string | undefined): Part[] => [
  rollouts(plan),
  cache(plan, redisServer),
  repoServer(plan),
  applicationController(plan),
];

/** The fleet's own names, like prometheus-k8s.monitoring.svc, are answered by the forward proxy; loopback never goes through it. */
const proxied = (plan: Plan): Record<string, string> => {
  const proxy = `http://${loopback}:${plan.ports.proxy}`;
  return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
};

const redisFlag = (plan: Plan): string => `--redis=${loopback}:${plan.ports.redis}`;

const rollouts = (plan: Plan): Part => {
  const layout = layoutOf(plan.root);
  return {
    name: 'argo-rollouts',
    program: bin(plan, 'rollouts-controller'),
    args: ['--leader-elect=false', `--metricsPort=${plan.ports.rollouts}`, `--healthzPort=${plan.ports.rolloutsHealth}`, '--ingress-api-version=networking/v1'],
    // Not as a flag: the traffic plugin, a child of the controller, finds its access there too.
    env: { ...proxied(plan), KUBECONFIG: kubeconfigOf(layout, 'rollouts'), POD_NAMESPACE: 'argo-rollouts' },
    cwd: path.join(layout.data, 'rollouts'),
    ready: { scheme: 'http', port: plan.ports.rolloutsHealth, path: '/healthz' },
  };
};

/** Redis where the machine has it; else the cache that comes with Argo CD's parts. */
const cache = (plan: Plan, redisServer: string | undefined): Part => {
  const ready = { scheme: 'tcp', port: plan.ports.redis } as const;
  if (redisServer === undefined)
    return { name: 'redis', program: bin(plan, 'argocd-parts'), args: ['cache', `--address=${loopback}:${plan.ports.redis}`], ready };
  const args = ['--bind', loopback, '--port', String(plan.ports.redis), '--save', '', '--appendonly', 'no'];
  return { name: 'redis', program: redisServer, args, cwd: layoutOf(plan.root).data, ready };
};

const repoServer = (plan: Plan): Part => {
  const layout = layoutOf(plan.root);
  const home = path.join(layout.data, 'repo-server');
  return {
    name: 'argocd-repo-server',
    program: bin(plan, 'argocd-parts'),
    args: [
      'argocd-repo-server',
      redisFlag(plan),
      `--address=${loopback}`,
      `--port=${plan.ports.repoServer}`,
      `--metrics-address=${loopback}`,
      `--metrics-port=${plan.ports.repoServerMetrics}`,
      '--disable-tls',
      '--client-ca-path=',
      '--parallelismlimit=2',
      '--logformat=text',
    ],
    env: {
      ...proxied(plan),
      PATH: [path.join(home, 'bin'), path.join(plan.engineRoot, '.tools', 'bin'), process.env['PATH'] ?? ''].join(':'),
      HOME: home,
      TMPDIR: home,
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: path.join(layout.pki, 'git'),
    },
    cwd: home,
    ready: { scheme: 'tcp', port: plan.ports.repoServer },
  };
};

const applicationController = (plan: Plan): Part => ({
  name: 'argocd-application-controller',
  program: bin(plan, 'argocd-parts'),
  args: [
    'argocd-application-controller',
    `--kubeconfig=${kubeconfigOf(layoutOf(plan.root), 'argo-cd')}`,
    '--namespace=argocd',
    redisFlag(plan),
    `--repo-server=${loopback}:${plan.ports.repoServer}`,
    '--repo-server-plaintext',
    `--metrics-port=${plan.ports.argoController}`,
    // As the fleet's own settings have it (apps/argo-cd, controller.diff.server.side).
    '--server-side-diff-enabled=false',
    '--logformat=text',
  ],
  ready: { scheme: 'http', port: plan.ports.argoController, path: '/healthz' },
});
