import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayOf } from '#util/day.ts';
import { FleetClone, type GateRun } from '../support/fleet-clone.ts';

const dayMs = 86_400_000;
const dayFromNow = (days: number): string => dayOf(new Date(Date.now() + days * dayMs));

const pod = 'agents/anr-manager/rings/w3/region';

/** Patches the unit of one ring, as no immutable folder allows it. */
const patched = (fleet: FleetClone, ring: string, ...operations: readonly string[]): void => {
  const file = `agents/anr-manager/rings/${ring}/region/kustomization.yaml`;
  const before = fleet.read(file).replace(/\npatches:[\s\S]*$/, '\n');
  const lines = operations.map((o) => `      - ${o}`).join('\n');
  fleet.write(file, `${before}patches:\n  - target: { kind: Rollout, name: agent }\n    patch: |-\n${lines}\n`);
};

const container = '/spec/template/spec/containers/0';
const runAsRoot = `{ op: add, path: ${container}/securityContext/privileged, value: true }`;
const tagOnly = (image: string): string => `{ op: replace, path: ${container}/image, value: "${image}" }`;

const waiver = (changes: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    apiVersion: 'ranfleet.norvik.example/v1alpha1',
    kind: 'Waiver',
    id: 'anr-privileged',
    rules: '[security.pod_security]',
    scope: `{roots: [${pod}], names: [agent]}`,
    reason: 'The driver of the test bench needs the device until the next release.',
    owner: '"@norvik/ran-mobility"',
    ticket: 'RAN-4711',
    approvedBy: '"@anna-berg"',
    effectiveOn: dayFromNow(-3),
    effectiveUntil: dayFromNow(20),
    compensatingControl: 'The ring has two laboratory clusters without subscribers.',
    ...changes,
  };
  return `${Object.entries(fields)
    .map(([k, v]) => `${k}: ${v}`)
    .join('\n')}\n`;
};

/** Each finding in one line: does it block, and if not, why not. */
const told = ({ exitCode, report, stderr }: GateRun) => ({
  exitCode,
  ...(report ? {} : { stderr }),
  reasons: report?.reasons.map((r) => r.replace(/^\d+ rules/, 'all rules')),
  findings: report?.findings.map((f) =>
    [f.standing, f.waiver && `waived by ${f.waiver.id}`, f.effect, f.code, f.file ?? f.subject, f.message, f.roots.join(' ')]
      .filter((t) => t)
      .join(' | ')
      .replaceAll(/\d{4}-\d{2}-\d{2}/g, '<day>')
      .replace(/, \d+ files? \(.*\)/, ''),
  ),
});

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
          "debt | deny | security.image_digest | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent uses image registry.norvik.example/agents/anr-manager:old: it has no sha256 digest | agents/anr-manager/rings/w3/region",
          "debt | deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
        ],
        "reasons": [
          "all rules over 1 root, no new violation, 2 of debt",
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
        "debt | deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
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
          "debt | deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
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
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w4/region",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });
});

