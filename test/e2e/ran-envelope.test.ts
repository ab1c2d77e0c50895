import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { ranVerdict, revise } from '../support/stories.ts';

describe('a pull request about what an agent may write', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('widens the offset of mro-optimizer from 6 to 9 dB (trap, rule 34)', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'step: 2, min: -6, max: 6', 'step: 2, min: -6, max: 9');
    revise(fleet, 'mro-optimizer');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.write_envelope agents/mro-optimizer/agent.yaml:21: mro-optimizer NRCellRelation.cellIndividualOffset: max 9 is more than operators hold for safe",
          "deny ran.write_envelope agents/mro-optimizer/agent.yaml:21: mro-optimizer NRCellRelation.cellIndividualOffset: max 9 reaches further than before, which nobody accepted",
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
    expect(ranVerdict(fleet)).toEqual({ exitCode: 0, findings: [] });
  });

  test('edits the envelope without a new configuration (rule 34)', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'step: 2, min: -6, max: 6', 'step: 2, min: -4, max: 4');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.write_envelope agents/mro-optimizer/agent.yaml:21: mro-optimizer config/1: the frozen write envelope is not that of agent.yaml",
        ],
      }
    `);
  });

  test('lets a second agent write the tilt without an arbiter policy (rule 35)', () => {
    fleet.replace('agents/outage-compensator/agent.yaml', 'conflictGroup: tilt-power', 'conflictGroup: outage');
    revise(fleet, 'outage-compensator');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.conflict_policy agents/cco-optimizer/agent.yaml:1: cco-optimizer and outage-compensator write CommonBeamformingFunction.digitalTilt, CommonBeamformingFunction.digitalTilt and NRSectorCarrier.configuredMaxTxPower, NRSectorCarrier.configuredMaxTxPower, NRSectorCarrier.configuredMaxTxPower and CommonBeamformingFunction.digitalTilt without an arbiter policy",
          "deny ran.conflict_policy agents/cell-sleep-controller/agent.yaml:1: cell-sleep-controller and outage-compensator write CESManagementFunction.energySavingControl and CommonBeamformingFunction.digitalTilt, CESManagementFunction.energySavingControl and NRSectorCarrier.configuredMaxTxPower, NRCellDU.administrativeState and CommonBeamformingFunction.digitalTilt, NRCellDU.administrativeState and NRSectorCarrier.configuredMaxTxPower without an arbiter policy",
          "deny ran.conflict_policy agents/outage-compensator/agent.yaml:49: outage-compensator and self-healing-engine write CommonBeamformingFunction.digitalTilt and NRCellDU.administrativeState, NRSectorCarrier.configuredMaxTxPower and NRCellDU.administrativeState without an arbiter policy",
        ],
      }
    `);
  });

  test('takes the switch of the base station’s own energy saving from the envelope (rule 36)', () => {
    fleet.replace('agents/cell-sleep-controller/agent.yaml', 'class: DESManagementFunction', 'class: OtherFunction');
    revise(fleet, 'cell-sleep-controller');
    const { exitCode, findings } = ranVerdict(fleet);
    expect({ exitCode, findings: findings?.filter((f) => !f.includes('ran.write_envelope')) }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.distributed_son agents/cell-sleep-controller/agent.yaml:43: cell-sleep-controller writes CESManagementFunction.energySavingControl while the base station's own DESManagementFunction is neither bounded nor off",
          "deny ran.distributed_son agents/cell-sleep-controller/agent.yaml:43: cell-sleep-controller writes NRCellDU.administrativeState while the base station's own DESManagementFunction is neither bounded nor off",
          "deny ran.distributed_son agents/self-healing-engine/agent.yaml:1: self-healing-engine writes NRCellDU.administrativeState while the base station's own DESManagementFunction is neither bounded nor off",
        ],
      }
    `);
  });

  test('lets cell-sleep-controller reach cells that are the only coverage (trap, rules 37 and 40)', () => {
    fleet.replace('agents/cell-sleep-controller/agent.yaml', 'cellRoles: [capacity-booster]', 'cellRoles: [capacity-booster, coverage-only]');
    revise(fleet, 'cell-sleep-controller');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.cell_sleep agents/cell-sleep-controller/agent.yaml:30: cell-sleep-controller may put cells to sleep by CESManagementFunction.energySavingControl: cells of role coverage-only must stay awake",
          "deny ran.emergency_floor agents/cell-sleep-controller/agent.yaml:30: cell-sleep-controller may write CESManagementFunction.energySavingControl: it reaches cells that are the only coverage",
          "deny ran.write_envelope agents/cell-sleep-controller/agent.yaml:30: cell-sleep-controller CESManagementFunction.energySavingControl: a weaker guard reaches further than before, which nobody accepted",
        ],
      }
    `);
  });

  test('lets slices take all of the radio (rule 40)', () => {
    fleet.replace('agents/slice-sla-assurer/agent.yaml', 'min: 20, max: 90', 'min: 20, max: 100');
    revise(fleet, 'slice-sla-assurer');
    expect(ranVerdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.emergency_floor agents/slice-sla-assurer/agent.yaml:29: slice-sla-assurer may write RRMPolicyRatio.rRMPolicyMaxRatio: less than 10 % of the radio stays for emergency calls",
          "deny ran.write_envelope agents/slice-sla-assurer/agent.yaml:29: slice-sla-assurer RRMPolicyRatio.rRMPolicyMaxRatio: max 100 reaches further than before, which nobody accepted",
        ],
      }
    `);
  });
});
