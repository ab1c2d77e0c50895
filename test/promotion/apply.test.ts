import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '#apply/setup.ts';
import type { Sample } from '#model/observation.ts';
import type { Plan } from '#model/promotion.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { judged, later, look, looks, network } from '../support/stage.ts';

const agent = 'mro-optimizer';
const pin = (ring: string): string => `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;
const quarantine = `agents/${agent}/quarantine.yaml`;
const release = (digest: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../config/1\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/${agent}\n    digest: sha256:${digest.repeat(32)}\n`;

/** The command line against a repository that both sides only push to: real git, real kustomize, real keys. */
describe('promote --apply', () => {
  const fleet = new FleetClone();
  const bare = mkdtempSync(path.join(tmpdir(), 'ranfleet-remote-'));
  const secret = path.join(bare, '..', `${path.basename(bare)}.pem`);
  const log = path.join(bare, '..', `${path.basename(bare)}.ndjson`);
  let pinnedAt = '';

  const inRemote = (...args: string[]): string => execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8' }).trim();
  const show = (file: string): string => inRemote('show', `main:${file}`);
  const observe = (...samples: readonly Sample[]): void =>
    writeFileSync(log, [JSON.stringify({ kind: 'observations', version: 1, simulated: false }), ...samples.map((s) => JSON.stringify(s)), ''].join('\n'));
  const apply = (at: string, ...args: string[]): { exitCode: number | null; plan: Plan; outcomes: Outcome[]; stderr: string } => {
    const ran = fleet.run(['promote', '--apply', '--json', '--remote', bare, '--at', at, '--observations', log, '--key', secret, ...args]);
    if (ran.stdout === '') throw new Error(ran.stderr);
    return { ...ran, ...(JSON.parse(ran.stdout) as { plan: Plan; outcomes: Outcome[] }) };
  };
  const done = (outcomes: readonly Outcome[]): string[] =>
    outcomes.filter(({ outcome }) => outcome === 'done').map(({ what, subject }) => `${what} ${subject}`);

  beforeAll(() => {
    const made = fleet.run(['evidence', 'keygen', secret]);
    expect(made.exitCode, made.stderr).toBe(0);
    const key = made.stdout
      .replace('CHANGE-ME', '"@norvik/release"')
      .replace(/kinds: .*/, 'kinds: [promotion, revert, hold, seal]')
      .replace(/validFrom: .*/, 'validFrom: 2026-01-01T00:00:00.000Z');
    fleet.write('evidence/keys.yaml', key);
    fleet.write(`agents/${agent}/releases/1.1.0/kustomization.yaml`, release('ab'));
    fleet.commit('A key, and a new release');
    rmSync(bare, { recursive: true });
    execFileSync('git', ['clone', '--quiet', '--bare', fleet.directory, bare]);
    pinnedAt = new Date(Number(inRemote('log', '-1', '--format=%ct')) * 1000).toISOString();
  });
  afterAll(() => {
    fleet.close();
    for (const each of [bare, secret, log]) rmSync(each, { recursive: true, force: true });
  });

  /** All agents of the laboratory have been well from then on, and their metrics are judged in the end. */
  const allWell = (agents: readonly string[], from: string, end: string): Sample[] => [
    ...['dev-region-01', 'dev-hub-01'].flatMap((cluster) => [network(cluster, end), ...agents.flatMap((name) => looks(name, cluster, from, end))]),
    ...agents.map((name) => judged(name, 'w0', end)),
  ];
  let everyAgent: string[] = [];

  test('records every release that went through its soak, and lets a new one into the first ring as one line of one file', () => {
    const plan = JSON.parse(fleet.run(['promote', '--plan', '--json', '--ring', 'w0']).stdout) as Plan;
    everyAgent = plan.decisions.map((d) => d.agent);
    const end = later(pinnedAt, 4 * 60);
    observe(...allWell(everyAgent, pinnedAt, end));
    const { outcomes, exitCode } = apply(end);
    expect([exitCode, done(outcomes)]).toEqual([0, ['records evidence', `promotion ${agent} 1.1.0 in w0`]]);
    expect(inRemote('diff', '--name-only', 'main~2', 'main~1').split('\n')).toHaveLength(everyAgent.length);
    const record = JSON.parse(Buffer.from(JSON.parse(show(`evidence/${agent}/w0/00000001.json`)).payload, 'base64').toString());
    expect(record.predicate).toMatchObject({ release: '1.0.0', ring: 'w0', decision: { outcome: 'allow' } });
    expect(show(pin('w0'))).toContain('releases/1.1.0');
    expect(inRemote('diff', '--numstat', 'main~1', 'main').split('\n').sort()).toEqual([`1\t0\tevidence/${agent}/w0/00000002.json`, `1\t1\t${pin('w0')}`]);
    expect(done(apply(end).outcomes)).toEqual([]);
  });

  test('takes a failing release back, bars it, and leaves a record; a second run finds nothing to do', () => {
    const end = later(new Date().toISOString(), 60 * 5);
    const failing = [look(agent, 'dev-region-01', end, { release: '1.1.0', aborted: '1.1.0', health: 'Degraded', message: 'metric "errors" assessed Failed' })];
    observe(...failing, network('dev-region-01', end));
    const before = inRemote('rev-parse', 'main');
    const first = apply(end, '--reverts-only');
    expect(done(first.outcomes)).toEqual([`revert ${agent} 1.1.0 in w0`]);
    expect(show(pin('w0'))).toContain('releases/1.0.0');
    expect(show(quarantine)).toContain('release: "1.1.0"');
    expect(inRemote('log', '--format=%s', `${before}..main`).split('\n')).toEqual([`Take ${agent} 1.1.0 back`]);
    const files = inRemote('diff', '--name-only', before, 'main').split('\n');
    expect(files).toEqual([quarantine, pin('w0'), `evidence/${agent}/w0/00000003.json`]);
    const after = inRemote('rev-parse', 'main');
    expect(done(apply(end, '--reverts-only').outcomes)).toEqual([]);
    expect(inRemote('rev-parse', 'main')).toBe(after);
  });

  test('what it wrote verifies, and a barred release comes back to no ring', () => {
    fleet.git('pull', '--quiet', bare, 'main');
    const verified = fleet.run(['verify']);
    expect(verified.exitCode, verified.stdout).toBe(0);
    expect(verified.stdout).toContain(`${everyAgent.length + 2} records in ${everyAgent.length} chains`);
    const end = later(new Date().toISOString(), 60 * 12);
    observe(...allWell(everyAgent, later(end, -60), end));
    const { plan } = apply(end);
    expect(plan.promotions.filter((p) => p.agent === agent)).toEqual([]);
    expect(show(pin('w0'))).toContain('releases/1.0.0');
  });

  test('says what is missing', () => {
    expect(fleet.run(['promote', '--apply'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--remote') });
    expect(fleet.run(['promote'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--plan or --apply') });
    expect(fleet.run(['promote', '--plan', '--observations', 'nowhere'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nowhere can not be read'),
    });
    fleet.write('broken.ndjson', '{"kind":"observations","version":1,"simulated":false}\n{"kind":"agent"}\n');
    expect(fleet.run(['promote', '--plan', '--observations', 'broken.ndjson'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('broken.ndjson:2: '),
    });
    expect(fleet.run(['promote', '--plan', '--at', 'yesterday'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--at yesterday') });
  });
});
