import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FleetClone, verdictOf } from '../support/fleet-clone.ts';
import { FleetEvidence } from '../support/fleet-evidence.ts';
import { generate, pin, revise } from '../support/stories.ts';

const agent = 'mro-optimizer';
const newCluster = [
  'prd-region-se-new-01',
  '--wave',
  'w3',
  '--hub',
  'prd-hub-se-01',
  '--country',
  'SE',
  '--residency',
  'EU/SE',
  '--vendor',
  'ericsson=100',
  '--time-zone',
  'Europe/Stockholm',
];
const badDigest = `sha256:${'bad0'.repeat(16)}`;

/** What the Applications of a cluster read, by agent: what Argo CD would sync. */
const revisionsOf = (fleet: FleetClone, cluster: string): Map<string, string> => {
  const { exitCode, stdout, stderr } = fleet.run(['render', `clusters/${cluster}`, '--json']);
  expect(exitCode, stderr).toBe(0);
  const objects = JSON.parse(stdout) as { kind: string; metadata: { labels?: Record<string, string> }; spec: { source: { targetRevision: string } } }[];
  return new Map(
    objects.flatMap(({ kind, metadata: { labels }, spec }) => {
      const name = labels?.['ranfleet.norvik.example/agent'];
      return kind === 'Application' && name !== undefined ? [[name, spec.source.targetRevision] as const] : [];
    }),
  );
};

/** The image that the unit of a ring runs at a commit. */
const imageAt = (fleet: FleetClone, revision: string): string => {
  const { stdout, exitCode } = fleet.run(['render', `agents/${agent}/rings/w3/region`, '--head', revision]);
  expect(exitCode).toBe(0);
  return /image: (\S+)/.exec(stdout)?.[1] ?? '';
};

/** What the rules about records say of a branch, and whatever is undecided. */
const verdict = (fleet: FleetClone) => {
  const { exitCode, findings } = verdictOf(fleet.gate());
  return { exitCode, findings: findings?.filter((f) => /^undecided | change\./.test(f)) };
};

