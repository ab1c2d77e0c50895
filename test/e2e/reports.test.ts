import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupFindings } from '#report/group-findings.ts';
import { FleetClone } from '../support/fleet-clone.ts';

let fleet: FleetClone;
const out = mkdtempSync(path.join(tmpdir(), 'ranfleet-reports-'));
const at = (name: string): string => path.join(out, name);
beforeAll(() => {
  fleet = new FleetClone();
});
afterAll(() => {
  fleet.close();
  rmSync(out, { recursive: true });
});

test('one run writes every report, and all of them tell the same findings', () => {
  fleet.branch();
  fleet.replace('agents/_traits/service-account/v1/service-account.yaml', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true');
  writeFileSync(at('step.md'), 'an earlier step\n');
  fleet.environment['GITHUB_STEP_SUMMARY'] = at('step.md');
  const run = fleet.gate(['--html', at('r.html'), '--sarif', at('r.sarif'), '--junit', at('r.xml'), '--markdown', at('r.md')]);
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const findings = run.report?.findings ?? [];
  expect(run.exitCode).toBe(1);
  expect(findings.length).toBeGreaterThan(0);
  const sarif = JSON.parse(read('r.sarif')) as { runs: { results: { partialFingerprints: Record<string, string> }[] }[] };
  expect(sarif.runs[0]?.results.map((r) => r.partialFingerprints['ranfleet/v1'])).toEqual(findings.map((f) => f.fingerprint));
  const violations = findings.filter(({ standing }) => standing === undefined);
  const causes = groupFindings(violations).length;
  expect(read('r.xml').match(/<failure /g)).toHaveLength(violations.length);
  expect(read('r.xml').match(/<skipped /g)).toHaveLength(findings.length - violations.length);
  expect(read('r.html').match(/<article class="finding violation"/g)).toHaveLength(causes);
  expect(read('r.html')).toContain('<td class="is">automountServiceAccountToken: <ins>true</ins></td>');
  expect(read('r.html').match(/class="tile near/g)).toHaveLength(run.report?.blastRadius.clusters.length ?? 0);
  expect(read('r.md').match(/^### ❌/gm)).toHaveLength(causes);
  expect(read('r.md').startsWith('<!-- ranfleet-gate:change -->\n')).toBe(true);
  expect(read('step.md').startsWith('an earlier step\n## ❌ DENY')).toBe(true);
});
