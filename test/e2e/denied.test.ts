import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';

const someDigest = `sha256:${'ab'.repeat(32)}`;

const revise = (fleet: FleetClone, agent: string): void => {
  const made = fleet.run(['agent', 'revise', agent, '--release', '1.1.0', '--digest', someDigest]);
  expect(made.exitCode, made.stderr).toBe(0);
};

const pin = (fleet: FleetClone, agent: string, ring: string, release: string): void =>
  fleet.replace(`agents/${agent}/rings/${ring}/pin/kustomization.yaml`, 'releases/1.0.0', `releases/${release}`);

const generate = (fleet: FleetClone): void => {
  const made = fleet.run(['generate']);
  expect(made.exitCode, made.stderr).toBe(0);
};

describe('a pull request that is denied', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('edits a shared trait in place (trap: a shared base hits every cluster)', () => {
    fleet.replace('agents/_traits/service-account/v1/service-account.yaml', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true');
    const run = fleet.gate();
    expect({ ...verdictOf(run), changes: run.report?.changes.length }).toMatchInlineSnapshot();
  });

  test('promotes one agent in two waves', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    pin(fleet, 'anr-manager', 'w4', '1.1.0');
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot();
  });

  test('widens a write envelope inside a frozen configuration (trap: mro-optimizer from 6 to 9 dB)', () => {
    fleet.replace('agents/mro-optimizer/config/1/runtime.yaml', 'max: 6', 'max: 9');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot();
  });

  test('synchronises memory of a Spanish cluster with the British hub (trap: residency)', () => {
    fleet.replace('clusters/prd-region-es-east-01/cluster.yaml', '    - prd-hub-es-01', '    - prd-hub-gb-01');
    generate(fleet);
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });

  test('runs the Byzantine coordinator with three replicas (trap: consensus)', () => {
    fleet.replace('agents/byzantine-coordinator/agent.yaml', 'replicas: 4', 'replicas: 3');
    revise(fleet, 'byzantine-coordinator');
    pin(fleet, 'byzantine-coordinator', 'w4', '1.1.0');
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot();
  });

  test('takes the emergency-call-guardian from the edges of one wave (trap: guardian)', () => {
    fleet.remove('agents/emergency-call-guardian/rings/w2');
    generate(fleet);
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot();
  });

  test('patches a Rollout by strategic merge, which drops its container', () => {
    revise(fleet, 'anr-manager');
    fleet.replace(
      'agents/anr-manager/config/2/kustomization.yaml',
      'labels:',
      `patches:
  - patch: |
      apiVersion: argoproj.io/v1alpha1
      kind: Rollout
      metadata:
        name: agent
      spec:
        template:
          spec:
            containers:
              - name: sidecar
                image: sidecar
labels:`,
    );
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });

  test('renames a container by JSON patch, so that the old one is gone', () => {
    revise(fleet, 'anr-manager');
    fleet.replace(
      'agents/anr-manager/config/2/kustomization.yaml',
      'labels:',
      `patches:
  - target: {kind: Rollout}
    patch: |
      - op: add
        path: /spec/template/spec/containers/-
        value: {name: helper, image: registry.norvik.example/agents/helper:latest}
labels:`,
    );
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot();
  });

  test('commits a Secret with data', () => {
    revise(fleet, 'anr-manager');
    fleet.write('agents/anr-manager/config/2/secret.yaml', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: enm\nstringData:\n  token: c2VjcmV0\n');
    fleet.replace('agents/anr-manager/config/2/kustomization.yaml', '  - placement.yaml', '  - placement.yaml\n  - secret.yaml');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot();
  });

  test('takes away the rule that would have denied it', () => {
    fleet.remove('policies/rules/security/image_digest');
    fleet.write(
      'agents/anr-manager/releases/1.0.1/kustomization.yaml',
      'resources: [../../config/1]\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/anr-manager\n    newTag: latest\n',
    );
    pin(fleet, 'anr-manager', 'w3', '1.0.1');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot();
  });
});
