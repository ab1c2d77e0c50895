import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';
import { FleetEvidence } from '../support/fleet-evidence.ts';
import { pin, revise } from '../support/stories.ts';

const agent = 'mro-optimizer';
const quarantine = `agents/${agent}/quarantine.yaml`;
const barred = `apiVersion: ranfleet.norvik.example/v1alpha1
kind: Quarantine
releases:
  - release: 1.2.0
    ring: w3
    reason: the error ratio of the canary
    at: 2026-11-01T00:00:00.000Z
`;

/** What the rules about promotions say of a branch, and whatever is undecided. */
const verdict = (fleet: FleetClone, base = 'main', about = / change\./) => {
  const { exitCode, findings } = verdictOf(fleet.gate([], undefined, base));
  return { exitCode, findings: findings?.filter((f) => f.startsWith('undecided ') || about.test(f)) };
};

describe('a change that moves a pin, where w1 and w3 have records', () => {
  let fleet: FleetClone;
  let evidence: FleetEvidence;

  beforeAll(async () => {
    fleet = new FleetClone();
    evidence = new FleetEvidence(fleet);
    revise(fleet, agent, '1.1.0');
    revise(fleet, agent, '1.2.0', `sha256:${'cd'.repeat(32)}`);
    fleet.write(quarantine, barred);
    for (const ring of ['w1', 'w3']) await evidence.verified(agent, ring, '1.0.0');
    fleet.commit('Two rings run 1.0.0');
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('is denied for a release that a ring took back', () => {
    pin(fleet, agent, 'w3', '1.2.0');
    expect(verdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.quarantined agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 gets 1.2.0, which agents/mro-optimizer/quarantine.yaml bars: the error ratio of the canary",
          "deny change.unverified agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes to 1.2.0: no record says that w1 verified it",
          "warn change.version_order agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes from 1.0.0 to 1.2.0: older releases still run in w0, w1",
        ],
      }
    `);
  });

  test('is denied all the same when it takes the release out of the quarantine, and for that as well', () => {
    pin(fleet, agent, 'w3', '1.2.0');
    fleet.remove(quarantine);
    expect(verdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.marks_kept agents/mro-optimizer/quarantine.yaml:1: agents/mro-optimizer/quarantine.yaml bars no more 1.2.0",
          "deny change.quarantined agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 gets 1.2.0, which agents/mro-optimizer/quarantine.yaml bars: the error ratio of the canary",
          "deny change.single_promotion agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes to 1.2.0 together with agents/mro-optimizer/quarantine.yaml",
          "deny change.unverified agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes to 1.2.0: no record says that w1 verified it",
          "warn change.version_order agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes from 1.0.0 to 1.2.0: older releases still run in w0, w1",
        ],
      }
    `);
  });

  test('is denied for a release that the ring before has not verified', () => {
    pin(fleet, agent, 'w3', '1.1.0');
    expect(verdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.unverified agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes to 1.1.0: no record says that w1 verified it",
          "warn change.version_order agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
      }
    `);
  });

  test('is denied when the release is no longer what the ring before verified', async () => {
    fleet.git('checkout', '--quiet', '--detach', 'main');
    await evidence.verified(agent, 'w1', '1.1.0');
    fleet.commit('w1 verified 1.1.0');
    fleet.git('branch', '--force', 'verified');
    fleet.replace(`agents/${agent}/releases/1.1.0/kustomization.yaml`, 'abab', 'acac');
    pin(fleet, agent, 'w3', '1.1.0');
    expect(verdict(fleet, 'verified', / change\.same_release /)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.same_release agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer 1.1.0 renders e5c547633788 now, but w1 verified 71fd635eec91",
        ],
      }
    `);
  });

  test('is denied when something else comes with it', () => {
    pin(fleet, agent, 'w3', '1.1.0');
    fleet.replace('agents/pci-planner/agent.yaml', 'summary: ', 'summary: Also ');
    expect(verdict(fleet, 'main', / change\.single_promotion /)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.single_promotion agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes to 1.1.0 together with agents/pci-planner/agent.yaml",
        ],
      }
    `);
  });
});
