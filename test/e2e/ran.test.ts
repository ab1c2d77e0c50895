import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';

const someDigest = `sha256:${'ab'.repeat(32)}`;

const generate = (fleet: FleetClone): void => {
  const made = fleet.run(['generate']);
  expect(made.exitCode, made.stderr).toBe(0);
};

const revise = (fleet: FleetClone, agent: string, release = '1.1.0', digest = someDigest): void => {
  const made = fleet.run(['agent', 'revise', agent, '--release', release, '--digest', digest]);
  expect(made.exitCode, made.stderr).toBe(0);
};

const pin = (fleet: FleetClone, agent: string, ring: string, from: string, to: string): void =>
  fleet.replace(`agents/${agent}/rings/${ring}/pin/kustomization.yaml`, `releases/${from}`, `releases/${to}`);

/** Digest of the image that release 1.0.0 of an agent runs. */
const firstDigest = (fleet: FleetClone, agent: string): string =>
  /sha256:[0-9a-f]{64}/.exec(fleet.read(`agents/${agent}/releases/1.0.0/kustomization.yaml`))?.[0] ?? '';

/** Findings of the rules that this file is about. */
const judged = (fleet: FleetClone) => {
  const { exitCode, findings } = verdictOf(fleet.gate());
  return { exitCode, findings: findings?.filter((f) => !f.includes(' change.one_wave ')) };
};

