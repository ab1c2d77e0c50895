import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { worktreeSnapshot } from '#adapters/git.ts';
import { overlaySnapshot } from '#util/overlay-snapshot.ts';
import { faultOf } from '../../test/support/faults.ts';
import { agentFacts, clusterSpec, smallFleetTree } from '../../test/support/small-fleet.ts';
import { treeSnapshot } from '../../test/support/tree-snapshot.ts';
import { compareGenerated, generatedFiles } from './generate.ts';
import { planNewAgent, planRevision } from './plan-agent.ts';
import { type ChooseRelease, planNewCluster } from './plan-cluster.ts';
import { readFleet, readFleetWith } from './read-fleet.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const tree = smallFleetTree();
const snapshot = treeSnapshot(tree);
const fleet = readFleet(snapshot);
const exists = (what: string) => ({ code: 'GATE_EXISTS', fault: 'usage', message: `${what} exists already` });

describe('a new agent', () => {
  const plan = planNewAgent(fleet, snapshot, agentFacts('anr-manager'), digest);

  test('is its facts, a configuration, a release and a pin in the first ring, and one more is expected there', () => {
    expect([...plan.keys()]).toEqual([
      'agents/anr-manager/agent.yaml',
      'agents/anr-manager/config/1/kustomization.yaml',
      'agents/anr-manager/config/1/placement.yaml',
      'agents/anr-manager/config/1/runtime.yaml',
      'agents/anr-manager/releases/1.0.0/kustomization.yaml',
      'agents/anr-manager/rings/w0/pin/kustomization.yaml',
      'fleet.yaml',
    ]);
    expect(plan.get('agents/anr-manager/releases/1.0.0/kustomization.yaml')).toMatchInlineSnapshot(`
      "# Release 1.0.0 of anr-manager: immutable after merge.
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../../config/1
      images:
        - name: agent
          newName: registry.norvik.example/agents/anr-manager
          digest: sha256:abababababababababababababababababababababababababababababababab
      "
    `);
    expect(plan.get('agents/anr-manager/config/1/kustomization.yaml')).toMatchInlineSnapshot(`
      "# Configuration 1 of anr-manager: immutable after merge.
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: anr-manager
      resources:
        - placement.yaml
      components:
        - ../../../_traits/namespace/v1
        - ../../../_traits/rollout/v1
        - ../../../_traits/workload/v1
        - ../../../_traits/service-account/v1
        - ../../../_traits/disruption-budget/v1
        - ../../../_traits/pod-monitor/v1
        - ../../../_traits/network/v1
        - ../../../_traits/canary-read-only/v1
      labels:
        - pairs:
            app.kubernetes.io/name: anr-manager
          # Not includeSelectors: it would also rewrite the peers of each NetworkPolicy, kube-dns among them.
          includeTemplates: true
        - pairs:
            app.kubernetes.io/part-of: ranfleet
            ranfleet.norvik.example/group: mobility
            ranfleet.norvik.example/tier: R
      configMapGenerator:
        - name: agent-config
          files: [runtime.yaml]
          options:
            immutable: true
            # The stable pods still need the old name while a canary runs, so a sync must not prune it.
            annotations:
              argocd.argoproj.io/sync-options: Prune=false
              argocd.argoproj.io/compare-options: IgnoreExtraneous
      "
    `);
  });

  test('raises only the count of dev, and keeps the comments', () => {
    const lines = (text: string | undefined): string[] => (text ?? '').split('\n').filter((l) => l !== '');
    expect(lines(plan.get('fleet.yaml'))).toEqual(lines(tree['fleet.yaml']).map((l) => l.replace('dev: 2', 'dev: 3')));
  });

  test('makes a fleet that can be read, in which it runs in the first ring only', () => {
    const after = readFleetWith(snapshot, plan);
    expect([...(after.pins.get('anr-manager')?.keys() ?? [])]).toEqual(['w0']);
    expect(after.config.expectedAgents).toEqual({ dev: 3, staging: 0, production: 3 });
  });

  test('that no cluster of the first ring can run raises no count', () => {
    expect(
      planNewAgent(fleet, snapshot, agentFacts('edge-only', { placement: { edge: { replicas: 1, cpu: '100m', memory: '128Mi' } } }), digest).has('fleet.yaml'),
    ).toBe(false);
    expect(planNewAgent(fleet, snapshot, agentFacts('samsung-adapter', { group: 'vendor-adapters', vendor: 'samsung' }), digest).has('fleet.yaml')).toBe(false);
  });

  test.each([
    ['exists', agentFacts('mro-optimizer'), exists('agents/mro-optimizer')],
    [
      'has a name that is none',
      agentFacts('Anr Manager', { conflictGroup: 'anr' }),
      { code: 'GATE_MALFORMED', fault: 'usage', message: 'agents/Anr Manager/agent.yaml:4:1: name: must be a kebab-case name' },
    ],
    [
      'has an unknown field',
      agentFacts('anr-manager', { colour: 'red' }),
      { code: 'GATE_MALFORMED', fault: 'usage', message: 'agents/anr-manager/agent.yaml:28:1: (top): Unrecognized key: "colour"' },
    ],
    [
      'has no facts',
      'none',
      { code: 'GATE_MALFORMED', fault: 'usage', message: 'agents//agent.yaml:2:1: (top): Invalid input: expected object, received string' },
    ],
  ])('that %s is refused', (_, facts, fault) => {
    expect(faultOf(() => planNewAgent(fleet, snapshot, facts, digest))).toEqual(fault);
  });

  test.each([
    [{}, 'rollout workload service-account disruption-budget pod-monitor network canary-read-only'],
    [{ tier: 'A', state: 'M' }, 'rollout workload service-account disruption-budget pod-monitor network network-memory network-arbiter canary-advisory'],
    [{ state: 'V', volume: { size: '10Gi' } }, 'stateful workload service-account disruption-budget pod-monitor network network-memory volume'],
    [
      { network: ['peers', 'gateway'], scaling: { kind: 'hpa', maxReplicas: 4 } },
      'rollout workload service-account disruption-budget pod-monitor network network-gateway network-peers canary-gateway autoscale-hpa',
    ],
  ])('with the facts %j has the traits that follow from them', (changes, traits) => {
    const text = planNewAgent(fleet, snapshot, agentFacts('anr-manager', changes), digest).get('agents/anr-manager/config/1/kustomization.yaml') ?? '';
    expect([...text.matchAll(/_traits\/([^/]+)\/v1/g)].map((m) => m[1]).join(' ')).toBe(`namespace ${traits}`);
  });
});

