import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { patched, runAsRoot, tagOnly, told } from '../support/guard-stories.ts';

describe('what stands at the base', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
    patched(fleet, 'w3', runAsRoot, tagOnly('registry.norvik.example/agents/anr-manager:old'));
    fleet.commit('A violation from before the rule');
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('is debt, and does not block a change beside it', () => {
    patched(fleet, 'w3', runAsRoot, tagOnly('registry.norvik.example/agents/anr-manager:old'), '{ op: add, path: /metadata/labels/note, value: "1" }');
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "findings": [
          "debt | deny | rollback.admission | agents/anr-manager/rings/w3/region/kustomization.yaml | Pod Security restricted refuses privileged (R7, on both ways) | agents/anr-manager/rings/w3/region",
          "debt | deny | rollback.images | agents/anr-manager/rings/w3/region/kustomization.yaml | registry.norvik.example/agents/anr-manager:old has no digest: nobody knows what comes back (R6, on both ways) | agents/anr-manager/rings/w3/region",
          "debt | deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image registry.norvik.example/agents/anr-manager:old: it has no sha256 digest | agents/anr-manager/rings/w3/region",
          "debt | deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
        ],
        "reasons": [
          "all rules over 1 root, no new violation, 4 of debt",
        ],
      }
    `);
  });

  test('is debt still when another container moves it to another place of the list', () => {
    const sidecar = '{ op: add, path: /spec/template/spec/containers/0, value: { name: x } }';
    patched(fleet, 'w3', runAsRoot, tagOnly('registry.norvik.example/agents/anr-manager:old'), sidecar);
    const debt = told(fleet.gate()).findings?.filter((f) => f.includes('container agent '));
    expect(debt).toMatchInlineSnapshot(`
      [
        "debt | deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image registry.norvik.example/agents/anr-manager:old: it has no sha256 digest | agents/anr-manager/rings/w3/region",
        "debt | deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
      ]
    `);
  });

  test('blocks when it gets worse', () => {
    patched(fleet, 'w3', runAsRoot, tagOnly('docker.io/anr-manager:new'));
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image docker.io/anr-manager:new: it has no sha256 digest | agents/anr-manager/rings/w3/region",
          "deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image docker.io/anr-manager:new: its registry is not allowed | agents/anr-manager/rings/w3/region",
          "debt | deny | rollback.admission | agents/anr-manager/rings/w3/region/kustomization.yaml | Pod Security restricted refuses privileged (R7, on both ways) | agents/anr-manager/rings/w3/region",
          "debt | deny | rollback.images | agents/anr-manager/rings/w3/region/kustomization.yaml | registry.norvik.example/agents/anr-manager:old has no digest: nobody knows what comes back (R6, on the way back) | agents/anr-manager/rings/w3/region",
          "debt | deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });

  test('blocks where it is carried to another ring', () => {
    patched(fleet, 'w4', runAsRoot, tagOnly('registry.norvik.example/agents/anr-manager:old'));
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image registry.norvik.example/agents/anr-manager:old: it has no sha256 digest | agents/anr-manager/rings/w4/region",
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w4/region",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });
});
