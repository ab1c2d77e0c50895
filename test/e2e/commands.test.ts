import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';
import { patched, runAsRoot } from '../support/guard-stories.ts';

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
    expect(stdout.replace(/[0-9a-f]{12}/, '<base>')).toMatchInlineSnapshot(`
      "ranfleet diff  <base> -> working tree
      2 files changed · 1 cluster · waves w3 · countries SE · vendors ericsson · 420 cells (4.4 % of production) · agents anr-manager

      ~ argoproj.io/v1alpha1/Rollout/anr-manager/agent  1 cluster, w3
          ~ spec.template.spec.containers[name=agent].image: registry.norvik.example/agents/anr-manager@sha256:3cea3ff59fdb5cd56c3b5a895e2c9833aaca8ca… -> docker.io/library/anr:latest
      "
    `);
  });

  test('render prints one root, and lists all roots', () => {
    expect(fleet.run(['render', 'agents/anr-manager/rings/w3/region']).stdout).toContain('image: docker.io/library/anr:latest');
    const roots = fleet.run(['render']).stdout.trim().split('\n');
    expect(roots.filter((r) => /^clusters\/[a-z0-9-]+$/.test(r))).toHaveLength(44);
    expect(fleet.run(['render', 'agents/nobody']).exitCode).toBe(2);
  });

  test('explain tells what a rule demands, and all about one finding', () => {
    expect(fleet.run(['explain', 'security.image_digest']).stdout).toMatchInlineSnapshot(`
      "security.image_digest  SEC-07
      Images are pinned by digest and come from the operator's registry

      Why:      A tag can move between the canary and the fleet, so that both run different code under one name. The same holds for what else
      decides how an agent acts: models, prompts, policy bundles and images that its run-time configuration names (rule 6 of the RAN
      change-safety rules), and for the images that an operator starts because a custom resource names them.
      Fix:      Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:...
      Severity: denies
      Controls: SOC2 CC6.8, SOC2 CC7.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(d), NIST SR-3, NIST SR-4, NIST SR-11, NIST SI-7
      Page:     docs/policies/security.image_digest.md
      "
    `);
    const { report } = fleet.gate();
    const fingerprint = report?.findings[0]?.fingerprint ?? '';
    expect(fleet.run(['explain', fingerprint]).stdout.replaceAll(fingerprint, '<fingerprint>')).toMatchInlineSnapshot(`
      "deny security.image_digest  <fingerprint>
      Where: agents/anr-manager/releases/1.0.1/kustomization.yaml:5
      Of:    argoproj.io/v1alpha1/Rollout/anr-manager/agent spec.template.spec.containers[0].image
      In:    agents/anr-manager/rings/w3/region
      What:  container agent uses image docker.io/library/anr:latest: it has no sha256 digest
      Why:   A tag can move between the canary and the fleet, so that both run different code under one name. The same holds for what else
      decides how an agent acts: models, prompts, policy bundles and images that its run-time configuration names (rule 6 of the RAN
      change-safety rules), and for the images that an operator starts because a custom resource names them.
      Fix:   Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:...
      Rule:  SEC-07 denies

      As rendered, at spec.template.spec.containers[0].image:
        docker.io/library/anr:latest

      Layers that set it, last applied first:
      > agents/anr-manager/releases/1.0.1/kustomization.yaml:5  image: images[name=agent].newTag
        agents/_traits/rollout/v1/rollout.yaml:23  resource: Rollout agent spec.template.spec.containers[0].image
        with it:    docker.io/library/anr:latest
        without it: agent
      Proven: without this layer kustomize renders another value.
      "
    `);
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
        .replace(/\d+ rendered, \d+ from/, '<n> rendered, <n> from')
        .replace(/by \d+ rules/, 'by <n> rules'),
    ).toMatchInlineSnapshot(`
      "<!-- ranfleet-gate:change -->
      ## ❌ DENY: 2 violations

      **2 violations · 1 warning**

      **2 files changed** · 1 cluster · waves w3 · countries SE · vendors ericsson · 420 cells \\(4.4 % of production\\) · agents anr-manager

      rollback certificate over 1 unit: 21 proven safe, 1 unsafe, 0 unproven, 3 not applicable

      ### ❌ security.image\\_digest

      container agent uses image docker.io/library/anr:latest: it has no sha256 digest

      - where: **agents/anr-manager/releases/1.0.1/kustomization.yaml:5**
      - object: argoproj.io/v1alpha1/Rollout/anr-manager/agent spec.template.spec.containers\\[0\\].image
      - in: agents/anr-manager/rings/w3/region
      - fix: Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:...

      ### ❌ security.image\\_digest

      container agent uses image docker.io/library/anr:latest: its registry is not allowed

      - where: **agents/anr-manager/releases/1.0.1/kustomization.yaml:5**
      - object: argoproj.io/v1alpha1/Rollout/anr-manager/agent spec.template.spec.containers\\[0\\].image
      - in: agents/anr-manager/rings/w3/region
      - fix: Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:...

      ### 🔶 change.version\\_order

      anr-manager in w3 goes from 1.0.0 to 1.0.1: older releases still run in w0, w1

      - where: **agents/anr-manager/rings/w3/pin/kustomization.yaml:5**
      - object: anr-manager
      - fix: Promote the earlier rings first and let them soak; say in the pull request when this is a revert.

      ### 🎭 anr-manager in prd-region-se-north-01: 420 cells, 53760 decisions an hour, 5.0 % of them by the canary; 1000 rehearsals of each

      - Errors are seen from 20x on: at least 80 of 100 rollouts abort.
      - To see errors double takes 18308 decisions of the canary: 6.8 h at this work \\(level 1 %, power 90 %\\).
      - A healthy revision is aborted in 3.1 % and waits for a person in 29.1 % of its rollouts; else it takes 23 min.
      - After an abort a pod of stable has up to 2 times its work.

      <details><summary>All scenarios</summary>

      | revision | aborts \\(95 %\\) | waits | promoted | abort after | decisions | cells | 30-day budget | restored in |
      |---|---|---|---|---|---|---|---|---|
      | healthy | 3\\.1 % \\(2.2-4.4\\) | 29\\.1 % | 67\\.8 % | 13 min, 95 % 24 min | 1702 | 21 | 0 % | 0 s |
      | errors 1.25x | 4\\.2 % \\(3.1-5.6\\) | 36\\.6 % | 59\\.2 % | 13 min, 95 % 21 min | 1838 | 21 | &lt;0.1 % | 0 s |
      | errors 2x | 9\\.6 % \\(7.9-11.6\\) | 41\\.8 % | 48\\.6 % | 12 min, 95 % 22 min | 1988 | 21 | &lt;0.1 % | 0 s |
      | errors 5x | 34\\.8 % \\(31.9-37.8\\) | 47\\.6 % | 17\\.6 % | 12 min, 95 % 23 min | 2060 | 21 | &lt;0.1 % | 0 s |
      | errors 20x | 87\\.5 % \\(85.3-89.4\\) | 12\\.5 % | 0 % | 9 min, 95 % 13 min | 403 | 21 | &lt;0.1 % | 0 s |
      | crash at start | 100 % \\(99.6-100.0\\) | 0 % | 0 % | 60 s, 95 % 60 s | 0\\.0 | 0 | 0 % | 0 s |
      | slow decisions 5x | 74\\.5 % \\(71.7-77.1\\) | 25\\.5 % | 0 % | 9 min, 95 % 12 min | 1000 | 21 | &lt;0.1 % | 0 s |
      | leak, killed after 10 min | 2\\.4 % \\(1.6-3.5\\) | 35\\.5 % | 62\\.1 % | 12 min, 95 % 19 min | 1949 | 21 | 0 % | 0 s |
      | other decisions 20x | 70\\.2 % \\(67.3-73.0\\) | 29\\.8 % | 0 % | 4 min, 95 % 8 min | 75 | 21 | 0 % | 0 s |
      | errors 20x, no metrics from minute 5 to 25 | 100 % \\(99.6-100.0\\) | 0 % | 0 % | 10 min, 95 % 10 min | 0\\.0 | 0 | 0 % | 0 s |

      </details>

      <details><summary>changed <b>argoproj.io/v1alpha1/Rollout/anr-manager/agent</b> · 1 cluster, w3</summary>

      \`\`\`diff
      ! spec.template.spec.containers[name=agent].image: registry.norvik.example/agents/anr-manager@sha256:<commit><commit><commit>8ca… -> docker.io/library/anr:latest
      \`\`\`

      </details>


      <sub><commit> to <commit>: 1 root affected, <n> rendered, <n> from the cache, 18 objects held against schemas, 1 judged by <n> rules in <n> s</sub>
      "
    `);
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

describe('a command whose reader is gone', () => {
  let fleet: FleetClone;
  beforeAll(() => {
    fleet = new FleetClone();
    fleet.branch();
    patched(fleet, 'w3', runAsRoot);
    fleet.commit('A pull request');
  });
  afterAll(() => fleet.close());

  test.each([
    ['--help'],
    ['render'],
    ['render', 'agents/mro-optimizer/rings/w3/region', '--json'],
    ['diff', '--base', 'main'],
    ['explain', 'security.image_digest'],
    ['waiver', 'check'],
    ['rehearse', 'mro-optimizer', '--ring', 'w3', '--replications', '50'],
    ['gate', '--base', 'main'],
  ])('%s %s ends without a word, and its exit code tells that not all was read', (...args) => {
    expect(fleet.unread(args)).toEqual({ exitCode: 141, stderr: '' });
  });

  test('still writes its reports', () => {
    expect(fleet.unread(['gate', '--base', 'main', '--json', 'report.json'])).toEqual({ exitCode: 141, stderr: '' });
    expect(JSON.parse(fleet.read('report.json'))).toMatchObject({ outcome: 'deny' });
  });

  test('says so when what it found can not be written at all', () => {
    const { exitCode, stderr } = fleet.unread(['render'], '> /dev/full');
    expect([exitCode, stderr]).toEqual([3, 'GATE_OUTPUT what was found can not be written (ENOSPC)\n']);
  });
});
