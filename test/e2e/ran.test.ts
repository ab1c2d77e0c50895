import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { generate, pin, ranVerdict, revise } from '../support/stories.ts';

/** Digest of the image that release 1.0.0 of an agent runs. */
const firstDigest = (fleet: FleetClone, agent: string): string =>
  /sha256:[0-9a-f]{64}/.exec(fleet.read(`agents/${agent}/releases/1.0.0/kustomization.yaml`))?.[0] ?? '';

describe('a pull request that a RAN operator would refuse', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  const today = new Date();
  const at = (days: number): string => `${new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)}T00:00`;
  const freeze = (name: string, from: number, until: number, scope: string): void =>
    fleet.write(
      `freezes/${name}.yaml`,
      `apiVersion: ranfleet.norvik.example/v1alpha1
kind: Freeze
name: ${name}
reason: Storm over the coast, the field force is out
owner: "@norvik/ran-operations"
scope: ${scope}
from: ${at(from)}
until: ${at(until)}
timeZone: Europe/Stockholm
`,
    );

  test('moves a large edge into the wave of the golden sites (rule 9)', () => {
    fleet.replace('clusters/prd-edge-de-west-col/cluster.yaml', 'wave: w6b', 'wave: w2');
    generate(fleet);
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.wave_cells clusters/_rings/w2/ring.yaml:1: waves up to w2 hold 3.68 % of the production cells, at most 2.5 % are allowed",
          "deny ran.wave_cells clusters/_rings/w4/ring.yaml:1: waves up to w4 hold 21.14 % of the production cells, at most 20 % are allowed",
        ],
      }
    `);
  });

  test('promotes two agents that write in one wave (rule 12)', () => {
    for (const agent of ['anr-manager', 'mro-optimizer']) {
      revise(fleet, agent);
      pin(fleet, agent, 'w3', '1.1.0');
    }
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.one_writer agents/anr-manager/config/2/kustomization.yaml:1: anr-manager, mro-optimizer write to the network and change together in a cluster of w3",
        ],
      }
    `);
  });

  test('promotes one while the other is under observation in that wave (rule 12)', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    fleet.merge();
    revise(fleet, 'mro-optimizer');
    pin(fleet, 'mro-optimizer', 'w3', '1.1.0');
    expect(ranVerdict(fleet, 'merged')).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.one_writer agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer is promoted in w3 while 1.1.0 of anr-manager is under observation there",
        ],
      }
    `);
  });

  test('opens the maintenance window of a region at 14:00 (trap: pci-planner in the afternoon, rule 17)', () => {
    fleet.replace('clusters/prd-region-se-north-01/cluster.yaml', 'start: "00:00"\n    end: "05:00"', 'start: "14:00"\n    end: "16:00"');
    generate(fleet);
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.maintenance_window clusters/prd-region-se-north-01/cluster.yaml:24: the maintenance window of prd-region-se-north-01 does not lie between 22:00 and 06:00",
          "deny ran.maintenance_window clusters/prd-region-se-north-01/cluster.yaml:24: the maintenance window of prd-region-se-north-01 leaves less than 80 minutes on the night on which the clocks go forward",
        ],
      }
    `);
  });

  test('promotes where the calendar says freeze, and lifts the freeze in the same change (rule 19)', () => {
    freeze('storm', -1, 2, '{ countries: [SE] }');
    fleet.merge();
    fleet.remove('freezes/storm.yaml');
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    const { exitCode, findings } = ranVerdict(fleet, 'merged');
    const text = (findings ?? []).map((f) => f.replaceAll(/\d{4}-\d\d-\d\d/g, '<day>'));
    expect({ exitCode, findings: text }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.freeze agents/anr-manager/config/2/kustomization.yaml:1: the freeze storm (Storm over the coast, the field force is out) lasts until <day>, today is <day>, and the change reaches prd-region-se-north-01",
        ],
      }
    `);
  });

  test('reverts a pin during a freeze, which is allowed (rule 19)', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    freeze('storm', -1, 2, '{ clusters: [prd-region-se-north-01] }');
    fleet.merge();
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    expect(ranVerdict(fleet, 'merged')).toEqual({ exitCode: 0, findings: [] });
  });

  test('brings a new image together with fewer KPIs (rule 26)', () => {
    fleet.replace('agents/anr-manager/agent.yaml', '    - R4\n', '');
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.own_judge agents/anr-manager/rings/w3/region/kustomization.yaml:1: anr-manager gets another image in w3 together with no KPI R4",
        ],
      }
    `);
  });

  test('brings a new image together with milder canary steps (rule 26)', () => {
    revise(fleet, 'anr-manager');
    fleet.replace(
      'agents/anr-manager/config/2/kustomization.yaml',
      'labels:',
      `patches:
  - target: {kind: Rollout}
    patch: |
      - op: replace
        path: /spec/strategy/canary/steps/1/pause/duration
        value: 1m
labels:`,
    );
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.own_judge agents/anr-manager/rings/w3/region/kustomization.yaml:1: anr-manager gets another image in w3 together with another argoproj.io/v1alpha1/Rollout/anr-manager/agent",
        ],
      }
    `);
  });

  test('brings fewer KPIs with the image that runs, which rule 26 leaves to people', () => {
    fleet.replace('agents/anr-manager/agent.yaml', '    - R4\n', '');
    revise(fleet, 'anr-manager', '1.1.0', firstDigest(fleet, 'anr-manager'));
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    expect(ranVerdict(fleet)).toEqual({ exitCode: 0, findings: [] });
  });

  test('takes the adapter of Nokia from a region with Nokia cells (rule 16)', () => {
    fleet.remove('agents/nokia-netact-adapter/rings/w4');
    generate(fleet);
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny fleet.agent_count clusters/prd-edge-se-south-got/cluster.yaml:1: prd-edge-se-south-got declares 0, expected are one: the adapter of nokia for 110 cells",
          "deny fleet.agent_count clusters/prd-region-se-south-01/kustomization.yaml:11: prd-region-se-south-01 declares 0, expected are one: the adapter of nokia for 780 cells",
        ],
      }
    `);
  });

  test('gives a Spanish edge to the British hub (rule 43)', () => {
    fleet.replace('clusters/prd-edge-es-east-vlc/cluster.yaml', 'hub: prd-hub-es-01', 'hub: prd-hub-gb-01');
    generate(fleet);
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny fleet.agent_count clusters/prd-edge-es-east-vlc/cluster.yaml:13: prd-edge-es-east-vlc declares 0, expected are one: the adapter of huawei for 120 cells",
          "deny fleet.residency clusters/prd-edge-es-east-vlc/cluster.yaml:13: prd-edge-es-east-vlc says that it is in EU/ES, but prd-hub-gb-01 is in UK",
        ],
      }
    `);
  });

  test('names a model without a digest (rule 6)', () => {
    revise(fleet, 'anr-manager');
    const runtime = 'agents/anr-manager/config/2/runtime.yaml';
    fleet.write(runtime, `${fleet.read(runtime)}model: registry.norvik.example/models/anr:3\n`);
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny security.image_digest v1/ConfigMap/anr-manager/agent-config-69fm7b97g9: container (configuration) uses image registry.norvik.example/models/anr:3: the model has no sha256 digest",
        ],
      }
    `);
  });
});
