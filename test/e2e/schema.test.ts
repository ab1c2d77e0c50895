import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engineWithoutSchemas } from '../support/engine-without-schemas.ts';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';

const someDigest = `sha256:${'ab'.repeat(32)}`;
const configuration = 'agents/anr-manager/config/2/kustomization.yaml';

describe('a pull request with an object that the API server would refuse', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => {
    fleet.branch();
    const made = fleet.run(['agent', 'revise', 'anr-manager', '--release', '1.1.0', '--digest', someDigest]);
    expect(made.exitCode, made.stderr).toBe(0);
    fleet.replace('agents/anr-manager/rings/w3/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.1.0');
  });
  afterAll(() => fleet.close());

  const judged = () => {
    const run = fleet.gate();
    const { exitCode, findings, reasons } = verdictOf(run);
    return { exitCode, findings, fixes: run.report?.findings.map((f) => f.solution), reasons, validated: run.report?.evidence.validated };
  };

  const addObject = (text: string): void => {
    fleet.write('agents/anr-manager/config/2/extra.yaml', text);
    fleet.replace(configuration, '  - placement.yaml', '  - placement.yaml\n  - extra.yaml');
  };

  const replicasAsText = (): void => {
    const patch = "- {op: replace, path: /spec/replicas, value: '2'}";
    fleet.replace(configuration, 'labels:', `patches:\n  - target: {kind: Rollout}\n    patch: |\n      ${patch}\nlabels:`);
  };

  test('misspells the pause of a canary in a new version of a trait (trap: the server drops the field, the canary never waits)', () => {
    for (const file of ['kustomization.yaml', 'strategy.yaml']) {
      fleet.write(`agents/_traits/canary-write/v2/${file}`, fleet.read(`agents/_traits/canary-write/v1/${file}`));
    }
    fleet.replace('agents/_traits/canary-write/v2/strategy.yaml', 'duration:', 'durration:');
    fleet.replace(configuration, 'canary-write/v1', 'canary-write/v2');
    expect(judged()).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny ran.own_judge agents/anr-manager/rings/w3/region/kustomization.yaml:1: anr-manager gets another image in w3 together with another argoproj.io/v1alpha1/Rollout/anr-manager/agent",
          "deny rollback.kinds agents/_traits/canary-write/v2/strategy.yaml:29: spec.strategy.canary.steps[1].pause has no field durration (R2, on the way forward)",
          "deny rollback.restart agents/_traits/canary-write/v2/strategy.yaml:26: a new image brings the steps or the analysis that judge it (R10, on the way forward)",
          "deny rollout.steps argoproj.io/v1alpha1/Rollout/anr-manager/agent: agent waits without an end",
          "deny schema.unknown_field argoproj.io/v1alpha1/Rollout/anr-manager/agent: spec.strategy.canary.steps[1].pause has no field durration",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "fixes": [
          "Promote the new analysis, KPIs or objectives with the image that runs; promote the new image after that.",
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Change image and steps apart, or let two persons state under settled that the release was not aborted.",
          "Use the canary trait of the agent's risk tier.",
          "Did you mean \`duration\`?",
          "Promote the earlier rings first and let them soak; say in the pull request when this is a revert.",
        ],
        "reasons": [
          "5 violations",
        ],
        "validated": 18,
      }
    `);
  });

  test('writes replicas as text in the configuration of one agent', () => {
    replicasAsText();
    expect(judged()).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny reliability.replicas argoproj.io/v1alpha1/Rollout/anr-manager/agent: agent keeps an unstated number of pods, anr-manager needs 2",
          "deny rollback.kinds agents/anr-manager/config/2/placement.yaml:11: spec.replicas must be integer, and is string "2" (R2, on the way forward)",
          "deny schema.invalid_value argoproj.io/v1alpha1/Rollout/anr-manager/agent: spec.replicas must be integer, and is string "2"",
          "undecided rehearsal.not_rehearsed argoproj.io/v1alpha1/Rollout/anr-manager/agent: can not be rehearsed: "2" is no whole number of 0 or more",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "fixes": [
          "Raise the replicas of the agent's placement, or the least number of its autoscaler.",
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Write a value that the schema of the kind allows.",
          "Use what the rehearsal knows (docs/rehearsal.md lists it), and state the work of the agent in fleet.yaml or agent.yaml.",
          "Promote the earlier rings first and let them soak; say in the pull request when this is a revert.",
        ],
        "reasons": [
          "3 violations",
        ],
        "validated": 18,
      }
    `);
  });

  test('puts a field where a kind of Kubernetes itself has none', () => {
    addObject(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: extra, lables: {a: b}}\nspec: {podSelector: {}, policyTypes: [Ingress], ingres: []}\n',
    );
    expect(judged()).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny rollback.kinds agents/anr-manager/config/2/extra.yaml:3: metadata has no field lables (R2, on the way forward)",
          "deny rollback.kinds agents/anr-manager/config/2/extra.yaml:4: spec has no field ingres (R2, on the way forward)",
          "deny schema.unknown_field networking.k8s.io/v1/NetworkPolicy/anr-manager/extra: metadata has no field lables",
          "deny schema.unknown_field networking.k8s.io/v1/NetworkPolicy/anr-manager/extra: spec has no field ingres",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "fixes": [
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Did you mean \`labels\`?",
          "Did you mean \`ingress\`?",
          "Promote the earlier rings first and let them soak; say in the pull request when this is a revert.",
        ],
        "reasons": [
          "4 violations",
        ],
        "validated": 19,
      }
    `);
  });

  test('uses a version that Kubernetes has stopped serving', () => {
    addObject('apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: extra}\nspec: {minAvailable: 1, selector: {matchLabels: {a: b}}}\n');
    expect(judged()).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny reliability.disruption_budget policy/v1beta1/PodDisruptionBudget/anr-manager/extra: extra: it covers no workload",
          "deny reliability.removed_api policy/v1beta1/PodDisruptionBudget/anr-manager/extra: policy/v1beta1 PodDisruptionBudget was removed in 1.25; prd-region-se-north-01 runs 1.37",
          "deny rollback.kinds agents/anr-manager/config/2/extra.yaml:1: policy/v1beta1 PodDisruptionBudget is not served by Kubernetes v1.37.2 (R2, on the way forward)",
          "deny schema.not_served policy/v1beta1/PodDisruptionBudget/anr-manager/extra: policy/v1beta1 PodDisruptionBudget is not served by Kubernetes v1.37.2",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "fixes": [
          "Keep one PodDisruptionBudget per workload with the workload's labels and maxUnavailable: 1.",
          "Write the object in the version of the API that replaces it.",
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Use policy/v1.",
          "Promote the earlier rings first and let them soak; say in the pull request when this is a revert.",
        ],
        "reasons": [
          "4 violations",
          "1 of 19 objects not held against a schema",
        ],
        "validated": 18,
      }
    `);
  });

  test('brings a kind of which nobody has the schema: undecided', () => {
    addObject('apiVersion: ran.norvik.example/v1\nkind: CellPlan\nmetadata: {name: extra}\nspec: {anything: goes}\n');
    expect(judged()).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "findings": [
          "undecided rollback.kinds agents/anr-manager/config/2/extra.yaml:1: there is no schema for ran.norvik.example/v1 CellPlan (R2, on the way forward)",
          "undecided schema.missing ran.norvik.example/v1/CellPlan/anr-manager/extra: there is no schema for ran.norvik.example/v1 CellPlan",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "fixes": [
          "Serve the old version and keep the old fields until nothing may go back to them.",
          "Add the module that carries the CRD to tools/schemas/modules.json, with version and sum.",
          "Promote the earlier rings first and let them soak; say in the pull request when this is a revert.",
        ],
        "reasons": [
          "2 questions without an answer",
          "1 of 19 objects not held against a schema",
        ],
        "validated": 18,
      }
    `);
  });

  test('names a Kubernetes of which no source has the schemas: undecided', () => {
    fleet.replace('clusters/prd-region-se-north-01/cluster.yaml', '  cells: 420\n', '  cells: 420\n  kubernetes: "1.29"\n');
    const { exitCode, report } = fleet.gate();
    expect({ exitCode, findings: report?.findings.map((f) => `${f.effect} ${f.code}: ${f.message}`) }).toEqual({
      exitCode: 3,
      findings: [
        'undecided schema.unknown_version: no pinned source has the schemas of Kubernetes 1.29, which a cluster of this root runs',
        'warn change.version_order: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1',
      ],
    });
  });

  test('meets an engine without schemas: undecided, with the command that mends it', () => {
    const engine = engineWithoutSchemas();
    const { exitCode, stderr, report } = fleet.gate([], engine);
    rmSync(engine, { recursive: true });
    expect(report).toBeUndefined();
    expect({ exitCode, stderr: stderr.replace(/\b[0-9a-f]{16}\b/, '<key>') }).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "stderr": "GATE_SCHEMAS_MISSING
      the schemas of the kinds are not built (.tools/schemas/<key>)
      Run \`node scripts/ensure.mjs deps schemas\`.
      ",
      }
    `);
  });

  test('is told what a rule of this stage demands, and all about one finding', () => {
    replicasAsText();
    const [finding] = fleet.gate().report?.findings ?? [];
    expect(fleet.run(['explain', 'schema.unknown_field']).stdout).toMatchInlineSnapshot(`
      "schema.unknown_field  SCH-01
      Every field exists

      Why:      The API server drops a field that its schema does not have, or refuses the object: a misspelt pause is no pause.
      Fix:      Write the field as the schema of the kind has it, or take it out.
      Severity: denies
      "
    `);
    expect(fleet.run(['explain', finding?.fingerprint ?? '', '--base', 'main', '--head', 'HEAD']).stdout).toMatchInlineSnapshot(`
      "deny reliability.replicas  933f7415434a3500
      Where: agents/anr-manager/config/2/placement.yaml:11
      Of:    argoproj.io/v1alpha1/Rollout/anr-manager/agent spec.replicas
      In:    agents/anr-manager/rings/w3/region
      What:  agent keeps an unstated number of pods, anr-manager needs 2
      Why:   One pod is gone for minutes whenever its node drains; 99.95 percent allows 21 minutes a month.
      Fix:   Raise the replicas of the agent's placement, or the least number of its autoscaler.
      Rule:  REL-03 denies

      As rendered, at spec.replicas:
        '2'

      Layers that set it, last applied first:
        agents/_traits/tier-region/v1/kustomization.yaml:8  replacement: spec.replicas from Placement spec.region.replicas
      > agents/anr-manager/config/2/placement.yaml:11  resource: Placement placement spec.region.replicas
        agents/anr-manager/config/2/kustomization.yaml:21  json-patch: op replace /spec/replicas
        agents/_traits/rollout/v1/rollout.yaml:8  resource: Rollout agent spec.replicas
        with it:    2
        without it: 2
      Could not be proven: the value is the same without this layer.
      "
    `);
  });
});
