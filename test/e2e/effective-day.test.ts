import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, type GateRun } from '../support/fleet-clone.ts';

const rego = `# METADATA
# title: One image is not used any more
# description: A rule of this test, which only the change of this test breaks.
# custom:
#   id: TST-01
#   severity: deny
#   effective_on: "2099-06-01"
#   scope: root
#   failure_msg: "{agent} runs an image that is not used any more"
#   solution: "Use another image."
package rules.fleet.old_image

import data.lib.result

scope := "root"

deny contains result.about(input.root.agent, {"agent": input.root.agent}) if {
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	endswith(container.image.digest, "cdcdcdcd")
}
`;

const told = ({ exitCode, report }: GateRun) => ({
  exitCode,
  day: report?.effectiveDay,
  reason: report?.reasons[0],
  findings: report?.findings
    .filter((f) => f.code === 'fleet.old_image')
    .map((f) => `${f.effect} ${f.code}: ${f.message}${f.effectiveOn === undefined ? '' : ` [${f.effectiveOn}]`}`),
});

describe('a pull request that brings a rule with a day, and a change that the rule forbids', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => {
    fleet.branch();
    fleet.write('policies/rules/fleet/old_image/old_image.rego', rego);
    fleet.write(
      'agents/nokia-netact-adapter/releases/1.0.1/kustomization.yaml',
      `resources: [../../config/1]\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/nokia-netact-adapter\n    digest: sha256:${'cd'.repeat(32)}\n`,
    );
    fleet.replace('agents/nokia-netact-adapter/rings/w0/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
  });
  afterAll(() => fleet.close());

  test('is allowed with a warning before that day', () => {
    const run = fleet.gate();
    expect(told(run)).toMatchObject({
      exitCode: 0,
      findings: ['warn fleet.old_image: nokia-netact-adapter runs an image that is not used any more (denied from 2099-06-01 on) [2099-06-01]'],
    });
    expect(run.report?.reasons[1]).toMatch(/^\d warnings?$/);
    expect(run.stdout).toContain('Does not block: ');
  });

  test.each(['2099-05-31', '2099-06-01T01:00:00+02:00'])('is allowed with a warning on %s', (time) => {
    expect(told(fleet.gate(['--effective-time', time]))).toMatchObject({ exitCode: 0, day: '2099-05-31' });
  });

  test('is denied on that day', () => {
    expect(told(fleet.gate(['--effective-time', '2099-06-01']))).toEqual({
      exitCode: 1,
      day: '2099-06-01',
      reason: '1 violation',
      findings: ['deny fleet.old_image: nokia-netact-adapter runs an image that is not used any more'],
    });
  });

  test('is not judged as on a day that is over, unless that is asked for', () => {
    const { exitCode, stderr, report } = fleet.gate(['--effective-time', '2020-01-01']);
    expect({ exitCode, report, fault: stderr.split('\n')[0] }).toEqual({ exitCode: 2, report: undefined, fault: 'GATE_BAD_TIME' });
    expect(told(fleet.gate(['--effective-time', '2020-01-01', '--allow-past-effective-time']))).toMatchObject({ exitCode: 0, day: '2020-01-01' });
  });
});
