import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { patched, runAsRoot, tagOnly, told, waiver } from '../support/guard-stories.ts';

describe('a change of what judges', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
    fleet.write(
      'waivers/harbor.yaml',
      waiver({ id: 'harbor', rules: '[guard.registry_added]', scope: '{names: [harbor.norvik.example], paths: [fleet.yaml]}' }),
    );
    fleet.commit('A waiver');
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('that deletes the rule it breaks is denied by the base', () => {
    fleet.remove('policies/rules/security/privilege');
    patched(fleet, 'w3', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | guard.rule_removed | policies/rules/security/privilege | the rule security.privilege is gone",
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
          "warn | guard.edited | policies/rules/security/privilege/allowed.yaml | edits the policies; the base's policies and the change's own judged, and both must allow",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });

  test('that empties the rule it breaks is denied by the base', () => {
    fleet.write(
      'policies/rules/security/privilege/privilege.rego',
      fleet.read('policies/rules/security/privilege/privilege.rego').replaceAll('privileged', 'unprivileged'),
    );
    patched(fleet, 'w3', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
          "warn | guard.edited | policies/rules/security/privilege/privilege.rego | edits the policies; the base's policies and the change's own judged, and both must allow",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('that softens a rule or loses a case is denied', () => {
    fleet.replace('policies/rules/security/secret_data/secret_data.rego', 'severity: deny', 'severity: warn');
    fleet.replace('policies/rules/fleet/agent_count/cases.yaml', 'name: is undecided without the inventory', 'name: says nothing without the inventory');
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | guard.case_removed | policies/rules/fleet/agent_count/cases.yaml | the case "is undecided without the inventory" is gone",
          "deny | guard.rule_softened | policies/rules/security/secret_data | security.secret_data denies no more, only warns",
          "warn | guard.edited | policies/rules/fleet/agent_count/cases.yaml | edits the policies; the base's policies and the change's own judged, and both must allow",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });

  test('that allows its own registry is denied, and judged without it', () => {
    fleet.replace('fleet.yaml', '  - registry.norvik.example', '  - registry.norvik.example\n  - docker.io');
    patched(fleet, 'w3', tagOnly(`docker.io/anr-manager@sha256:${'ab'.repeat(32)}`));
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | guard.registry_added | fleet.yaml | allows images of docker.io; the base does not, and judges",
          "deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image docker.io/anr-manager@sha256:abababababababababababababababababababababababababababababababab: its registry is not allowed | agents/anr-manager/rings/w3/region",
          "warn | guard.edited | fleet.yaml | edits the facts of the fleet",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });

  test('that adds a registry for which the base has a waiver is allowed', () => {
    fleet.replace('fleet.yaml', '  - registry.norvik.example', '  - registry.norvik.example\n  - harbor.norvik.example');
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "findings": [
          "waived by harbor | deny | guard.registry_added | fleet.yaml | allows images of harbor.norvik.example; the base does not, and judges",
          "warn | guard.edited | fleet.yaml | edits the facts of the fleet",
          "warn | waiver.ending | waivers/harbor.yaml | ends with <day>, 20 days from now; @norvik/ran-mobility has to mend what it covers",
        ],
        "reasons": [
          "all rules over 0 roots, no new violation, 1 waived",
          "2 warnings",
        ],
      }
    `);
  });

  test('that expects fewer agents, moves a zone or tolerates fewer faults is denied', () => {
    fleet.replace('fleet.yaml', 'production: 54', 'production: 53');
    fleet.replace('clusters/prd-region-es-east-01/cluster.yaml', 'residency: EU/ES', 'residency: EU/SE');
    fleet.replace('agents/byzantine-coordinator/agent.yaml', 'platformCritical: true', 'platformCritical: false');
    const { findings, exitCode } = told(fleet.gate());
    expect({ exitCode, findings: findings?.filter((f) => f.includes('guard.')) }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | guard.expected_lowered | fleet.yaml | expects 53 agents in production, the base 54",
          "deny | guard.facts_loosened | agents/byzantine-coordinator/agent.yaml | platformCritical of byzantine-coordinator: true -> false",
          "deny | guard.facts_loosened | clusters/prd-region-es-east-01/cluster.yaml | spec.residency of prd-region-es-east-01: EU/ES -> EU/SE",
          "warn | guard.edited | fleet.yaml | edits the facts of the fleet",
        ],
      }
    `);
  });

  test.each([
    ['emptied', (f: FleetClone) => f.write('.github/CODEOWNERS', ''), 'names no owner'],
    ['gone', (f: FleetClone) => f.remove('.github/CODEOWNERS'), 'does not exist'],
    ['for everybody', (f: FleetClone) => f.write('.github/CODEOWNERS', '* @norvik/*\n'), 'names @norvik/*, which is no person, team or address'],
    [
      'silent about policies',
      (f: FleetClone) => f.replace('.github/CODEOWNERS', '/policies/              @norvik/ran-security\n', ''),
      'policies/main/main.rego has no line of its own (policies)',
    ],
  ])('that leaves CODEOWNERS %s is denied', (_, edit, message) => {
    edit(fleet);
    const { exitCode, findings } = told(fleet.gate());
    expect(exitCode).toBe(1);
    expect(findings).toContain(`deny | guard.owners | .github/CODEOWNERS | ${message}`);
  });

  test('that edits the engine names the engine that judged', () => {
    fleet.write('src/util/count.ts', '// edited\n');
    const run = fleet.gate();
    expect({ exitCode: run.exitCode, findings: told(run).findings }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "findings": [
          "warn | guard.edited | src/util/count.ts | edits the engine; the base's engine judged",
        ],
      }
    `);
    expect(run.report?.evidence.engine).toMatch(/^([0-9a-f]{12}|working tree)$/);
  });
});
