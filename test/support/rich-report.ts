import type { Cluster } from '#model/cluster.ts';
import type { Finding } from '#model/finding.ts';
import type { RehearsalReport, RolloutForecast } from '#model/forecast.ts';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { finding, group, report } from './reports.ts';

const cluster = (name: string, wave: Cluster['wave'], country: string, cells: number): Cluster => ({
  name,
  env: wave === 'w0' ? 'dev' : wave === 'w1' ? 'staging' : 'production',
  tier: 'region',
  wave,
  hub: 'prd-hub-se-01',
  country,
  residency: 'none',
  vendors: [],
  cells,
  protectedShare: 2,
  timeZone: 'UTC',
  maintenanceWindow: { start: '02:00', end: '04:00' },
  trackingAreas: [],
  memoryPeers: [],
  components: [],
  kubernetes: '1.37',
  nodes: { count: 3, cpu: 8, memoryGi: 32 },
});

const clusters: readonly Cluster[] = [
  cluster('dev-region-lab-01', 'w0', 'none', 0),
  cluster('stg-region-se-01', 'w1', 'SE', 20),
  cluster('prd-region-se-01', 'w3', 'SE', 300),
  cluster('prd-region-se-02', 'w3', 'SE', 100),
  cluster('prd-region-es-01', 'w4', 'ES', 800),
  cluster('prd-region-de-01', 'w6a', 'DE', 1_200),
  cluster('prd-edge-gb-01', 'w7c', 'GB', 60),
];

const w3 = 'agents/mro-optimizer/rings/w3/region';
const w4 = 'agents/anr-manager/rings/w4/region';

/** One finding of each standing, with layers, a waiver and a day; the words in `say` stand wherever a change has a say. */
const richFindings = (say = ''): readonly Finding[] => [
  finding({
    roots: [w3],
    message: `container agent uses image agent:latest: it has no sha256 digest${say}`,
    blame: {
      culprit: { file: 'agents/mro-optimizer/releases/1.1.0/kustomization.yaml', line: 9, endLine: 10, kind: 'image', what: `images[name=agent].newTag${say}` },
      layers: [
        { file: 'agents/mro-optimizer/releases/1.1.0/kustomization.yaml', line: 9, endLine: 10, kind: 'image', what: `images[name=agent].newTag${say}` },
        { file: 'agents/_traits/rollout/v1/rollout.yaml', line: 18, kind: 'resource', what: 'spec.template.spec.containers[0].image' },
      ],
    },
    fingerprint: '1000000000000001',
  }),
  finding({
    code: 'reliability.probes',
    effect: 'undecided',
    title: 'Every container is probed',
    message: `the pod template could not be read${say}`,
    solution: 'State the containers as a list.',
    roots: [w4],
    fingerprint: '1000000000000002',
  }),
  finding({
    code: 'reliability.resources',
    effect: 'warn',
    title: 'Requests are stated',
    message: `container proxy has no memory limit${say}`,
    solution: 'State limits.memory.',
    roots: [w3, w4],
    file: 'agents/_traits/rollout/v1/rollout.yaml',
    line: 31,
    effectiveOn: '2027-06-01',
    fingerprint: '1000000000000003',
  }),
  finding({
    code: 'network.default_deny',
    title: 'Traffic is denied unless allowed',
    message: `the namespace has no policy that denies all${say}`,
    solution: 'Use the network trait.',
    roots: [w4],
    waiver: { id: 'W-7', owner: '@norvik/ran-core', ticket: 'RAN-1234', until: '2027-03-09', daysLeft: 8 },
    fingerprint: '1000000000000004',
  }),
  finding({ code: 'reliability.disruption_budget', message: `no PodDisruptionBudget${say}`, roots: [w4], standing: 'debt', fingerprint: '1000000000000005' }),
];

/** A report that has everything a report can have. */
export const richReport = (say = ''): GateReport =>
  report({
    outcome: 'deny',
    exitCode: 1,
    reasons: ['1 violation', '1 question without an answer'],
    findings: richFindings(say),
    blastRadius: {
      ...report().blastRadius,
      clusters: ['prd-region-es-01', 'prd-region-se-01', 'prd-region-se-02'],
      waves: ['w3', 'w4'],
      countries: ['ES', 'SE'],
      cells: 1_200,
    },
    changes: [
      group({
        roots: [w3],
        values: [
          { kind: 'changed', path: ['spec', 'replicas'], at: 'spec.replicas', before: 2, after: 3 },
          { kind: 'changed', path: ['spec', 'note'], at: 'spec.note', before: 'calm', after: `loud${say}` },
        ],
      }),
      group({ kind: 'added', id: `v1/ConfigMap/anr-manager/settings${say}`, values: [], roots: [w4], clusters: ['prd-region-es-01'], waves: ['w4'] }),
    ],
  });

const rollout = (replicas: number, note: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'agent', namespace: 'mro-optimizer', labels: { a: '1', b: '2', c: '3', d: '4' } },
  spec: { replicas, strategy: { canary: { steps: [{ setWeight: 5 }, { pause: { duration: '30m' } }] } }, note },
});

const estimate = (share: number) => ({ share, from: Math.max(0, share - 0.02), to: Math.min(1, share + 0.02) });

/** A canary that sees errors of 20x late: rising aborts, falling exposure. */
const rehearsal = (say = ''): RehearsalReport<RolloutForecast> => ({
  agent: `mro-optimizer${say}`,
  cluster: 'prd-region-se-01',
  roots: [w3],
  forecast: {
    rollout: 'agent',
    namespace: 'mro-optimizer',
    replications: 1000,
    seed: 'rich',
    exposureSeconds: 15,
    cells: 420,
    decisionsPerHour: 53_760,
    canaryShare: 0.05,
    seesFrom: 20,
    needs: [{ factor: 2, decisions: 18_308, hours: 6.8 }],
    scenarios: [
      {
        name: 'errors-20x',
        title: `errors 20x${say}`,
        isBad: true,
        aborted: estimate(0.9),
        held: estimate(0.1),
        promoted: estimate(0),
        toAbort: { median: 450, p95: 700 },
        toRestore: { median: 3, p95: 30 },
        toPromote: undefined,
        decisionsExposed: { mean: 310, p95: 600 },
        cellsExposed: 21,
        budgetBurnt: 0.0004,
        loadAfterAbort: 2,
        loadBefore: 1,
        exposure: Array.from({ length: 60 }, (_, at) => (at < 20 ? 0 : 0.05 * Math.exp(-(at - 20) / 12))),
        abortedBy: Array.from({ length: 60 }, (_, at) => (at < 25 ? 0 : Math.min(0.9, (at - 24) * 0.05))),
      },
    ],
  },
});

export const richDetail = (say = ''): ReportDetail => ({
  rules: [],
  clusters,
  clustersOfRoot: new Map([
    [w3, ['prd-region-se-01', 'prd-region-se-02']],
    [w4, ['prd-region-es-01']],
  ]),
  rehearsals: [rehearsal(say)],
  objects: [
    { before: rollout(2, 'calm'), after: rollout(3, `loud${say}`) },
    { after: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'anr-manager' }, data: { text: `two\nlines${say}` } } },
  ],
});