describe('a revision of an agent', () => {
  const byHand = '# Configuration 1 of mro-optimizer: immutable after merge.\nresources: [placement.yaml, extra.yaml]\n';
  const before = treeSnapshot({
    ...tree,
    'agents/mro-optimizer/config/1/kustomization.yaml': byHand,
    'agents/mro-optimizer/config/1/extra.yaml': 'by: hand\n',
  });
  const plan = planRevision(readFleet(before), before, 'mro-optimizer', '1.1.0', digest);

  test('is the next configuration, with what was made by hand, and a release of it that nothing pins', () => {
    expect([...plan.keys()].sort()).toEqual([
      'agents/mro-optimizer/config/2/extra.yaml',
      'agents/mro-optimizer/config/2/kustomization.yaml',
      'agents/mro-optimizer/config/2/placement.yaml',
      'agents/mro-optimizer/config/2/runtime.yaml',
      'agents/mro-optimizer/releases/1.1.0/kustomization.yaml',
    ]);
    expect(plan.get('agents/mro-optimizer/config/2/kustomization.yaml')).toBe(byHand.replace('Configuration 1', 'Configuration 2'));
    expect(plan.get('agents/mro-optimizer/config/2/extra.yaml')).toBe('by: hand\n');
    expect(plan.get('agents/mro-optimizer/releases/1.1.0/kustomization.yaml')).toContain('  - ../../config/2\n');
  });

  test('takes its numbers from the facts as they are now', () => {
    const raised = treeSnapshot({
      ...tree,
      'agents/mro-optimizer/agent.yaml': (tree['agents/mro-optimizer/agent.yaml'] ?? '').replace('cpu: 250m', 'cpu: 900m'),
    });
    expect(planRevision(readFleet(raised), raised, 'mro-optimizer', '1.1.0', digest).get('agents/mro-optimizer/config/2/placement.yaml')).toContain(
      'cpu: 900m',
    );
  });

  test('follows the highest number, not the last in the alphabet', () => {
    const tenth = treeSnapshot({ ...tree, 'agents/mro-optimizer/config/9/placement.yaml': '', 'agents/mro-optimizer/config/10/placement.yaml': '' });
    expect([...planRevision(readFleet(tenth), tenth, 'mro-optimizer', '1.1.0', digest).keys()][0]).toBe('agents/mro-optimizer/config/11/placement.yaml');
  });

  test('of a version that exists, or of no agent, is refused', () => {
    expect(faultOf(() => planRevision(fleet, snapshot, 'mro-optimizer', '1.0.0', digest))).toEqual(exists('agents/mro-optimizer/releases/1.0.0'));
    expect(faultOf(() => planRevision(fleet, snapshot, 'nobody', '1.0.0', digest))).toEqual({
      code: 'GATE_NO_AGENT',
      fault: 'usage',
      message: 'there is no agent nobody',
    });
  });
});

