import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const releaseOf = (agent: string, version: string, config = 1): string => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../config/${config}
images:
  - name: agent
    newName: registry.norvik.example/agents/${agent}
    digest: ${digest(`${agent} ${version}`)}
`;

describe('a pull request that is allowed', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('bumps the image of one agent in one wave', () => {
    fleet.write('agents/mro-optimizer/releases/1.0.1/kustomization.yaml', releaseOf('mro-optimizer', '1.0.1'));
    fleet.replace('agents/mro-optimizer/rings/w3/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "mro-optimizer",
        "cells": 420,
        "changes": [
          "changed argoproj.io/v1alpha1/Rollout/mro-optimizer/agent in 1 clusters: spec.template.spec.containers[name=agent].image",
        ],
        "clusters": 1,
        "exitCode": 0,
        "findings": [
          "warn change.version_order agents/mro-optimizer/rings/w3/pin/kustomization.yaml:5: mro-optimizer in w3 goes from 1.0.0 to 1.0.1: older releases still run in w0, w1",
        ],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 1 root, no violation",
          "1 warning",
        ],
        "waves": "w3",
      }
    `);
  });

  test('changes documents only', () => {
    fleet.write('docs/note.md', 'A note.\n');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "",
        "cells": 0,
        "changes": [],
        "clusters": 0,
        "exitCode": 0,
        "findings": [],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 0 roots, no violation",
        ],
        "waves": "",
      }
    `);
  });

  test('adds a release that no ring pins yet', () => {
    fleet.write('agents/anr-manager/releases/1.1.0/kustomization.yaml', releaseOf('anr-manager', '1.1.0'));
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "",
        "cells": 0,
        "changes": [],
        "clusters": 0,
        "exitCode": 0,
        "findings": [],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 0 roots, no violation",
        ],
        "waves": "",
      }
    `);
  });

  test('scaffolds a new agent in the first ring', () => {
    const made = fleet.run([
      'agent',
      'new',
      'paging-analyst',
      '--digest',
      digest('paging-analyst 1.0.0'),
      '--group',
      'quality',
      '--owner',
      '@norvik/ran-quality',
    ]);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "paging-analyst",
        "cells": 12,
        "changes": [
          "added argoproj.io/v1alpha1/AnalysisTemplate/paging-analyst/fast-slo in 1 clusters: ",
          "added argoproj.io/v1alpha1/AnalysisTemplate/paging-analyst/guardrail in 1 clusters: ",
          "changed argoproj.io/v1alpha1/AppProject/argocd/agents.<cluster> in 1 clusters: spec.destinations[namespace=paging-analyst]",
          "added argoproj.io/v1alpha1/Application/argocd/paging-analyst.<cluster> in 1 clusters: ",
          "added argoproj.io/v1alpha1/Rollout/paging-analyst/agent in 1 clusters: ",
          "added monitoring.coreos.com/v1/PodMonitor/paging-analyst/agent in 1 clusters: ",
          "added networking.k8s.io/v1/NetworkPolicy/paging-analyst/allow-bus in 1 clusters: ",
          "added networking.k8s.io/v1/NetworkPolicy/paging-analyst/allow-dns in 1 clusters: ",
          "added networking.k8s.io/v1/NetworkPolicy/paging-analyst/allow-mesh in 1 clusters: ",
          "added networking.k8s.io/v1/NetworkPolicy/paging-analyst/allow-metrics in 1 clusters: ",
          "added networking.k8s.io/v1/NetworkPolicy/paging-analyst/default-deny in 1 clusters: ",
          "added policy/v1/PodDisruptionBudget/paging-analyst/agent in 1 clusters: ",
          "added security.istio.io/v1/AuthorizationPolicy/paging-analyst/allow-metrics in 1 clusters: ",
          "added v1/ConfigMap/paging-analyst/agent-config-tf67cdcg2h in 1 clusters: ",
          "added v1/ConfigMap/paging-analyst/cluster-facts in 1 clusters: ",
          "added v1/Namespace/-/paging-analyst in 1 clusters: ",
          "added v1/Service/paging-analyst/agent in 1 clusters: ",
          "added v1/ServiceAccount/paging-analyst/agent in 1 clusters: ",
        ],
        "clusters": 1,
        "exitCode": 0,
        "findings": [
          "warn guard.edited fleet.yaml:1: edits the facts of the fleet, 1 file (fleet.yaml)",
        ],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 3 roots, no violation",
          "1 warning",
        ],
        "waves": "w0",
      }
    `);
  });

  test('scaffolds a new cluster with a vendor that its ring had no adapter for', () => {
    const facts = [
      '--wave',
      'w3',
      '--hub',
      'prd-hub-se-01',
      '--country',
      'SE',
      '--residency',
      'EU/SE',
      '--vendor',
      'oran=100',
      '--cells',
      '30',
      '--tracking-area',
      '46999',
      '--time-zone',
      'Europe/Stockholm',
    ];
    const made = fleet.run(['cluster', 'new', 'prd-edge-se-north-pit', ...facts]);
    expect(made.exitCode, made.stderr).toBe(0);
    const { changes, ...verdict } = verdictOf(fleet.gate());
    // Eight agents, seven components, the facts and the root of the cluster.
    expect(changes?.filter((c) => c.includes('/Application/'))).toHaveLength(17);
    expect(verdict).toMatchInlineSnapshot(`
      {
        "agents": "oran-o1-adapter",
        "cells": 144,
        "clusters": 3,
        "exitCode": 0,
        "findings": [
          "warn change.birth_unrecorded clusters/prd-edge-se-north-pit/cluster.yaml:1: prd-edge-se-north-pit takes 8 agents of w3 as the pins name them, without a record and without a canary: anomaly-detector, cell-sleep-controller, crdt-synchronizer, emergency-call-guardian, oran-o1-adapter and 3 more",
        ],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 9 roots, no violation",
          "1 warning",
        ],
        "waves": "w3",
      }
    `);
  });

  test('revises an agent and moves one ring to the new release', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'replicas: 2', 'replicas: 3');
    expect(fleet.run(['generate'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ranfleet agent revise mro-optimizer') });
    const made = fleet.run(['agent', 'revise', 'mro-optimizer', '--release', '1.1.0', '--digest', digest('mro-optimizer 1.1.0')]);
    expect(made.exitCode, made.stderr).toBe(0);
    fleet.replace('agents/mro-optimizer/rings/w0/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.1.0');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "agents": "mro-optimizer",
        "cells": 12,
        "changes": [
          "changed argoproj.io/v1alpha1/Rollout/mro-optimizer/agent in 1 clusters: spec.replicas, spec.template.spec.containers[name=agent].image, spec.template.spec.volumes[name=config].configMap.name",
          "changed v1/ConfigMap/mro-optimizer/agent-config-hdchmgc5gb in 1 clusters: data["runtime.yaml"], metadata.name",
        ],
        "clusters": 1,
        "exitCode": 0,
        "findings": [],
        "outcome": "allow",
        "reasons": [
          "<n> rules over 7 roots, no violation",
        ],
        "waves": "w0",
      }
    `);
    // One pod more of 500m and 1 GiB in one cluster.
    expect(fleet.gate().report?.monthlyCost).toEqual({ cpu: 0.5, memoryGi: 1, gpu: 0, currency: 'EUR', delta: 13, basis: 'assumption' });
  });
});