describe('a waiver', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
    fleet.write('waivers/anr-privileged.yaml', waiver());
    fleet.write('waivers/anr-ended.yaml', waiver({ id: 'anr-ended', scope: '{roots: [agents/anr-manager/rings/w4/region]}', effectiveUntil: dayFromNow(-1) }));
    fleet.commit('Two waivers');
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('of the base is honoured where it covers, and named with the days that are left', () => {
    patched(fleet, 'w3', runAsRoot);
    const run = fleet.gate();
    expect(told(run)).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "findings": [
          "waived by anr-privileged | deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
          "warn | waiver.ending | waivers/anr-privileged.yaml | ends with <day>, 20 days from now; @norvik/ran-mobility has to mend what it covers",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
        ],
        "reasons": [
          "all rules over 1 root, no new violation, 1 waived",
          "2 warnings",
        ],
      }
    `);
    expect(run.report?.findings.flatMap((f) => f.waiver?.daysLeft ?? [])).toEqual([20]);
    expect(run.stdout).toContain('20 days left');
  });

  test('does not reach a neighbour of what it covers', () => {
    patched(fleet, 'w5', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('that ended is not honoured', () => {
    patched(fleet, 'w4', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w4/region",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('of the change itself is not honoured, and the change is told so', () => {
    fleet.write('waivers/mine.yaml', waiver({ id: 'mine', scope: '{roots: [agents/anr-manager/rings/w5/region]}' }));
    patched(fleet, 'w5', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
          "warn | guard.edited | waivers/mine.yaml | edits the waivers",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
          "warn | waiver.pending | waivers/mine.yaml | mine is added by this change and does not count for it; it counts from the next pull request on",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('that the change deletes is not honoured any more', () => {
    fleet.remove('waivers/anr-privileged.yaml');
    patched(fleet, 'w3', runAsRoot);
    expect(fleet.gate().exitCode).toBe(1);
  });

  test('that the change widens counts as it was', () => {
    fleet.write('waivers/anr-privileged.yaml', waiver({ scope: '{namespaces: [anr-manager]}' }));
    patched(fleet, 'w5', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
          "warn | guard.edited | waivers/anr-privileged.yaml | edits the waivers",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
          "warn | waiver.pending | waivers/anr-privileged.yaml | anr-privileged is altered by this change, which is judged by the waiver as it was; it counts from the next pull request on",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('that is written as a pattern is denied with its line', () => {
    fleet.write('waivers/all.yaml', waiver({ id: 'all', scope: '{clusters: ["*"]}' }));
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | waiver.too_broad | waivers/all.yaml | scope.clusters.0: * is a pattern; a waiver names what it covers, letter by letter",
          "warn | guard.edited | waivers/all.yaml | edits the waivers",
          "debt | warn | waiver.expired | waivers/anr-ended.yaml | ended with <day>; today is <day>",
        ],
        "reasons": [
          "1 violation",
        ],
      }
    `);
  });

  test('list names all, with the days that are left', () => {
    const { exitCode, stdout } = fleet.run(['waiver', 'list', '--json']);
    const rows = JSON.parse(stdout) as { id: string; daysLeft: number; state: string }[];
    expect({ exitCode, rows: rows.map(({ id, daysLeft, state }) => ({ id, daysLeft, state })) }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "rows": [
          {
            "daysLeft": -1,
            "id": "anr-ended",
            "state": "expired",
          },
          {
            "daysLeft": 20,
            "id": "anr-privileged",
            "state": "unused",
          },
        ],
      }
    `);
  });

  test('check names file and line of what is wrong', () => {
    fleet.write('waivers/all.yaml', waiver({ id: 'all', scope: '{clusters: ["*"]}', approvedBy: 'nobody' }));
    const { exitCode, stdout } = fleet.run(['waiver', 'check']);
    expect({ exitCode, stdout: stdout.replaceAll(/\d{4}-\d{2}-\d{2}/g, '<day>') }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "stdout": "deny waiver.too_broad  waivers/all.yaml:5: scope.clusters.0: * is a pattern; a waiver names what it covers, letter by letter
          fix: List rules, clusters, namespaces, names or roots, letter by letter.
      deny waiver.malformed  waivers/all.yaml:9: approvedBy: must be one person, like @anna-berg
          fix: Mend the file; docs/schemas/waiver.schema.json has the fields.
      warn waiver.expired  waivers/anr-ended.yaml:11: ended with <day>; today is <day>
          fix: Delete the file, or have a new term approved.
      warn waiver.ending  waivers/anr-privileged.yaml:11: ends with <day>, 20 days from now; @norvik/ran-mobility has to mend what it covers
          fix: Mend what it covers before its last day.
      2 waivers can be read, 2 warnings, 2 errors.
      ",
      }
    `);
  });
});

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
    fleet.remove('policies/rules/security/pod_security');
    patched(fleet, 'w3', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | guard.rule_removed | policies/rules/security/pod_security | the rule security.pod_security is gone",
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
          "warn | guard.edited | policies/rules/security/pod_security/cases.yaml | edits the policies; the base's policies and the change's own judged, and both must allow",
        ],
        "reasons": [
          "2 violations",
        ],
      }
    `);
  });

  test('that empties the rule it breaks is denied by the base', () => {
    fleet.write(
      'policies/rules/security/pod_security/pod_security.rego',
      fleet.read('policies/rules/security/pod_security/pod_security.rego').replaceAll('privileged', 'unprivileged'),
    );
    patched(fleet, 'w3', runAsRoot);
    expect(told(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny | security.pod_security | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
          "warn | guard.edited | policies/rules/security/pod_security/pod_security.rego | edits the policies; the base's policies and the change's own judged, and both must allow",
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
    ['emptied', (f: FleetClone) => f.write('.github/CODEOWNERS', '')],
    ['gone', (f: FleetClone) => f.remove('.github/CODEOWNERS')],
    ['for everybody', (f: FleetClone) => f.write('.github/CODEOWNERS', '* @norvik/*\n')],
    ['silent about policies', (f: FleetClone) => f.replace('.github/CODEOWNERS', '/policies/              @norvik/ran-security\n', '')],
  ])('that leaves CODEOWNERS %s is denied', (_, edit) => {
    edit(fleet);
    const { exitCode, findings } = told(fleet.gate());
    expect({ exitCode, findings: findings?.filter((f) => f.includes('guard.owners')) }).toMatchSnapshot();
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
