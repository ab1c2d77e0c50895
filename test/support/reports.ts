import type { ChangeGroup } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';

export const finding = (changes: Partial<Finding> = {}): Finding => ({
  code: 'security.image_digest',
  source: 'policy',
  effect: 'deny',
  title: 'Images are pinned by digest',
  message: 'container agent uses image agent:latest: it has no sha256 digest',
  solution: 'Name the image by digest.',
  subject: 'argoproj.io/v1alpha1/Rollout/mro-optimizer/agent',
  path: ['spec', 'template', 'spec', 'containers', 0, 'image'],
  roots: ['agents/mro-optimizer/rings/w3/region'],
  fingerprint: '0123456789abcdef',
  ...changes,
});

export const group = (changes: Partial<ChangeGroup> = {}): ChangeGroup => ({
  id: 'argoproj.io/v1alpha1/Rollout/mro-optimizer/agent',
  kind: 'changed',
  values: [{ kind: 'changed', path: ['spec', 'replicas'], at: 'spec.replicas', before: 2, after: 3 }],
  objects: ['argoproj.io/v1alpha1/Rollout/mro-optimizer/agent'],
  roots: ['agents/mro-optimizer/rings/w3/region'],
  clusters: ['prd-region-se-01', 'prd-region-se-02'],
  waves: ['w3'],
  ...changes,
});

/** A report of a change that is allowed. */
export const report = (changes: Partial<GateReport> = {}): GateReport => ({
  schemaVersion: 1,
  base: '0123456789ab',
  head: 'working tree',
  effectiveDay: '2027-03-01',
  mode: 'change',
  outcome: 'allow',
  exitCode: 0,
  reasons: ['18 rules over 1 root, no violation'],
  files: [{ path: 'agents/mro-optimizer/rings/w3/pin/kustomization.yaml', status: 'modified' }],
  blastRadius: {
    clusters: ['prd-region-se-01', 'prd-region-se-02'],
    waves: ['w3'],
    environments: ['production'],
    countries: ['SE'],
    vendors: ['ericsson', 'nokia'],
    agents: ['mro-optimizer'],
    components: [],
    cells: 400,
    productionShare: 66.7,
  },
  changes: [group()],
  findings: [],
  evidence: {
    roots: 1,
    rendered: 1,
    fromCache: 1,
    judged: 1,
    validated: 17,
    rules: ['security.image_digest', 'change.one_wave'],
    policyBundles: ['ab'],
    renderer: 'kustomize',
    schemas: 'ab',
    engine: 'ab12ab12ab12',
  },
  times: { render: 400, total: 1234 },
  ...changes,
});
