import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificate, HazardResult } from '#model/certificate.ts';
import { FleetClone } from '../support/fleet-clone.ts';

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const unitOf = (agent: string): string => `agents/${agent}/rings/w3/region`;

/** Writes a change, and perhaps what stood before it. */
interface Story {
  readonly agent?: string;
  readonly before?: (fleet: FleetClone, agent: string) => void;
  readonly change: (fleet: FleetClone, agent: string) => void;
  readonly hazard: string;
  readonly verdict: HazardResult['verdict'];
  readonly direction: HazardResult['direction'];
  readonly proof: RegExp;
  /** File of the line that is to be mended; undefined where the result needs none. */
  readonly file?: RegExp;
}

/** Adds an object to the agent's overlay of the ring. */
const add = (fleet: FleetClone, agent: string, name: string, text: string): void => {
  const folder = unitOf(agent);
  fleet.write(`${folder}/${name}.yaml`, text);
  const kustomization = fleet.read(`${folder}/kustomization.yaml`);
  if (!kustomization.includes(`${name}.yaml`)) fleet.replace(`${folder}/kustomization.yaml`, '  - ../pin\n', `  - ../pin\n  - ${name}.yaml\n`);
};

/** Patches an object of the agent in its overlay of the ring. */
const patch = (fleet: FleetClone, agent: string, name: string, target: string, text: string): void => {
  const folder = unitOf(agent);
  const kustomization = fleet.read(`${folder}/kustomization.yaml`);
  if (!kustomization.includes(`${name}.yaml`)) {
    const entry = `  - path: ${name}.yaml\n    target: ${target}\n`;
    fleet.write(
      `${folder}/kustomization.yaml`,
      kustomization.includes('patches:\n') ? kustomization.replace('patches:\n', `patches:\n${entry}`) : `${kustomization}patches:\n${entry}`,
    );
  }
  fleet.write(`${folder}/${name}.yaml`, text);
};

const release = (fleet: FleetClone, agent: string, version: string, image = `digest: ${digest(`${agent} ${version}`)}`): void => {
  fleet.write(
    `agents/${agent}/releases/${version}/kustomization.yaml`,
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../config/1\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/${agent}\n    ${image}\n`,
  );
  fleet.replace(`agents/${agent}/rings/w3/pin/kustomization.yaml`, 'releases/1.0.0', `releases/${version}`);
};

const rollout = '{kind: Rollout, name: agent}';
const settings = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tuning\n  namespace: mro-optimizer\ndata:\n  gain: "${value}"\n`;
const readsSettings = `- op: add\n  path: /spec/template/spec/containers/0/envFrom\n  value: [{configMapRef: {name: tuning}}]\n`;
const account = (path: string, more = ''): string =>
  `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: account\n  namespace: mro-optimizer\n${more}spec:\n  secretStoreRef: {name: vault, kind: ClusterSecretStore}\n  target: {name: account}\n  dataFrom: [{extract: {key: ${path}}}]\n`;
const readsAccount = `- op: add\n  path: /spec/template/spec/containers/0/envFrom\n  value: [{secretRef: {name: account}}]\n`;
const definition = (versions: string): string =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: tunings.ran.norvik.example\nspec:\n  group: ran.norvik.example\n  scope: Namespaced\n  names: {kind: Tuning, plural: tunings}\n  versions:\n${versions}`;
const version = (name: string, stored: boolean): string =>
  `    - {name: ${name}, served: true, storage: ${stored}, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {gain: {type: integer}}}}}}}\n`;
const job = (undo: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  namespace: mro-optimizer\n  annotations:\n    argocd.argoproj.io/hook: PreSync\n${undo}spec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - {name: migrate, image: "registry.norvik.example/agents/mro-optimizer@${digest('migrate')}"}\n`;