describe('while w3 soaks a release', () => {
  let fleet: FleetClone;
  let evidence: FleetEvidence;
  let before: string;

  beforeAll(async () => {
    fleet = new FleetClone();
    evidence = new FleetEvidence(fleet);
    revise(fleet, agent, '1.1.0', badDigest);
    await evidence.verified(agent, 'w3', '1.0.0');
    fleet.commit('w3 has verified 1.0.0');
    before = fleet.git('rev-parse', 'HEAD').trim();
    pin(fleet, agent, 'w3', '1.1.0');
    evidence.moved(agent, 'w3', '1.1.0');
    fleet.commit('w3 gets 1.1.0');
  });
  beforeEach(() => fleet.branch());
  afterAll(() => fleet.close());

  const create = (): void => {
    const made = fleet.run(['cluster', 'new', ...newCluster]);
    expect(made.exitCode, made.stderr).toBe(0);
  };

  test('a new cluster starts on what the ring has verified, and every other agent follows its pin', () => {
    create();
    const revisions = revisionsOf(fleet, 'prd-region-se-new-01');
    expect(revisions.get(agent)).toBe(before);
    revisions.delete(agent);
    expect(new Set(revisions.values())).toEqual(new Set(['refs/heads/main']));
    expect(imageAt(fleet, before)).not.toContain(badDigest);
    expect(imageAt(fleet, 'main')).toContain(badDigest);
    expect(revisionsOf(fleet, 'prd-region-se-north-01').get(agent)).toBe('refs/heads/main');
  });

  test('so does one that is built anew, until one command lets it follow the pin', () => {
    const made = fleet.run(['cluster', 'rejoin', 'prd-region-se-north-01']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stderr).toContain(`${agent} joins on 1.0.0, which w3 has verified.`);
    expect(revisionsOf(fleet, 'prd-region-se-north-01').get(agent)).toBe(before);
    expect(fleet.run(['cluster', 'joined', 'prd-region-se-north-01', '--agent', agent]).exitCode).toBe(0);
    expect(revisionsOf(fleet, 'prd-region-se-north-01').get(agent)).toBe('refs/heads/main');
    expect(fleet.run(['cluster', 'joined', 'prd-region-se-north-01']).stderr).toContain('nothing joins here');
  });

  test('where the records say that it was verified, a new cluster takes it', async () => {
    await evidence.verified(agent, 'w3', '1.1.0');
    fleet.commit('w3 has verified 1.1.0');
    create();
    expect(revisionsOf(fleet, 'prd-region-se-new-01').get(agent)).toBe('refs/heads/main');
    expect(fleet.read('clusters/prd-region-se-new-01/cluster.yaml')).not.toContain('joining');
  });

  test('where the ring has verified nothing at all, no cluster is made and nothing is guessed', () => {
    evidence.takenBack(agent, 'w3', '1.1.0', '1.0.0');
    fleet.commit('1.0.0 failed in w3 as well');
    const { exitCode, stderr } = fleet.run(['cluster', 'new', ...newCluster]);
    expect({ exitCode, stderr }).toMatchInlineSnapshot(`
      {
        "exitCode": 3,
        "stderr": "GATE_UNVERIFIED
      mro-optimizer: the pin of w3 names 1.1.0, which is not verified there, and the ring has verified no other release
      Wait until the ring has verified what its pin names (\`ranfleet promote --plan\`), or take the ring back first.
      ",
      }
    `);
    expect(fleet.git('status', '--porcelain')).toBe('');
  });

  const facts = 'clusters/prd-region-se-new-01/cluster.yaml';
  const without = (file: string): void => {
    fleet.write(file, fleet.read(file).replace(/ {2}joining:\n(?: {4}.*\n)+/, ''));
    generate(fleet);
  };

  test('the gate lets the new cluster in with its entry, and not without it', () => {
    create();
    const { exitCode, findings } = verdict(fleet);
    expect(exitCode).toBe(0);
    expect(findings).toEqual([expect.stringMatching(/^warn change\.birth_unrecorded /)]);
    without(facts);
    expect(verdict(fleet)).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "findings": [
          "deny change.birth clusters/prd-region-se-new-01/cluster.yaml:1: prd-region-se-new-01 would run mro-optimizer 1.1.0 of w3 at once and without a canary: no record says that the ring verified it",
          "warn change.birth_unrecorded clusters/prd-region-se-new-01/cluster.yaml:1: prd-region-se-new-01 takes 41 agents of w3 as the pins name them, without a record and without a canary: anomaly-detector, anr-manager, api-gateway-agent, byzantine-coordinator, cco-optimizer and 36 more",
        ],
      }
    `);
  });

  test('the gate denies an entry that names another release, another commit, or one that nobody knows', () => {
    create();
    const written = fleet.read(facts);
    const told = (from: string, to: string) => {
      fleet.write(facts, written.replace(from, to));
      generate(fleet);
      return verdict(fleet)
        .findings?.filter((f) => f.includes('joining'))
        .map((f) => f.replace(/ at [0-9a-f]{12}:/, ' at <commit>:'));
    };
    expect({
      release: told('release: 1.0.0', 'release: 1.1.0'),
      commit: told(before, fleet.git('rev-parse', 'main').trim()),
      nobody: told(before, 'f'.repeat(40)),
    }).toMatchInlineSnapshot(`
      {
        "commit": [
          "deny change.joining clusters/prd-region-se-new-01/cluster.yaml:1: prd-region-se-new-01 joins with mro-optimizer on 1.0.0 at <commit>: the pin of w3 did not name it there",
        ],
        "nobody": [
          "undecided change.joining the commit ffffffffffffffffffffffffffffffffffffffff among those that the base rests on: A cluster joins on a release that its ring verified: the commit ffffffffffffffffffffffffffffffffffffffff among those that the base rests on is missing",
        ],
        "release": [
          "deny change.joining clusters/prd-region-se-new-01/cluster.yaml:1: prd-region-se-new-01 joins with mro-optimizer on 1.1.0 at <commit>: no record says that w3 verified it",
          "deny change.joining clusters/prd-region-se-new-01/cluster.yaml:1: prd-region-se-new-01 joins with mro-optimizer on 1.1.0 at <commit>: the pin of w3 did not name it there",
        ],
      }
    `);
  });

  test('the gate denies a cluster that was built anew and follows its pins at once, or too early', () => {
    const rebuilt = 'clusters/prd-region-se-north-01/cluster.yaml';
    expect(fleet.run(['cluster', 'rejoin', 'prd-region-se-north-01']).exitCode).toBe(0);
    fleet.merge();
    without(rebuilt);
    const early = verdictOf(fleet.gate([], undefined, 'merged')).findings?.filter((f) => f.includes('change.birth '));
    const atOnce = verdictOf(fleet.gate()).findings?.filter((f) => f.includes('change.birth '));
    expect({ early, atOnce }).toMatchInlineSnapshot(`
      {
        "atOnce": [
          "deny change.birth clusters/prd-region-se-north-01/cluster.yaml:37: prd-region-se-north-01 would run mro-optimizer 1.1.0 of w3 at once and without a canary: no record says that the ring verified it",
        ],
        "early": [],
      }
    `);
  });

  test('the gate lets it follow them once the ring has verified what they name', async () => {
    expect(fleet.run(['cluster', 'rejoin', 'prd-region-se-north-01']).exitCode).toBe(0);
    await evidence.verified(agent, 'w3', '1.1.0');
    fleet.merge();
    expect(fleet.run(['promote', '--plan', '--json']).stdout).toContain('"cluster": "prd-region-se-north-01"');
    expect(fleet.run(['cluster', 'joined', 'prd-region-se-north-01']).exitCode).toBe(0);
    const { exitCode, findings } = verdictOf(fleet.gate([], undefined, 'merged'));
    expect({ exitCode, findings }).toEqual({ exitCode: 0, findings: [] });
  });
});
