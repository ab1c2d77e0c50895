import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';

describe('the command line', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
    fleet.branch();
    fleet.write(
      'agents/anr-manager/releases/1.0.1/kustomization.yaml',
      'resources: [../../config/1]\nimages:\n  - name: agent\n    newName: docker.io/library/anr\n    newTag: latest\n',
    );
    fleet.replace('agents/anr-manager/rings/w3/pin/kustomization.yaml', 'releases/1.0.0', 'releases/1.0.1');
    fleet.commit('A pull request');
  });
  afterAll(() => fleet.close());

  test('diff shows the change and its reach without a verdict', () => {
    const { exitCode, stdout } = fleet.run(['diff']);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/[0-9a-f]{12}/, '<base>')).toMatchInlineSnapshot();
  });

  test('render prints one root, and lists all roots', () => {
    expect(fleet.run(['render', 'agents/anr-manager/rings/w3/region']).stdout).toContain('image: docker.io/library/anr:latest');
    const roots = fleet.run(['render']).stdout.trim().split('\n');
    expect(roots.filter((r) => /^clusters\/[a-z0-9-]+$/.test(r))).toHaveLength(44);
    expect(fleet.run(['render', 'agents/nobody']).exitCode).toBe(2);
  });

  test('explain tells what a rule demands, and all about one finding', () => {
    expect(fleet.run(['explain', 'security.image_digest']).stdout).toMatchInlineSnapshot();
    const { report } = fleet.gate();
    const fingerprint = report?.findings[0]?.fingerprint ?? '';
    expect(fleet.run(['explain', fingerprint]).stdout.replaceAll(fingerprint, '<fingerprint>')).toMatchInlineSnapshot();
    expect(fleet.run(['explain', 'no.such_rule']).exitCode).toBe(2);
  });

  test('writes the report as JSON and as a comment that fits', () => {
    const run = fleet.gate(['--markdown', `${fleet.directory}/comment.md`]);
    expect(verdictOf(run).exitCode).toBe(1);
    expect(
      fleet
        .read('comment.md')
        .replace(/[0-9a-f]{12}/g, '<commit>')
        .replace(/in [\d\\.]+ s/, 'in <n> s')
        .replace(/\d+ rendered, \d+ from/, '<n> rendered, <n> from'),
    ).toMatchInlineSnapshot();
  });

  test('misuse is exit 2 with a hint, help is exit 0', () => {
    expect(fleet.run([]).exitCode).toBe(2);
    expect(fleet.run(['gate', '--no-such-option'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ranfleet --help') });
    expect(fleet.run(['gate', '--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--markdown <file>') });
  });

  test('generate --check is content with the repository as it stands', () => {
    expect(fleet.run(['generate', '--check'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+ generated files are up to date\.\n$/) });
  });
});