const stories: readonly (readonly [string, Story])[] = [
  [
    'R1: a ConfigMap keeps its name and gets other content',
    {
      before: (fleet, agent) => {
        add(fleet, agent, 'settings', settings('1'));
        patch(fleet, agent, 'reads', rollout, readsSettings);
      },
      change: (fleet, agent) => add(fleet, agent, 'settings', settings('2')),
      hazard: 'R1',
      verdict: 'unsafe',
      direction: 'back',
      proof: /ConfigMap tuning keeps its name and gets other content/,
      file: /settings\.yaml$/,
    },
  ],
  [
    'R2: a version of a kind is served no more',
    {
      before: (fleet, agent) => add(fleet, agent, 'definition', definition(version('v1', false) + version('v2', true))),
      change: (fleet, agent) => add(fleet, agent, 'definition', definition(version('v2', true))),
      hazard: 'R2',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /v1/,
      file: /definition\.yaml$/,
    },
  ],
  [
    'R3: the service of a StatefulSet changes',
    {
      agent: 'quorum-manager',
      change: (fleet, agent) => patch(fleet, agent, 'service', '{kind: StatefulSet, name: agent}', '- op: add\n  path: /spec/serviceName\n  value: other\n'),
      hazard: 'R3',
      verdict: 'unsafe',
      direction: 'both',
      proof: /the server lets nobody change spec\.serviceName of a StatefulSet/,
      file: /service\.yaml$/,
    },
  ],
  [
    'R4: nobody says what a new minor release does to the data',
    {
      agent: 'quorum-manager',
      change: (fleet, agent) => release(fleet, agent, '1.1.0'),
      hazard: 'R4',
      verdict: 'unproven',
      direction: 'both',
      proof: /no entry of compatibility says which data format release 1\.1\.0 writes/,
      file: /agents\/quorum-manager\/agent\.yaml$/,
    },
  ],
  [
    'R4: the old release does not read the new format',
    {
      agent: 'quorum-manager',
      change: (fleet, agent) => {
        release(fleet, agent, '1.1.0');
        fleet.replace(
          'agents/quorum-manager/agent.yaml',
          '  - { since: 1.0.0, dataFormat: 1, protocol: 1 }\n',
          '  - { since: 1.0.0, dataFormat: 1, protocol: 1 }\n  - { since: 1.1.0, dataFormat: 2, readsFormats: [1], protocol: 1 }\n',
        );
      },
      hazard: 'R4',
      verdict: 'unsafe',
      direction: 'back',
      proof: /release 1\.0\.0 does not read data format 2/,
      file: /agents\/quorum-manager\/agent\.yaml$/,
    },
  ],
  [
    'R5: a credential rotates together with an image',
    {
      before: (fleet, agent) => {
        add(fleet, agent, 'account', account('ran/a'));
        patch(fleet, agent, 'reads', rollout, readsAccount);
      },
      change: (fleet, agent) => {
        add(fleet, agent, 'account', account('ran/b'));
        release(fleet, agent, '1.0.1');
      },
      hazard: 'R5',
      verdict: 'unsafe',
      direction: 'back',
      proof: /a credential rotates together with an image/,
      file: /account\.yaml$/,
    },
  ],
  [
    'R5: a rotation says nothing of the old credential',
    {
      before: (fleet, agent) => add(fleet, agent, 'account', account('ran/a')),
      change: (fleet, agent) => add(fleet, agent, 'account', account('ran/b')),
      hazard: 'R5',
      verdict: 'unproven',
      direction: 'back',
      proof: /nothing says how long the replaced credential stays valid/,
      file: /account\.yaml$/,
    },
  ],
  [
    'R6: an image without a digest',
    {
      change: (fleet, agent) => release(fleet, agent, '1.0.1', 'newTag: "1.0.1"'),
      hazard: 'R6',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /has no digest/,
      file: /releases\/1\.0\.1\/kustomization\.yaml$/,
    },
  ],
  [
    'R6: nobody says how many digests the registry keeps',
    {
      change: (fleet, agent) => {
        release(fleet, agent, '1.0.1');
        fleet.replace('fleet.yaml', 'retainedDigests:\n  registry.norvik.example: 30\n', '');
      },
      hazard: 'R6',
      verdict: 'unproven',
      direction: 'back',
      proof: /retainedDigests does not say how many digests registry\.norvik\.example keeps/,
      file: /fleet\.yaml$/,
    },
  ],
  [
    'R7: a quota that comes with the release has no room for both revisions',
    {
      change: (fleet, agent) => {
        release(fleet, agent, '1.0.1');
        add(
          fleet,
          agent,
          'quota',
          'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: pods\n  namespace: mro-optimizer\nspec:\n  hard: {requests.cpu: 300m}\n',
        );
      },
      hazard: 'R7',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /quota|requests\.cpu/i,
      file: /quota\.yaml$/,
    },
  ],
  [
    'R8: a hook does not say whether it may run again',
    {
      change: (fleet, agent) => add(fleet, agent, 'job', job('')),
      hazard: 'R8',
      verdict: 'unproven',
      direction: 'forward',
      proof: /Job migrate does not say whether it may run again/,
      file: /job\.yaml$/,
    },
  ],
  [
    'R8: a hook that nothing undoes',
    {
      change: (fleet, agent) => add(fleet, agent, 'job', job('    ranfleet.norvik.example/undo: none\n')),
      hazard: 'R8',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /Job migrate says that nothing undoes it/,
      file: /job\.yaml$/,
    },
  ],
  [
    'R9: the cluster has no room for both revisions',
    {
      change: (fleet, agent) => patch(fleet, agent, 'replicas', rollout, '- op: replace\n  path: /spec/replicas\n  value: 900\n'),
      hazard: 'R9',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /prd-region-se-north-01/,
      file: /replicas\.yaml$/,
    },
  ],
  [
    'R10: the steps change alone',
    {
      change: (fleet, agent) => patch(fleet, agent, 'steps', rollout, '- op: replace\n  path: /spec/strategy/canary/steps/1/pause/duration\n  value: 4m\n'),
      hazard: 'R10',
      verdict: 'unproven',
      direction: 'forward',
      proof: /if the revision was aborted, it starts again/,
      file: /steps\.yaml$/,
    },
  ],
  [
    'R10: an image brings its own steps',
    {
      change: (fleet, agent) => {
        release(fleet, agent, '1.0.1');
        patch(fleet, agent, 'steps', rollout, '- op: replace\n  path: /spec/strategy/canary/steps/1/pause/duration\n  value: 4m\n');
      },
      hazard: 'R10',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /a new image brings the steps or the analysis that judge it/,
      file: /steps\.yaml$/,
    },
  ],
  [
    'R11: a port is not served any more',
    {
      change: (fleet, agent) => patch(fleet, agent, 'port', '{kind: Service, name: agent}', '- op: replace\n  path: /spec/ports/0/port\n  value: 9090\n'),
      hazard: 'R11',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /port 8080 is not served any more/,
      file: /port\.yaml$|rollout\/v1\/service\.yaml$/,
    },
  ],
  [
    'R12: an agent that writes declares no way to undo it',
    {
      change: (fleet, agent) => {
        release(fleet, agent, '1.0.1');
        const file = `agents/${agent}/agent.yaml`;
        fleet.write(file, fleet.read(file).replace(/compensation:\n(?: .*\n)+/, ''));
      },
      hazard: 'R12',
      verdict: 'unproven',
      direction: 'back',
      proof: /writes in the network and declares no compensation/,
      file: /agents\/mro-optimizer\/agent\.yaml$/,
    },
  ],
  [
    'R12: one write has no undo',
    {
      change: (fleet, agent) => {
        release(fleet, agent, '1.0.1');
        fleet.replace(
          `agents/${agent}/agent.yaml`,
          '    - class: NRCellRelation\n      attribute: cellIndividualOffset\n      operations: [set]\n      how: restore-value\n      withinMinutes: 15\n',
          '',
        );
      },
      hazard: 'R12',
      verdict: 'unsafe',
      direction: 'back',
      proof: /nothing takes back: set NRCellRelation\.cellIndividualOffset/,
      file: /agents\/mro-optimizer\/agent\.yaml$/,
    },
  ],
  [
    'R13: self-heal is to write the weights of a route',
    {
      agent: 'api-gateway-agent',
      change: (fleet, agent) =>
        patch(
          fleet,
          agent,
          'route',
          rollout,
          '- op: replace\n  path: /spec/strategy/canary/trafficRouting/plugins/argoproj-labs~1gatewayAPI/httpRoute\n  value: other\n',
        ),
      hazard: 'R13',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /HTTPRoute other is not rendered/,
      file: /route\.yaml$/,
    },
  ],
  [
    'R14: a query mixes both revisions',
    {
      change: (fleet, agent) =>
        patch(
          fleet,
          agent,
          'query',
          '{kind: AnalysisTemplate, name: shadow}',
          '- op: replace\n  path: /spec/metrics/0/provider/prometheus/query\n  value: sum(rate(ran_agent_shadow_decisions_total{agreement="different"}[5m]))\n',
        ),
      hazard: 'R14',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /metric divergence is not keyed by the hash of the pods on trial/,
      file: /query\.yaml$/,
    },
  ],
  [
    'R15: a Rollout is made anew',
    {
      change: (fleet, agent) => {
        const kustomization = `${unitOf(agent)}/kustomization.yaml`;
        fleet.write(
          kustomization,
          `${fleet.read(kustomization)}patches:\n  - target: ${rollout}\n    options: {allowNameChange: true}\n    patch: |-\n      - op: replace\n        path: /metadata/name\n        value: agent-next\n`,
        );
      },
      hazard: 'R15',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /the Rollout is made anew/,
      file: /rings\/w3\/region\/kustomization\.yaml$/,
    },
  ],
  [
    'R16: a later wave keeps the sync waiting',
    {
      change: (fleet, agent) =>
        patch(fleet, agent, 'wave', '{kind: Service, name: agent}', '- op: add\n  path: /metadata/annotations\n  value: {argocd.argoproj.io/sync-wave: "5"}\n'),
      hazard: 'R16',
      verdict: 'unsafe',
      direction: 'forward',
      proof: /the sync waits for wave 0, and a revert waits for the sync/,
      file: /wave\.yaml$/,
    },
  ],
];

