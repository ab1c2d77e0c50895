import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';
import { pin, revise } from '../support/stories.ts';

describe('a pull request that', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  test('asks for more than its allowance, and is told so', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'replicas: 2', 'replicas: 13');
    revise(fleet, 'mro-optimizer');
    pin(fleet, 'mro-optimizer', 'w0', '1.1.0');
    const run = fleet.gate();
    expect(verdictOf(run).findings?.filter((f) => / cost\./.test(f))).toMatchInlineSnapshot(`
      [
        "warn cost.agent_allowance argoproj.io/v1alpha1/Rollout/mro-optimizer/agent: the pods of mro-optimizer request 13 GiB of memory in one cluster, above its allowance of 12",
        "warn cost.agent_allowance argoproj.io/v1alpha1/Rollout/mro-optimizer/agent: the pods of mro-optimizer request 6.5 cores in one cluster, above its allowance of 6",
        "warn cost.headroom clusters/dev-region-01/cluster.yaml:1: agents request 41.25 of 48 cores of cpu in dev-region-01 (85.94 %), this change adds 5.5",
      ]
    `);
    expect(run.stdout).toContain('requests in all clusters +5.5 cores, +11 GiB: +143.00 EUR a month, by assumed prices');
  });

  test('gives an agent a device that nobody granted', () => {
    const patch =
      "patches:\n  - target: { kind: Rollout, name: agent }\n    patch: |-\n      - {op: add, path: /spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu, value: '1'}\n";
    revise(fleet, 'anr-manager');
    const config = 'agents/anr-manager/config/2/kustomization.yaml';
    fleet.write(config, `${fleet.read(config)}${patch}`);
    pin(fleet, 'anr-manager', 'w0', '1.1.0');
    expect(verdictOf(fleet.gate()).findings?.filter((f) => / cost\./.test(f))).toMatchInlineSnapshot(`
      [
        "deny cost.agent_cap argoproj.io/v1alpha1/Rollout/anr-manager/agent: the pods of anr-manager request 2 devices like GPUs in one cluster, above its cap of 0",
        "warn cost.agent_allowance argoproj.io/v1alpha1/Rollout/anr-manager/agent: the pods of anr-manager request 2 devices like GPUs in one cluster, above its allowance of 0",
      ]
    `);
  });
});
