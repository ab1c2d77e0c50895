import type { Manifest } from '#model/ports.ts';

export interface SmallRollout {
  readonly namespace: string;
  readonly replicas: number;
  readonly image: string;
  readonly steps: readonly unknown[];
  /** Canary settings beside the steps. */
  readonly canary?: Readonly<Record<string, unknown>>;
}

const labels = { 'app.kubernetes.io/component': 'agent' };

/** The smallest Rollout on which one fact can be tried. */
export const smallRollout = ({ namespace, replicas, image, steps, canary = {} }: SmallRollout): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'agent', namespace, labels: { 'app.kubernetes.io/name': namespace } },
  spec: {
    replicas,
    revisionHistoryLimit: 5,
    selector: { matchLabels: labels },
    template: { metadata: { labels: { ...labels, 'app.kubernetes.io/name': namespace } }, spec: { containers: [{ name: 'agent', image }] } },
    strategy: { canary: { maxSurge: 1, maxUnavailable: 0, ...canary, steps } },
  },
});

/** Two services and a route, for a canary by requests. */
export const trafficObjects = (namespace: string): Manifest[] => [
  ...['agent-stable', 'agent-canary'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: labels, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] },
  })),
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'agent', namespace },
    spec: {
      parentRefs: [{ name: 'fleet', namespace: 'envoy-gateway-system' }],
      rules: [
        {
          backendRefs: [
            { name: 'agent-stable', port: 8080, weight: 100 },
            { name: 'agent-canary', port: 8080, weight: 0 },
          ],
        },
      ],
    },
  },
];

export const gatewayRouting = (namespace: string): Record<string, unknown> => ({
  canaryService: 'agent-canary',
  stableService: 'agent-stable',
  trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'agent', namespace } } },
});

/** An AnalysisTemplate with one Prometheus metric. */
export const template = (namespace: string, metric: Readonly<Record<string, unknown>>, address = 'http://prometheus-k8s.monitoring.svc:9090'): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'judge', namespace },
  spec: { metrics: [{ name: 'judge', ...metric, provider: { prometheus: { address, query: 'vector(0)' } } }] },
});
