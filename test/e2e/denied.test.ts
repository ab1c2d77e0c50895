import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';
import { generate, pin, revise } from '../support/stories.ts';

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
    const { findings = [], ...verdict } = verdictOf(run);
    expect(findings.filter((f) => f.startsWith('deny security.service_account'))).toHaveLength(54);
    // Debt: on small edges two agents have no room for a second revision beside all others.
    expect(findings.filter((f) => f.startsWith('deny rollback.capacity'))).toHaveLength(30);
    const others = findings.filter((f) => !/^deny (security\.service_account|rollback\.capacity) /.test(f));
    expect({ ...verdict, findings: others, changes: run.report?.changes.length }).toMatchInlineSnapshot(`
      {
        "agents": "anomaly-detector anr-manager api-gateway-agent automation-engineer byzantine-coordinator capacity-planner cco-optimizer cell-sleep-controller conflict-arbiter coverage-analyzer crdt-synchronizer deployment-manager diagnostics-specialist emergency-call-guardian energy-optimizer ericsson-enm-adapter ericsson-feature-processor hierarchical-coordinator huawei-mae-adapter integration-specialist ml-researcher mnm-alarm-intelligence mnm-voice-quality-agent mobility-load-balancer mobility-manager monitoring-coordinator mro-optimizer nokia-netact-adapter oran-o1-adapter outage-compensator pci-planner performance-analyst pm-counter-ingestor predictive-scaling-analyst privacy-guardian production-validator quality-monitor queen-coordinator quorum-manager rach-optimizer ran-agentdb-integration-specialist ran-causal-inference-specialist ran-optimizer ran-reinforcement-learning-engineer rollback-manager samsung-usm-adapter security-coordinator self-healing-engine slice-sla-assurer swarm-health-monitor swarm-memory-manager task-orchestrator topology-inventory-sync ves-event-collector",
        "cells": 9618,
        "changes": 1,
        "clusters": 44,
        "exitCode": 1,
        "findings": [
          "deny change.immutable agents/_traits/service-account/v1/service-account.yaml:5: agents/_traits/service-account/v1/service-account.yaml changes agents/_traits/service-account/v1, which never changes after merge",
          "deny change.one_wave agents/_traits/service-account/v1/service-account.yaml:5: the change reaches more than one environment (dev, production, staging), among others through agents/anomaly-detector/rings/w0/region, agents/anomaly-detector/rings/w1/edge, agents/anomaly-detector/rings/w1/region, agents/anomaly-detector/rings/w2/edge, agents/anomaly-detector/rings/w3/edge",
          "deny change.one_wave agents/_traits/service-account/v1/service-account.yaml:5: the change reaches more than one wave (w0, w1, w2, w3, w4, w5, w6a, w6b, w7a, w7b, w7c, w7d), among others through agents/anomaly-detector/rings/w0/region, agents/anomaly-detector/rings/w1/edge, agents/anomaly-detector/rings/w1/region, agents/anomaly-detector/rings/w2/edge, agents/anomaly-detector/rings/w3/edge",
          "deny ran.hubs_alone agents/_traits/service-account/v1/service-account.yaml:5: this change has hubs of DE, ES, GB, SE together with clusters of other tiers",
          "deny ran.hubs_alone agents/_traits/service-account/v1/service-account.yaml:5: this change has hubs of DE, ES, GB, SE together with each other",
          "deny ran.one_writer agents/_traits/service-account/v1/service-account.yaml:5: anr-manager, cco-optimizer, cell-sleep-controller, ericsson-enm-adapter, huawei-mae-adapter, mobility-load-balancer, mro-optimizer, nokia-netact-adapter, oran-o1-adapter, outage-compensator, pci-planner, rach-optimizer, rollback-manager, samsung-usm-adapter, self-healing-engine, slice-sla-assurer write to the network and change together in a cluster of w0, w1, w2, w3, w4, w5, w6a, w6b",
        ],
        "outcome": "deny",
        "reasons": [
          "60 violations",
        ],
        "waves": "w0 w1 w2 w3 w4 w5 w6a w6b w7a w7b w7c w7d",
      }
    `);
  });

  test('promotes one agent in two waves', () => {
    revise(fleet, 'anr-manager');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    pin(fleet, 'anr-manager', 'w4', '1.1.0');
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.one_wave agents/anr-manager/config/2/kustomization.yaml:1: the change reaches more than one wave (w3, w4), among others through agents/anr-manager/rings/w3/region, agents/anr-manager/rings/w4/region",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w4 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
        "waves": "w3 w4",
      }
    `);
  });

  test('widens a write envelope inside a frozen configuration (trap: mro-optimizer from 6 to 9 dB)', () => {
    fleet.replace('agents/mro-optimizer/config/1/runtime.yaml', 'max: 6', 'max: 9');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.immutable agents/mro-optimizer/config/1/runtime.yaml:19: agents/mro-optimizer/config/1/runtime.yaml changes agents/mro-optimizer/config/1, which never changes after merge",
          "deny change.one_wave agents/mro-optimizer/config/1/runtime.yaml:19: the change reaches more than one environment (dev, production, staging), among others through agents/mro-optimizer/rings/w0/region, agents/mro-optimizer/rings/w1/region, agents/mro-optimizer/rings/w3/region, agents/mro-optimizer/rings/w4/region, agents/mro-optimizer/rings/w5/region",
          "deny change.one_wave agents/mro-optimizer/config/1/runtime.yaml:19: the change reaches more than one wave (w0, w1, w3, w4, w5, w6a, w6b), among others through agents/mro-optimizer/rings/w0/region, agents/mro-optimizer/rings/w1/region, agents/mro-optimizer/rings/w3/region, agents/mro-optimizer/rings/w4/region, agents/mro-optimizer/rings/w5/region",
          "deny ran.write_envelope agents/mro-optimizer/config/1/runtime.yaml:19: mro-optimizer config/1: the frozen write envelope is not that of agent.yaml",
        ],
      }
    `);
  });

  test('synchronises memory of a Spanish cluster with the British hub (trap: residency)', () => {
    fleet.replace('clusters/prd-region-es-east-01/cluster.yaml', '    - prd-hub-es-01', '    - prd-hub-gb-01');
    generate(fleet);
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "",
        "cells": 760,
        "changes": [
          "changed v1/ConfigMap/<45 namespaces>/cluster-facts in 1 clusters: data.memory-peers",
          "changed v1/ConfigMap/argocd/cluster-facts.<cluster> in 1 clusters: data.memory-peers",
        ],
        "clusters": 1,
        "exitCode": 1,
        "findings": [
          "deny fleet.residency v1/ConfigMap/argocd/cluster-facts.prd-region-es-east-01: prd-region-es-east-01 says that it is in EU/ES, but prd-hub-gb-01 is in UK",
        ],
        "outcome": "deny",
        "reasons": [
          "1 violation",
        ],
        "waves": "w5",
      }
    `);
  });

  test('runs the Byzantine coordinator with three replicas (trap: consensus)', () => {
    fleet.replace('agents/byzantine-coordinator/agent.yaml', 'replicas: 4', 'replicas: 3');
    revise(fleet, 'byzantine-coordinator');
    pin(fleet, 'byzantine-coordinator', 'w4', '1.1.0');
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny reliability.consensus_quorum apps/v1/StatefulSet/byzantine-coordinator/agent: agent has 3 members in all, needs 4 to survive 1 faulty ones",
          "deny reliability.consensus_quorum policy/v1/PodDisruptionBudget/byzantine-coordinator/agent: agent has 2 members during a drain, needs 3 to survive 1 faulty ones",
          "undecided rollback.data agents/byzantine-coordinator/agent.yaml:1: no entry of compatibility says which data format release 1.1.0 writes (R4, on both ways)",
          "undecided rollback.network agents/byzantine-coordinator/agent.yaml:1: no entry of compatibility says which protocol the replicas of 1.1.0 speak (R12, on both ways)",
          "warn change.version_order agents/byzantine-coordinator/rings/w4/pin/kustomization.yaml:5: byzantine-coordinator in w4 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1, w3",
        ],
        "waves": "w4",
      }
    `);
  });

  test('takes the emergency-call-guardian from the edges of one wave (trap: guardian)', () => {
    fleet.remove('agents/emergency-call-guardian/rings/w2');
    generate(fleet);
    const { exitCode, findings, waves } = verdictOf(fleet.gate());
    expect({ exitCode, findings, waves }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.deletion clusters/_rings/w2/edge/agents.yaml:61: Application emergency-call-guardian.prd-edge-de-west-aac is deleted by clusters/prd-edge-de-west-aac: what it deployed goes with it, or stays with nobody to sync it",
          "deny change.deletion clusters/_rings/w2/edge/agents.yaml:61: Application emergency-call-guardian.prd-edge-es-center-tol is deleted by clusters/prd-edge-es-center-tol: what it deployed goes with it, or stays with nobody to sync it",
          "deny change.deletion clusters/_rings/w2/edge/agents.yaml:61: Application emergency-call-guardian.prd-edge-es-east-cas is deleted by clusters/prd-edge-es-east-cas: what it deployed goes with it, or stays with nobody to sync it",
          "deny change.deletion clusters/_rings/w2/edge/agents.yaml:61: Application emergency-call-guardian.prd-edge-gb-south-bri is deleted by clusters/prd-edge-gb-south-bri: what it deployed goes with it, or stays with nobody to sync it",
          "deny change.deletion clusters/_rings/w2/edge/agents.yaml:61: Application emergency-call-guardian.prd-edge-se-north-kir is deleted by clusters/prd-edge-se-north-kir: what it deployed goes with it, or stays with nobody to sync it",
          "deny fleet.emergency_guardian clusters/prd-edge-de-west-aac/cluster.yaml:1: cluster prd-edge-de-west-aac of tier edge runs no emergency-call-guardian",
          "deny fleet.emergency_guardian clusters/prd-edge-es-center-tol/cluster.yaml:1: cluster prd-edge-es-center-tol of tier edge runs no emergency-call-guardian",
          "deny fleet.emergency_guardian clusters/prd-edge-es-east-cas/cluster.yaml:1: cluster prd-edge-es-east-cas of tier edge runs no emergency-call-guardian",
          "deny fleet.emergency_guardian clusters/prd-edge-gb-south-bri/cluster.yaml:1: cluster prd-edge-gb-south-bri of tier edge runs no emergency-call-guardian",
          "deny fleet.emergency_guardian clusters/prd-edge-se-north-kir/cluster.yaml:1: cluster prd-edge-se-north-kir of tier edge runs no emergency-call-guardian",
        ],
        "waves": "w2",
      }
    `);
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
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "",
        "cells": 0,
        "changes": [],
        "clusters": 0,
        "exitCode": 1,
        "findings": [
          "deny source.strategic_merge agents/anr-manager/config/2/kustomization.yaml:19: a strategic-merge patch on Rollout replaces whole lists without a word: containers can vanish",
        ],
        "outcome": "deny",
        "reasons": [
          "1 violation",
          "nothing was rendered, because the sources were refused",
        ],
        "waves": "",
      }
    `);
  });

  test('adds a container that meets no rule', () => {
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
    expect({ exitCode, findings }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny reliability.probes argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper: livenessProbe is missing or does nothing",
          "deny reliability.probes argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper: readinessProbe is missing or does nothing",
          "deny reliability.resources argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper states no limits.memory",
          "deny reliability.resources argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper states no requests.cpu",
          "deny reliability.resources argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper states no requests.memory",
          "deny security.capabilities argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper does not drop ALL capabilities",
          "deny security.image_digest argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper uses image registry.norvik.example/agents/helper:latest: it has no sha256 digest",
          "deny security.privilege argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper may gain more rights than its parent process",
          "deny security.read_only_root argoproj.io/v1alpha1/Rollout/anr-manager/agent: container helper may write to its root filesystem",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
          "warn reliability.shutdown argoproj.io/v1alpha1/Rollout/anr-manager/agent: helper has no preStop hook to hand its work back",
        ],
      }
    `);
  });

  test('commits a Secret with data', () => {
    revise(fleet, 'anr-manager');
    fleet.write('agents/anr-manager/config/2/secret.yaml', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: enm\nstringData:\n  token: c2VjcmV0\n');
    fleet.replace('agents/anr-manager/config/2/kustomization.yaml', '  - placement.yaml', '  - placement.yaml\n  - secret.yaml');
    pin(fleet, 'anr-manager', 'w3', '1.1.0');
    const { exitCode, findings } = verdictOf(fleet.gate());
    expect({ exitCode, findings }).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny security.secret_data v1/Secret/anr-manager/enm: Secret enm holds secret data",
          "warn change.version_order agents/anr-manager/rings/w3/pin/kustomization.yaml:5: anr-manager in w3 goes from 1.0.0 to 1.1.0: older releases still run in w0, w1",
        ],
      }
    `);
  });
});
