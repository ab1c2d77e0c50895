import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone } from '../support/fleet-clone.ts';
import { dayFromNow, patched, runAsRoot, told, waiver } from '../support/guard-stories.ts';

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
          "waived by anr-privileged | deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w3/region",
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
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
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
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w4/region",
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
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
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
          "deny | security.privilege | argoproj.io/v1alpha1/Rollout/anr-manager/agent | container agent is privileged | agents/anr-manager/rings/w5/region",
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