describe('the certificate of a rollback', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  afterAll(() => fleet.close());

  const certify = (base = 'main'): { exitCode: number | null; certificate: Certificate; stderr: string } => {
    if (fleet.git('status', '--porcelain') !== '') fleet.commit('A pull request');
    const { exitCode, stdout, stderr } = fleet.run(['certify', '--base', base, '--head', 'HEAD', '--json']);
    return { exitCode, certificate: stdout === '' ? { units: [] } : (JSON.parse(stdout) as Certificate), stderr };
  };

  test.each(stories)('%s', (_name, { agent = 'mro-optimizer', before, change, hazard, verdict, direction, proof, file }) => {
    fleet.branch();
    before?.(fleet, agent);
    if (before) fleet.merge();
    change(fleet, agent);
    const { exitCode, certificate, stderr } = certify(before ? 'merged' : 'main');
    const unit = certificate.units.find(({ unit: path }) => path === unitOf(agent));
    expect(unit, stderr).toBeDefined();
    const found =
      unit?.results.filter((result) => result.hazard === hazard && result.verdict === verdict && result.direction === direction && proof.test(result.proof)) ??
      [];
    expect(found.length, JSON.stringify(unit?.results.filter((result) => result.hazard === hazard))).toBeGreaterThan(0);
    if (file) expect(`${found[0]?.file}`).toMatch(file);
    if (file) expect(found[0]?.line).toBeGreaterThan(0);
    const isUnsafe = unit?.results.some((result) => result.verdict === 'unsafe');
    expect(exitCode).toBe(isUnsafe ? 1 : 3);
  });

  test('a promotion of one line is safe in all sixteen, each with its proof, both ways', () => {
    fleet.branch();
    release(fleet, 'mro-optimizer', '1.0.1');
    const { exitCode, certificate } = certify();
    expect(exitCode).toBe(0);
    const [unit, ...others] = certificate.units;
    expect(others).toEqual([]);
    expect(new Set(unit?.results.map(({ hazard }) => hazard)).size).toBe(16);
    expect(new Set(unit?.results.map(({ verdict }) => verdict))).toEqual(new Set(['safe', 'not-applicable']));
    expect(unit?.results.filter(({ proof }) => proof.length < 10)).toEqual([]);
  });

  test('a change of documents has nothing to take back', () => {
    fleet.branch();
    fleet.write('docs/note.md', 'A note.\n');
    expect(certify()).toMatchObject({ exitCode: 0, certificate: { units: [] } });
  });

  test('the gate denies what is unsafe and is undecided about what is unproven', () => {
    fleet.branch();
    patch(fleet, 'mro-optimizer', 'port', '{kind: Service, name: agent}', '- op: replace\n  path: /spec/ports/0/port\n  value: 9090\n');
    const { report } = fleet.gate();
    expect(report?.findings.filter(({ code }) => code === 'rollback.contracts').map(({ effect, source }) => [effect, source])).toEqual([
      ['deny', 'certificate'],
    ]);
    expect(report?.certificate).toMatchObject({ units: 1, unsafe: 1 });
  });
});