const pinned: ChooseRelease = (name, ring) => fleet.pins.get(name)?.get(ring)?.release ?? '';

describe('a new cluster', () => {
  test('takes another release of the earlier ring where one is chosen', () => {
    const plan = planNewCluster(fleet, clusterSpec('prd-region-es-02', { wave: 'w4' }), (agent, ring) => `0.9.0-${agent}-of-${ring}`);
    expect(plan.get('agents/mro-optimizer/rings/w4/pin/kustomization.yaml')).toContain('releases/0.9.0-mro-optimizer-of-w3');
  });

  test('is its facts, and pins of the nearest earlier release for agents that are new to its ring', () => {
    const plan = planNewCluster(fleet, clusterSpec('prd-region-es-02', { wave: 'w4' }), pinned);
    expect([...plan.keys()]).toEqual([
      'clusters/prd-region-es-02/cluster.yaml',
      'agents/mro-optimizer/rings/w4/pin/kustomization.yaml',
      'agents/queen-coordinator/rings/w4/pin/kustomization.yaml',
    ]);
    expect(plan.get('agents/mro-optimizer/rings/w4/pin/kustomization.yaml')).toMatch(/^ {2}- \.\.\/\.\.\/\.\.\/releases\/1\.0\.0$/m);
  });

  test('in a ring that runs all its agents already is its facts alone', () => {
    expect([...planNewCluster(fleet, clusterSpec('prd-region-se-03'), pinned).keys()]).toEqual(['clusters/prd-region-se-03/cluster.yaml']);
  });

  test.each([
    ['exists', clusterSpec('prd-region-se-01'), exists('clusters/prd-region-se-01')],
    [
      'has a hub that is none',
      clusterSpec('prd-region-se-03', { hub: 'prd-region-se-01' }),
      { code: 'GATE_MALFORMED', fault: 'usage', message: 'clusters/prd-region-se-03/cluster.yaml: hub prd-region-se-01 is no hub of this fleet' },
    ],
    [
      'has a name that is none',
      clusterSpec('x'),
      {
        code: 'GATE_MALFORMED',
        fault: 'usage',
        message: 'clusters/x/cluster.yaml:9:3: spec.name: Invalid string: must match pattern /^(dev|stg|prd)-(hub|region|edge)-[a-z0-9-]+$/',
      },
    ],
  ])('that %s is refused', (_, spec, fault) => {
    expect(faultOf(() => planNewCluster(fleet, spec, pinned))).toEqual(fault);
  });
});

test('in this repository a new agent and a new cluster generate to a tree that is up to date', () => {
  const repository = worktreeSnapshot(path.resolve(import.meta.dirname, '../..'));
  const now = readFleet(repository);
  const hub = [...now.clusters.values()].find((c) => c.tier === 'region' && c.env === 'production');
  const agent = planNewAgent(now, repository, agentFacts('brand-new-agent'), digest);
  const cluster = planNewCluster(
    now,
    clusterSpec('prd-region-new-01', { hub: hub?.hub, wave: hub?.wave }),
    (name, ring) => now.pins.get(name)?.get(ring)?.release ?? '',
  );
  const planned = overlaySnapshot(repository, new Map([...agent, ...cluster]));
  const files = generatedFiles(readFleet(planned), planned);
  expect(files.has('clusters/prd-region-new-01/kustomization.yaml')).toBe(true);
  expect(files.has('agents/brand-new-agent/rings/w0/region/kustomization.yaml')).toBe(true);
  expect(compareGenerated(files, overlaySnapshot(planned, files)).filter((d) => d.problem !== 'stale')).toEqual([]);
});
