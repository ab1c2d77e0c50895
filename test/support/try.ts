import { FleetClone } from './fleet-clone.ts';

const out = process.argv[2]!;
const c = new FleetClone();
c.branch();
console.log(c.run(['agent', 'revise', 'mro-optimizer', '--release', '1.1.0', '--digest', `sha256:${'ab'.repeat(32)}`]).stderr);
for (const r of ['w3', 'w4']) c.replace(`agents/mro-optimizer/rings/${r}/pin/kustomization.yaml`, 'releases/1.0.0', 'releases/1.1.0');
c.replace('agents/mro-optimizer/releases/1.1.0/kustomization.yaml', `digest: sha256:${'ab'.repeat(32)}`, 'newTag: latest');
const rt = c.read('agents/mro-optimizer/config/2/runtime.yaml');
c.write(
  'agents/mro-optimizer/config/2/kustomization.yaml',
  c.read('agents/mro-optimizer/config/2/kustomization.yaml') +
    `
patches:
  - target: {kind: Rollout}
    patch: |
      - op: replace
        path: /spec/replicas
        value: 9
      - op: add
        path: /spec/paussed
        value: true
`,
);
console.log(c.read('agents/mro-optimizer/config/2/kustomization.yaml'));
if (process.argv[3])
  c.replace('agents/_traits/service-account/v1/service-account.yaml', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true');
const r = c.gate(['--html', `${out}.html`, '--sarif', `${out}.sarif`, '--junit', `${out}.xml`, '--summary', `${out}.summary.md`, '--markdown', `${out}.md`]);
console.log(r.exitCode, r.stdout, r.stderr);
c.close();
