import { afterAll, describe, expect, test } from 'vitest';
import type { Outcome } from '#apply/setup.ts';
import type { Plan } from '#model/promotion.ts';
import { PromotionClone } from '../support/promotion-clone.ts';
import { later, look, network } from '../support/stage.ts';

/** The command line against a repository that both sides only push to: real git, real kustomize, real keys. */
describe('promote --apply', () => {
  const clone = new PromotionClone();
  const { agent, fleet } = clone;
  const pin = (ring: string): string => `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;
  const quarantine = `agents/${agent}/quarantine.yaml`;
  afterAll(() => clone.close());

  const apply = (at: string, ...args: string[]): { exitCode: number | null; plan: Plan; outcomes: Outcome[]; stderr: string } => {
    const ran = fleet.run(['promote', '--apply', '--json', '--remote', clone.remote, '--at', at, '--observations', clone.log, '--key', clone.key, ...args]);
    if (ran.stdout === '') throw new Error(ran.stderr);
    return { ...ran, ...(JSON.parse(ran.stdout) as { plan: Plan; outcomes: Outcome[] }) };
  };
  const done = (outcomes: readonly Outcome[]): string[] =>
    outcomes.filter(({ outcome }) => outcome === 'done').map(({ what, subject }) => `${what} ${subject}`);

  let everyAgent: string[] = [];

  test('records every release that went through its soak, and lets a new one into the first ring as one line of one file', () => {
    everyAgent = clone.everyAgent();
    const end = clone.hoursAfterPin(4);
    clone.observe(...clone.allWell(everyAgent, clone.pinnedAt, end));
    const { outcomes, exitCode } = apply(end);
    expect([exitCode, done(outcomes)]).toEqual([0, ['records evidence', `promotion ${agent} 1.1.0 in w0`]]);
    expect(clone.git('diff', '--name-only', 'main~2', 'main~1').split('\n')).toHaveLength(everyAgent.length);
    const record = JSON.parse(Buffer.from(JSON.parse(clone.show(`evidence/${agent}/w0/00000001.json`)).payload, 'base64').toString());
    expect(record.predicate).toMatchObject({ release: '1.0.0', ring: 'w0', decision: { outcome: 'allow' } });
    expect(clone.show(pin('w0'))).toContain('releases/1.1.0');
    expect(clone.git('diff', '--numstat', 'main~1', 'main').split('\n').sort()).toEqual([`1\t0\tevidence/${agent}/w0/00000002.json`, `1\t1\t${pin('w0')}`]);
    expect(done(apply(end).outcomes)).toEqual([]);
  });

  test('takes a failing release back, bars it, and leaves a record; a second run finds nothing to do', () => {
    const end = later(new Date().toISOString(), 60 * 5);
    const failing = [look(agent, 'dev-region-01', end, { release: '1.1.0', aborted: '1.1.0', health: 'Degraded', message: 'metric "errors" assessed Failed' })];
    clone.observe(...failing, network('dev-region-01', end));
    const before = clone.git('rev-parse', 'main');
    fleet.git('fetch', '--quiet', clone.remote, 'main');
    const plan = fleet.run(['promote', '--plan', '--head', 'FETCH_HEAD', '--at', end, '--observations', clone.log]);
    expect([plan.exitCode, plan.stdout]).toEqual([1, expect.stringContaining(`${agent} 1.1.0`)]);
    const first = apply(end, '--reverts-only');
    expect(done(first.outcomes)).toEqual([`revert ${agent} 1.1.0 in w0`]);
    expect(clone.show(pin('w0'))).toContain('releases/1.0.0');
    expect(clone.show(quarantine)).toContain('release: "1.1.0"');
    expect(clone.git('log', '--format=%s', `${before}..main`).split('\n')).toEqual([`Take ${agent} 1.1.0 back`]);
    const files = clone.git('diff', '--name-only', before, 'main').split('\n');
    expect(files).toEqual([quarantine, pin('w0'), `evidence/${agent}/w0/00000003.json`]);
    const after = clone.git('rev-parse', 'main');
    expect(done(apply(end, '--reverts-only').outcomes)).toEqual([]);
    expect(clone.git('rev-parse', 'main')).toBe(after);
  });

  test('what it wrote verifies, and a barred release comes back to no ring', () => {
    fleet.git('pull', '--quiet', clone.remote, 'main');
    const verified = fleet.run(['verify']);
    expect(verified.exitCode, verified.stdout).toBe(0);
    expect(verified.stdout).toContain(`${everyAgent.length + 2} records in ${everyAgent.length} chains`);
    const end = later(new Date().toISOString(), 60 * 12);
    clone.observe(...clone.allWell(everyAgent, later(end, -60), end));
    const { plan } = apply(end);
    expect(plan.promotions.filter((p) => p.agent === agent)).toEqual([]);
    expect(clone.show(pin('w0'))).toContain('releases/1.0.0');
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
