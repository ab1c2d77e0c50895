import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Certificate } from '#model/certificate.ts';
import { FleetClone } from '../support/fleet-clone.ts';

const agent = 'agents/mro-optimizer';
const pin = `${agent}/rings/w3/pin/kustomization.yaml`;
const release = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../config/1
images:
  - name: agent
    newName: registry.norvik.example/agents/mro-optimizer
    digest: sha256:${createHash('sha256').update('mro-optimizer 1.0.1').digest('hex')}
`;

describe('ranfleet certify', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  const certify = (...args: string[]) => {
    fleet.commit('A pull request');
    return fleet.run(['certify', '--base', 'main', '--head', 'HEAD', ...args]);
  };
  const promote = (): void => {
    fleet.write(`${agent}/releases/1.0.1/kustomization.yaml`, release);
    fleet.replace(pin, 'releases/1.0.0', 'releases/1.0.1');
  };
  /** What is not safe, as `hazard verdict direction file:line`. */
  const problems = (stdout: string): string[] => {
    const { units } = JSON.parse(stdout) as Certificate;
    return units.flatMap(({ results }) =>
      results
        .filter(({ verdict }) => verdict === 'unsafe' || verdict === 'unproven')
        .map(({ hazard, verdict, direction, file, line }) => `${hazard} ${verdict} ${direction} ${file}:${line}`),
    );
  };

  test('proves every hazard of an ordinary promotion, and says by what', () => {
    promote();
    const { exitCode, stdout } = certify('--verbose');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${agent}/rings/w3/region  changed, 1 cluster: 22 proven safe, 0 unsafe, 0 unproven, 3 not applicable`);
    expect(new Set([...stdout.matchAll(/^ {2}(R\d+)/gm)].map((m) => m[1])).size).toBe(16);
    expect(stdout).toContain('R10 safe forward');
  });

  test('proves the way back of a promotion: a revert is a change as well', () => {
    promote();
    fleet.commit('Promote');
    const { exitCode, stdout } = fleet.run(['certify', '--base', 'HEAD', '--head', 'main', '--json']);
    expect([exitCode, problems(stdout)]).toEqual([0, []]);
  });

  test('has nothing to say about documents', () => {
    fleet.write('docs/note.md', 'A note.\n');
    expect(certify()).toMatchObject({ exitCode: 0, stdout: 'Nothing that runs changes: there is nothing to take back.\n' });
  });

  test('names the lines that make a change unsafe, and the gate denies it by them', () => {
    promote();
    const config = `${agent}/config/1/kustomization.yaml`;
    fleet.replace(config, 'resources:\n  - placement.yaml\n', 'resources:\n  - placement.yaml\n  - cleanup.yaml\n');
    fleet.write(
      `${agent}/config/1/cleanup.yaml`,
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: cleanup\n  annotations:\n    ranfleet.norvik.example/undo: none\nspec:\n  template: {}\n',
    );
    const { exitCode, stdout } = certify('--root', `${agent}/rings/w3/region`, '--json');
    expect(exitCode).toBe(1);
    expect(problems(stdout)).toContain(`R8 unsafe forward ${agent}/config/1/cleanup.yaml:6`);
    const { report } = fleet.gate();
    const denied = report?.findings.filter(({ code }) => code === 'rollback.hooks') ?? [];
    expect(denied.length).toBeGreaterThan(0);
    expect(new Set(denied.map(({ effect, source, file, line }) => `${effect} ${source} ${file}:${line}`))).toEqual(
      new Set([`deny certificate ${agent}/config/1/cleanup.yaml:6`]),
    );
  });

  test('does not prove what Git does not hold: steps that change alone', () => {
    fleet.write(
      `${agent}/rings/w3/pin/kustomization.yaml`,
      `${fleet.read(pin)}patches:\n  - target: { kind: Rollout }\n    patch: |-\n      - op: remove\n        path: /spec/strategy/canary/steps/0\n`,
    );
    const { exitCode, stdout } = certify('--json');
    expect(exitCode).toBe(3);
    expect(problems(stdout).map((text) => text.replace(/ [^ ]*$/, ''))).toEqual(['R10 unproven forward', 'R10 unproven back']);
  });
});
