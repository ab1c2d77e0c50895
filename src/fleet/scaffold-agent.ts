import type { Agent } from '#model/agent.ts';
import type { Ring } from '#model/cluster.ts';
import { placementText, runtimeText } from './generate-config.ts';
import { kustomizationText } from './kustomization-text.ts';

const canaryTraits = { R: 'canary-read-only', A: 'canary-advisory', W: 'canary-write' } as const;

/** Traits that follow from the facts of an agent, in the order in which kustomize applies them. */
const traitsOf = (agent: Agent): string[] => {
  const network = agent.network ?? [];
  const stateful = agent.state === 'V';
  return [
    'namespace',
    stateful ? 'stateful' : 'rollout',
    'workload',
    'service-account',
    'disruption-budget',
    'pod-monitor',
    'network',
    ...(agent.state === 'S' ? [] : ['network-memory']),
    ...(agent.tier === 'R' || agent.name === 'conflict-arbiter' ? [] : ['network-arbiter']),
    ...[...network].sort().map((n) => `network-${n}`),
    ...(stateful ? ['volume'] : [network.includes('gateway') ? 'canary-gateway' : canaryTraits[agent.tier]]),
    ...(agent.scaling ? [`autoscale-${agent.scaling.kind}`] : []),
  ];
};

/** Files of one configuration revision. They are written once and never change after merge. */
export const configurationFiles = (agent: Agent, number: number): Map<string, string> => {
  const folder = `agents/${agent.name}/config/${number}`;
  const kustomization = kustomizationText({
    comment: `Configuration ${number} of ${agent.name}: immutable after merge.`,
    namespace: agent.name,
    resources: ['placement.yaml'],
    components: traitsOf(agent).map((trait) => `../../../_traits/${trait}/v1`),
    extra: [
      'labels:',
      '  - pairs:',
      `      app.kubernetes.io/name: ${agent.name}`,
      '    # Not includeSelectors: it would also rewrite the peers of each NetworkPolicy, kube-dns among them.',
      '    includeTemplates: true',
      '  - pairs:',
      '      app.kubernetes.io/part-of: ranfleet',
      `      ranfleet.norvik.example/group: ${agent.group}`,
      `      ranfleet.norvik.example/tier: ${agent.tier}`,
      'configMapGenerator:',
      '  - name: agent-config',
      '    files: [runtime.yaml]',
      '    options:',
      '      immutable: true',
      '      # The stable pods still need the old name while a canary runs, so a sync must not prune it.',
      '      annotations:',
      '        argocd.argoproj.io/sync-options: Prune=false',
      '        argocd.argoproj.io/compare-options: IgnoreExtraneous',
    ],
  });
  return new Map([
    [`${folder}/kustomization.yaml`, kustomization],
    [`${folder}/placement.yaml`, placementText(agent)],
    [`${folder}/runtime.yaml`, runtimeText(agent)],
  ]);
};

/** One release: a configuration plus an image by digest. */
export const releaseFiles = (agent: string, version: string, config: number, digest: string): Map<string, string> =>
  new Map([
    [
      `agents/${agent}/releases/${version}/kustomization.yaml`,
      kustomizationText({
        comment: `Release ${version} of ${agent}: immutable after merge.`,
        resources: [`../../config/${config}`],
        extra: ['images:', '  - name: agent', `    newName: registry.norvik.example/agents/${agent}`, `    digest: ${digest}`],
      }),
    ],
  ]);

/** The pin of one ring: the one line that a promotion or a revert edits. */
export const pinFiles = (agent: string, ring: Ring, version: string): Map<string, string> =>
  new Map([
    [
      `agents/${agent}/rings/${ring}/pin/kustomization.yaml`,
      `# The pin: a promotion or a revert changes the one line under resources.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../../releases/${version}
`,
    ],
  ]);
