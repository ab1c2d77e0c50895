import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, type GateRun } from '../support/fleet-clone.ts';

const rego = `# METADATA
# title: Adapters are called something else
# description: A rule of this test, which no adapter meets.
# custom:
#   id: TST-01
#   severity: deny
#   effective_on: "2099-06-01"
#   scope: root
#   failure_msg: "{agent} is called an adapter"
#   solution: "Call it a driver."
package rules.fleet.adapter_name

import data.lib.result

scope := "root"

deny contains result.about(input.root.agent, {"agent": input.root.agent}) if {
	endswith(input.root.agent, "-adapter")
}
`;

const told = ({ exitCode, report }: GateRun) => ({
  exitCode,
  day: report?.effectiveDay,
  reasons: report?.reasons,
  findings: report?.findings.map((f) => `${f.effect} ${f.code}: ${f.message}${f.effectiveOn === undefined ? '' : ` [${f.effectiveOn}]`}`),
});

describe('a pull request that brings a rule with a day, and a change that the rule forbids', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => {
    fleet.branch();
    fleet.write('policies/rules/fleet/adapter_name/adapter_name.rego', rego);
    fleet.replace('agents/nokia-netact-adapter/rings/w0/region/kustomization.yaml', 'resources:', '# A change.\nresources:');
  });
  afterAll(() => fleet.close());

  test('is allowed with a warning before that day', () => {
    const run = fleet.gate();
    expect(told(run)).toMatchObject({
      exitCode: 0,
      findings: ['warn fleet.adapter_name: nokia-netact-adapter is called an adapter (denied from 2099-06-01 on) [2099-06-01]'],
    });
    expect(run.report?.reasons[1]).toBe('1 warning');
    expect(run.stdout).toContain('Does not block: 1 warning');
  });

  test.each(['2099-05-31', '2099-06-01T01:00:00+02:00'])('is allowed with a warning on %s', (time) => {
    expect(told(fleet.gate(['--effective-time', time]))).toMatchObject({ exitCode: 0, day: '2099-05-31' });
  });

  test('is denied on that day', () => {
    expect(told(fleet.gate(['--effective-time', '2099-06-01']))).toEqual({
      exitCode: 1,
      day: '2099-06-01',
      reasons: ['1 violation'],
      findings: ['deny fleet.adapter_name: nokia-netact-adapter is called an adapter'],
    });
  });

  test('is not judged as on a day that is over, unless that is asked for', () => {
    const { exitCode, stderr, report } = fleet.gate(['--effective-time', '2020-01-01']);
    expect({ exitCode, report, fault: stderr.split('\n')[0] }).toEqual({ exitCode: 2, report: undefined, fault: 'GATE_BAD_TIME' });
    expect(told(fleet.gate(['--effective-time', '2020-01-01', '--allow-past-effective-time']))).toMatchObject({ exitCode: 0, day: '2020-01-01' });
  });
});
