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
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });

  test('changes documents only', () => {
    fleet.write('docs/note.md', 'A note.\n');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });

  test('adds a release that no ring pins yet', () => {
    fleet.write('agents/anr-manager/releases/1.1.0/kustomization.yaml', releaseOf('anr-manager', '1.1.0'));
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
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
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
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
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });

  test('revises an agent and moves one ring to the new release', () => {
    fleet.replace('agents/mro-optimizer/agent.yaml', 'replicas: 2', 'replicas: 3');
    expect(fleet.run(['generate'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ranfleet agent revise mro-optimizer') });
    const made = fleet.run(['agent', 'revise', 'mro-optimizer', '--release', '1.1.0', '--digest', digest('mro-optimizer 1.1.0')]);
    expect(made.exitCode, made.stderr).toBe(0);
    fleet.replace('agents/mro-optimizer/rings/w0/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.1.0');
    expect(verdictOf(fleet.gate())).toMatchInlineSnapshot();
  });
});
