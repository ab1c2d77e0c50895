import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nightlyCommand } from '#cli/nightly.ts';
import type { PinRow } from '#nightly/pins.ts';
import type { Remark } from '#nightly/remark.ts';
import { addDays, dayOf } from '#util/day.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { StoredIssues } from '../support/github/issues.ts';
import { openedSettings } from '../support/github/settings-run.ts';
import { dayFromNow, waiver } from '../support/guard-stories.ts';
import { memoryOutput } from '../support/memory-output.ts';

/** The night of the look, 40 days after everything was committed. */
const night = dayFromNow(40);
const release = (agent: string, version: string, digest: string): [string, string] => [
  `agents/${agent}/releases/${version}/kustomization.yaml`,
  `resources: [../../config/1]\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/${agent}\n    digest: sha256:${digest.repeat(32)}\n`,
];

const rule = `# METADATA
# title: One image is not used any more
# description: A rule of this test, which only what this test pins breaks.
# custom:
#   id: TST-01
#   severity: deny
#   effective_on: "${addDays(night, 20)}"
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

interface Report {
  readonly day: string;
  readonly pins: readonly PinRow[];
  readonly comingRules: readonly { readonly code: string; readonly effectiveOn: string }[];
  readonly remarks: readonly Remark[];
}

describe('a nightly look at a fleet that nobody changed for 40 days', () => {
  let fleet: FleetClone;
  let report: Report;
  let exitCode: number | null;

  beforeAll(() => {
    fleet = new FleetClone();
    for (const [file, text] of [
      release('nokia-netact-adapter', '1.0.1', 'cd'),
      release('mro-optimizer', '1.0.1', 'ab'),
      release('mro-optimizer', '1.1.0', 'ef'),
    ])
      fleet.write(file, text);
    fleet.replace('agents/nokia-netact-adapter/rings/w0/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
    fleet.write('policies/rules/fleet/old_image/old_image.rego', rule);
    const head = 'apiVersion: ranfleet.norvik.example/v1alpha1\n';
    fleet.write(
      'agents/anr-manager/quarantine.yaml',
      `${head}kind: Quarantine\nreleases:\n  - {release: 1.0.0, ring: w0, reason: Handovers failed twice as often., at: "2026-01-01T00:00:00.000Z"}\n`,
    );
    fleet.write(
      'stop-the-line.yaml',
      `${head}kind: StopTheLine\nreason: A storm is on its way.\nowner: "@norvik/ran-operations"\nsince: "2026-01-01T00:00:00.000Z"\n`,
    );
    fleet.write('waivers/anr-privileged.yaml', waiver({ effectiveOn: dayFromNow(30), effectiveUntil: dayFromNow(55) }));
    fleet.write('waivers/anr-over.yaml', waiver({ id: 'anr-over', effectiveUntil: dayFromNow(20) }));
    fleet.commit('What the night finds');
    const { stdout, stderr, exitCode: code } = fleet.run(['nightly', '--effective-time', night, '--json']);
    exitCode = code;
    if (!stdout.startsWith('{')) throw new Error(stderr);
    report = JSON.parse(stdout);
  });
  afterAll(() => fleet.close());

  const told = (code: string) => report.remarks.filter((r) => r.code === code).map(({ effect, agent, message, file }) => [effect, agent, message, file]);

  test('denies that a ring still runs what is in quarantine', () => {
    expect(exitCode).toBe(1);
    expect(told('nightly.pin_quarantined')[0]).toEqual([
      'deny',
      'anr-manager',
      'w0 still runs 1.0.0, which is in quarantine',
      'agents/anr-manager/rings/w0/pin/kustomization.yaml',
    ]);
  });

  test('tells rings that stayed behind, by how much and since when', () => {
    const rows = report.pins.filter(({ agent }) => agent === 'mro-optimizer');
    expect(new Set(rows.map(({ newer }) => newer.join()))).toEqual(new Set(['1.0.1,1.1.0']));
    expect(rows.map(({ behindSince }) => behindSince)).toEqual(rows.map(() => dayOf(new Date())));
    const behind = told('nightly.pin_behind').filter(([, agent]) => agent === 'mro-optimizer');
    expect(behind).toHaveLength(rows.length);
    expect(behind[0]?.slice(0, 3)).toEqual([
      'warn',
      'mro-optimizer',
      `w0 runs 1.0.0, 2 releases behind 1.1.0; the first of them appeared on ${dayOf(new Date())}`,
    ]);
  });

  test('does not tell a ring that has the newest release', () => {
    const rows = report.pins.filter(({ agent, ring }) => agent === 'nokia-netact-adapter' && ring === 'w0');
    expect(rows).toMatchObject([{ release: '1.0.1', newer: [], behindSince: null, isQuarantined: false }]);
    expect(told('nightly.pin_behind').filter(([, agent, message]) => agent === 'nokia-netact-adapter' && String(message).startsWith('w0 '))).toEqual([]);
  });

  test('says what a rule would deny that comes into force within a month', () => {
    expect(report.comingRules).toEqual([{ code: 'fleet.old_image', effectiveOn: addDays(night, 20) }]);
    expect(told('fleet.old_image').map((t) => t.slice(0, 3))).toEqual([
      [
        'warn',
        'nokia-netact-adapter',
        expect.stringMatching(new RegExp(`^denies from ${addDays(night, 20)} on what stands in 1 place: nokia-netact-adapter runs an image`)),
      ],
    ]);
  });

  test('tells waivers that are over, that end soon, and that cover nothing', () => {
    const waivers = report.remarks.filter(({ code }) => code.startsWith('waiver.')).map(({ code, effect, agent, file }) => [code, effect, agent, file]);
    expect(waivers).toEqual([
      ['waiver.expired', 'warn', 'anr-manager', 'waivers/anr-over.yaml'],
      ['waiver.ending', 'warn', 'anr-manager', 'waivers/anr-privileged.yaml'],
      ['waiver.unused', 'warn', 'anr-manager', 'waivers/anr-privileged.yaml'],
    ]);
  });

  test('tells that the line is stopped', () => {
    expect(told('nightly.line_stopped')).toEqual([
      ['warn', null, 'nothing but ways back moves since 2026-01-01T00:00:00.000Z: A storm is on its way.', 'stop-the-line.yaml'],
    ]);
  });

  test('says the same as text, what is wrong first', () => {
    const { stdout } = fleet.run(['nightly', '--effective-time', night]);
    expect(stdout).toContain('deny nightly.pin_quarantined  anr-manager agents/anr-manager/rings/w0/pin/kustomization.yaml:1: w0 still runs 1.0.0');
    expect(stdout).toContain('mro-optimizer w0: 1.0.0 since ');
    expect(stdout).toMatch(/\d+ pins, \d+ behind; 1 rule coming; \d+ remarks\.\n$/);
  });

  test('can not be had from a clone without the whole history', () => {
    fleet.git('clone', '--quiet', '--depth', '1', `file://${fleet.directory}`, `${fleet.directory}/shallow`);
    const shallow = fleet.run(['nightly'], undefined, 'shallow');
    expect(shallow).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('GATE_SHALLOW') });
  });

  test('knows nothing of any cluster without the log that was named', () => {
    const { exitCode: code, stdout } = fleet.run(['nightly', '--head', 'main~1', '--observations', 'none.ndjson', '--json', '--effective-time', dayFromNow(2)]);
    const { remarks }: Report = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(remarks).toMatchObject([{ code: 'nightly.live_unseen', effect: 'undecided', agent: null }]);
  });

  test('exits with 0 when all is well, with 3 when GitHub does not answer, and keeps the issue about it', async () => {
    const issues = new StoredIssues();
    const { apply, apiUrl, double } = await openedSettings({
      ...issues.routes(),
      'get /repos/{owner}/{repo}/rulesets/rule-suites': ({ page }) => page([], (items) => items),
    });
    await apply();
    const night = (head: string) => {
      const environment = { GITHUB_TOKEN: 'secret', GITHUB_API_URL: apiUrl };
      const options = { head, github: 'norvik/ran', issues: true, login: issues.login };
      return nightlyCommand(fleet.directory, options, environment, memoryOutput().output);
    };
    double.fail(/^GET .*\/environments$/, { kind: 'status', status: 403 });
    expect(await night('main~1')).toBe(3);
    expect(issues.open.map(({ title }) => title)).toEqual(['fleet: found by the nightly look']);
    expect(issues.open[0]?.body).toContain('**undecided** `nightly.settings`');
    expect(await night('main~1')).toBe(0);
    expect(issues.open).toEqual([]);
  });
});
