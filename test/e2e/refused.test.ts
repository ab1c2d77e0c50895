import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, type GateRun, verdictOf } from '../support/fleet-clone.ts';
import { repository } from '../support/policy-cases.ts';

/** The engine without its built tools, as after a clone in which nobody has run the set-up. */
const engineWithoutTools = (): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ranfleet-engine-'));
  for (const name of ['src', 'scripts', 'tools', 'package.json']) cpSync(path.join(repository, name), path.join(directory, name), { recursive: true });
  symlinkSync(path.join(repository, 'node_modules'), path.join(directory, 'node_modules'));
  mkdirSync(path.join(directory, '.tools'));
  return directory;
};

const faultOf = ({ exitCode, stderr, report }: GateRun) => ({
  exitCode,
  stderr: stderr.replace(/\b[0-9a-f]{12}\b/g, '<commit>'),
  hasReport: report !== undefined,
});

describe('a pull request that is refused before kustomize runs', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  const refusedFor = (resource: string): ReturnType<typeof verdictOf> => {
    fleet.write('agents/anr-manager/config/2/kustomization.yaml', `resources:\n  - ../1\n  - ${resource}\n`);
    const run = fleet.gate();
    expect(run.report?.evidence).toMatchObject({ rendered: 0, fromCache: 0, judged: 0 });
    return verdictOf(run);
  };

  test('names a remote base', () => {
    expect(refusedFor('https://github.com/argoproj/argo-cd//manifests/crds?ref=v3.6.1')).toMatchInlineSnapshot(`
      {
        "agents": "",
        "cells": 0,
        "changes": [],
        "clusters": 0,
        "exitCode": 1,
        "findings": [
          "deny source.remote_base agents/anr-manager/config/2/kustomization.yaml:3: resources: https://github.com/argoproj/argo-cd//manifests/crds?ref=v3.6.1 would be fetched over the network",
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

  test('leaves the repository', () => {
    expect(refusedFor('../../../../../etc').findings).toMatchInlineSnapshot(`
      [
        "deny source.outside_repository agents/anr-manager/config/2/kustomization.yaml:3: resources: ../../../../../etc leaves the repository",
      ]
    `);
  });

  test('goes through a symbolic link', () => {
    symlinkSync('/etc', path.join(fleet.directory, 'agents/anr-manager/elsewhere'));
    expect(refusedFor('../../elsewhere').findings).toMatchInlineSnapshot(`
      [
        "deny source.symlink agents/anr-manager/config/2/kustomization.yaml:3: agents/anr-manager/elsewhere is a symbolic link",
      ]
    `);
  });

  test('inflates a Helm chart, runs a function, and closes a cycle', () => {
    fleet.write(
      'agents/anr-manager/config/2/kustomization.yaml',
      'helmCharts:\n  - name: nats\n    repo: oci://charts\ntransformers: [function.yaml]\nresources: [../2/inner]\n',
    );
    fleet.write('agents/anr-manager/config/2/inner/kustomization.yaml', 'resources: [../../2]\n');
    fleet.write(
      'agents/anr-manager/config/2/function.yaml',
      'apiVersion: v1\nkind: Anything\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./steal}\n',
    );
    expect(verdictOf(fleet.gate()).findings).toMatchInlineSnapshot(`
      [
        "deny source.cycle agents/anr-manager/config/2/kustomization.yaml:5: resources: ../2/inner closes a cycle: agents/anr-manager/config/2/inner -> agents/anr-manager/config/2 -> agents/anr-manager/config/2/inner",
        "deny source.function agents/anr-manager/config/2/function.yaml:1: runs an exec or container function",
        "deny source.helm_inflation agents/anr-manager/config/2/kustomization.yaml:1: helmCharts: inflates a Helm chart at render time",
      ]
    `);
  });

  test('is not YAML: file, line and column are named', () => {
    fleet.replace('agents/anr-manager/rings/w3/pin/kustomization.yaml', 'resources:', 'resources: [');
    expect(faultOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "hasReport": false,
        "stderr": "GATE_MALFORMED
      agents/anr-manager/rings/w3/pin/kustomization.yaml:5:3: is not YAML: Block collections are not allowed within flow collections. Mend the syntax.
      Mend these files; nothing was rendered or judged.
      ",
      }
    `);
  });

  test('breaks the schema of the facts: file, line and column are named', () => {
    fleet.replace('clusters/prd-edge-se-north-kir/cluster.yaml', '  cells: 36', '  cells: many');
    fleet.replace('agents/anr-manager/agent.yaml', 'tier: W', 'tier: X');
    expect(faultOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "hasReport": false,
        "stderr": "GATE_MALFORMED
      agents/anr-manager/agent.yaml:8:1: tier: Invalid option: expected one of "R"|"A"|"W"
      clusters/prd-edge-se-north-kir/cluster.yaml:20:3: spec.cells: Invalid input: expected number, received string
      Mend the facts; their fields and meaning are in docs/schemas/.
      ",
      }
    `);
  });

  test('names a file that does not exist', () => {
    fleet.write('agents/anr-manager/config/2/kustomization.yaml', 'resources:\n  - ../1\n  - rollout.yaml\n');
    expect(faultOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "hasReport": false,
        "stderr": "GATE_MALFORMED
      agents/anr-manager/config/2/kustomization.yaml:3: resources: rollout.yaml does not exist. Mend the path, or commit the file.
      Mend these files; nothing was rendered or judged.
      ",
      }
    `);
  });
});

describe('a run that can not judge', () => {
  let fleet: FleetClone;
  let engine: string;
  beforeAll(() => {
    fleet = new FleetClone();
    engine = engineWithoutTools();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => {
    fleet.close();
    rmSync(engine, { recursive: true, force: true });
  });

  test('has no kustomize: undecided, with the command that mends it', () => {
    fleet.replace('agents/anr-manager/rings/w3/pin/kustomization.yaml', '# The pin', '# This pin');
    expect(faultOf(fleet.gate([], engine))).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "hasReport": false,
        "stderr": "GATE_TOOL_MISSING
      kustomize is not built (.tools/bin/kustomize)
      Run \`node scripts/ensure.mjs tools\`.
      ",
      }
    `);
  });

  test('is asked about a revision that does not exist', () => {
    const { exitCode, stderr } = fleet.run(['gate', '--base', 'nowhere']);
    expect({ exitCode, stderr }).toMatchInlineSnapshot(`
      {
        "exitCode": 2,
        "stderr": "GATE_NO_REVISION
      there is no revision nowhere
      Name a branch, tag or commit that this clone has.
      ",
      }
    `);
  });

  test('has no policies', () => {
    fleet.git('checkout', '--quiet', 'main');
    fleet.remove('policies');
    fleet.commit('No rule is left');
    fleet.git('checkout', '--quiet', '-b', 'without-policies');
    fleet.replace('agents/anr-manager/rings/w3/pin/kustomization.yaml', '# The pin', '# This pin');
    expect(faultOf(fleet.gate())).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "hasReport": false,
        "stderr": "GATE_POLICY_FAILED
      the policies could not be compiled: <commit> has no policies
      Run \`npm run test:policies\`.
      ",
      }
    `);
  });
});