/** Findings of a pull request that starts from what was merged before it. */
const judgedAfterMerge = (fleet: FleetClone) => {
  const { exitCode, findings } = verdictOf(fleet.gate([], undefined, 'merged'));
  return { exitCode, findings };
};

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
    expect(judged(fleet)).toMatchInlineSnapshot();
  });

  test('promotes two agents that write in one wave (rule 12)', () => {
    for (const agent of ['anr-manager', 'mro-optimizer']) {
      revise(fleet, agent);
      pin(fleet, agent, 'w3', '1.0.0', '1.1.0');
    }
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.one_writer .: anr-manager, mro-optimizer write to the network and change together in a cluster of w3",
        ],
      }
    `);
  });

  test('promotes one while the other is under observation in that wave (rule 12)', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    fleet.merge();
    revise(fleet, 'mro-optimizer');
    pin(fleet, 'mro-optimizer', 'w3', '1.0.0', '1.1.0');
    expect(judgedAfterMerge(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.one_writer mro-optimizer: mro-optimizer is promoted in w3 while 1.1.0 of anr-manager is under observation there",
        ],
      }
    `);
  });

  test('opens the maintenance window of a region at 14:00 (trap: pci-planner in the afternoon, rule 17)', () => {
    fleet.replace('clusters/prd-region-se-north-01/cluster.yaml', 'start: "00:00"\n    end: "05:00"', 'start: "14:00"\n    end: "16:00"');
    generate(fleet);
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.maintenance_window prd-region-se-north-01: the maintenance window of prd-region-se-north-01 does not lie between 22:00 and 06:00",
          "deny ran.maintenance_window prd-region-se-north-01: the maintenance window of prd-region-se-north-01 leaves less than 80 minutes on the night on which the clocks go forward",
        ],
      }
    `);
  });

  test('promotes where the calendar says freeze, and lifts the freeze in the same change (rule 19)', () => {
    freeze('storm', -1, 2, '{ countries: [SE] }');
    fleet.merge();
    fleet.remove('freezes/storm.yaml');
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    const { exitCode, findings } = judgedAfterMerge(fleet);
    const text = (findings ?? []).map((f) => f.replaceAll(/\d{4}-\d\d-\d\d/g, '<day>'));
    expect({ exitCode, findings: text }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.freeze storm: the freeze storm (Storm over the coast, the field force is out) lasts until <day>, today is <day>, and the change reaches prd-region-se-north-01",
        ],
      }
    `);
  });

  test('reverts a pin during a freeze, which is allowed (rule 19)', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    freeze('storm', -1, 2, '{ clusters: [prd-region-se-north-01] }');
    fleet.merge();
    pin(fleet, 'anr-manager', 'w3', '1.1.0', '1.0.0');
    expect(judgedAfterMerge(fleet)).toEqual({ exitCode: 0, findings: [] });
  });

  test('brings a new image together with fewer KPIs (rule 26)', () => {
    fleet.replace('agents/anr-manager/agent.yaml', '    - R4\n', '');
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.own_judge agents/anr-manager/rings/w3/region: anr-manager gets another image in w3 together with no KPI R4",
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
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.own_judge agents/anr-manager/rings/w3/region: anr-manager gets another image in w3 together with another argoproj.io/v1alpha1/Rollout/anr-manager/agent",
        ],
      }
    `);
  });

  test('brings fewer KPIs with the image that runs, which rule 26 leaves to people', () => {
    fleet.replace('agents/anr-manager/agent.yaml', '    - R4\n', '');
    revise(fleet, 'anr-manager', '1.1.0', firstDigest(fleet, 'anr-manager'));
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    expect(judged(fleet)).toEqual({ exitCode: 0, findings: [] });
  });

  test('widens the offset of mro-optimizer from 6 to 9 dB (trap, rule 34)', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'step: 2, min: -6, max: 6', 'step: 2, min: -6, max: 9');
    revise(fleet, 'mro-optimizer');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.write_envelope mro-optimizer: mro-optimizer NRCellRelation.cellIndividualOffset: max 9 is more than operators hold for safe",
          "deny ran.write_envelope mro-optimizer: mro-optimizer NRCellRelation.cellIndividualOffset: max 9 reaches further than before, which nobody accepted",
        ],
      }
    `);
  });

  test('widens it with the acceptance of two persons, or narrows it, which are allowed (rule 34)', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'step: 2, min: -6, max: 6', 'step: 2, min: -6, max: 9');
    fleet.replace(
      'agents/mro-optimizer/agent.yaml',
      'conflictGroup:',
      `riskAccepted:
  - class: NRCellRelation
    attribute: cellIndividualOffset
    change: CHG-1042
    reason: Replayed for 14 days in the laboratory; the undo plan is in the record.
    by: ["@a-lind", "@m-ferrer"]
conflictGroup:`,
    );
    revise(fleet, 'mro-optimizer');
    fleet.replace('agents/cco-optimizer/agent.yaml', 'min: -4, max: 4', 'min: -3, max: 3');
    revise(fleet, 'cco-optimizer');
    expect(judged(fleet)).toEqual({ exitCode: 0, findings: [] });
  });

  test('edits the envelope without a new configuration (rule 34)', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'step: 2, min: -6, max: 6', 'step: 2, min: -4, max: 4');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.write_envelope mro-optimizer: mro-optimizer config/1: the frozen write envelope is not that of agent.yaml",
        ],
      }
    `);
  });

  test('lets a second agent write the tilt without an arbiter policy (rule 35)', () => {
    fleet.replace('agents/outage-compensator/agent.yaml', 'conflictGroup: tilt-power', 'conflictGroup: outage');
    revise(fleet, 'outage-compensator');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.conflict_policy cco-optimizer: cco-optimizer and outage-compensator write CommonBeamformingFunction.digitalTilt, CommonBeamformingFunction.digitalTilt and NRSectorCarrier.configuredMaxTxPower, NRSectorCarrier.configuredMaxTxPower, NRSectorCarrier.configuredMaxTxPower and CommonBeamformingFunction.digitalTilt without an arbiter policy",
          "deny ran.conflict_policy cell-sleep-controller: cell-sleep-controller and outage-compensator write CESManagementFunction.energySavingControl and CommonBeamformingFunction.digitalTilt, CESManagementFunction.energySavingControl and NRSectorCarrier.configuredMaxTxPower, NRCellDU.administrativeState and CommonBeamformingFunction.digitalTilt, NRCellDU.administrativeState and NRSectorCarrier.configuredMaxTxPower without an arbiter policy",
          "deny ran.conflict_policy outage-compensator: outage-compensator and self-healing-engine write CommonBeamformingFunction.digitalTilt and NRCellDU.administrativeState, NRSectorCarrier.configuredMaxTxPower and NRCellDU.administrativeState without an arbiter policy",
        ],
      }
    `);
  });

  test('takes the switch of the base station’s own energy saving from the envelope (rule 36)', () => {
    fleet.replace('agents/cell-sleep-controller/agent.yaml', 'class: DESManagementFunction', 'class: OtherFunction');
    revise(fleet, 'cell-sleep-controller');
    const { exitCode, findings } = judged(fleet);
    expect({ exitCode, findings: findings?.filter((f) => !f.includes('ran.write_envelope')) }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.distributed_son cell-sleep-controller: cell-sleep-controller writes CESManagementFunction.energySavingControl while the base station's own DESManagementFunction is neither bounded nor off",
          "deny ran.distributed_son cell-sleep-controller: cell-sleep-controller writes NRCellDU.administrativeState while the base station's own DESManagementFunction is neither bounded nor off",
          "deny ran.distributed_son self-healing-engine: self-healing-engine writes NRCellDU.administrativeState while the base station's own DESManagementFunction is neither bounded nor off",
        ],
      }
    `);
  });

  test('lets cell-sleep-controller reach cells that are the only coverage (trap, rules 37 and 40)', () => {
    fleet.replace('agents/cell-sleep-controller/agent.yaml', 'cellRoles: [capacity-booster]', 'cellRoles: [capacity-booster, coverage-only]');
    revise(fleet, 'cell-sleep-controller');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.cell_sleep cell-sleep-controller: cell-sleep-controller may put cells to sleep by CESManagementFunction.energySavingControl: cells of role coverage-only must stay awake",
          "deny ran.emergency_floor cell-sleep-controller: cell-sleep-controller may write CESManagementFunction.energySavingControl: it reaches cells that are the only coverage",
          "deny ran.write_envelope cell-sleep-controller: cell-sleep-controller CESManagementFunction.energySavingControl: a weaker guard reaches further than before, which nobody accepted",
        ],
      }
    `);
  });

  test('lets slices take all of the radio (rule 40)', () => {
    fleet.replace('agents/slice-sla-assurer/agent.yaml', 'min: 20, max: 90', 'min: 20, max: 100');
    revise(fleet, 'slice-sla-assurer');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.emergency_floor slice-sla-assurer: slice-sla-assurer may write RRMPolicyRatio.rRMPolicyMaxRatio: less than 10 % of the radio stays for emergency calls",
          "deny ran.write_envelope slice-sla-assurer: slice-sla-assurer RRMPolicyRatio.rRMPolicyMaxRatio: max 100 reaches further than before, which nobody accepted",
        ],
      }
    `);
  });

  test('takes the adapter of Nokia from a region with Nokia cells (rule 16)', () => {
    fleet.remove('agents/nokia-netact-adapter/rings/w4');
    generate(fleet);
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny fleet.agent_count prd-edge-se-south-got: prd-edge-se-south-got declares 0, expected are one: the adapter of nokia for 110 cells",
          "deny fleet.agent_count prd-region-se-south-01: prd-region-se-south-01 declares 0, expected are one: the adapter of nokia for 780 cells",
        ],
      }
    `);
  });

  test('gives a Spanish edge to the British hub (rule 43)', () => {
    fleet.replace('clusters/prd-edge-es-east-vlc/cluster.yaml', 'hub: prd-hub-es-01', 'hub: prd-hub-gb-01');
    generate(fleet);
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny fleet.agent_count prd-edge-es-east-vlc: prd-edge-es-east-vlc declares 0, expected are one: the adapter of huawei for 120 cells",
          "deny fleet.residency prd-edge-es-east-vlc: prd-edge-es-east-vlc says that it is in EU/ES, but prd-hub-gb-01 is in UK",
        ],
      }
    `);
  });

  test('names a model without a digest (rule 6)', () => {
    revise(fleet, 'anr-manager');
    const runtime = 'agents/anr-manager/config/2/runtime.yaml';
    fleet.write(runtime, `${fleet.read(runtime)}model: registry.norvik.example/models/anr:3\n`);
    pin(fleet, 'anr-manager', 'w3', '1.0.0', '1.1.0');
    expect(judged(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny security.image_digest v1/ConfigMap/anr-manager/agent-config-7567bhb5cf: container (configuration) uses image registry.norvik.example/models/anr:3: the model has no sha256 digest",
        ],
      }
    `);
  });
});
