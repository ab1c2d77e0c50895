/** What went wrong for others, as their issues tell it, and what is decided here in the same place. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openGitRemote } from '#adapters/git-remote.ts';
import { createKustomize } from '#adapters/kustomize.ts';
import { toolPath, toolsKey } from '#adapters/tools.ts';
import { changesOf } from '#apply/changes.ts';
import { commitOn } from '#apply/commit-on-main.ts';
import type { Sample } from '#model/observation.ts';
import type { RevertMove } from '#model/promotion.ts';
import { FleetClone } from '../support/fleet-clone.ts';
import { GitRepository } from '../support/git-repository.ts';
import { repository } from '../support/policy-cases.ts';
import { at, decided, fact, judged, look, looks, plan, path as rings, type Stage, short, stopped, wellNetwork } from '../support/stage.ts';

const old = at('10:00', '2027-02-01');
const now = at('12:00');

/** 1.1.0 came to w3 at 10:00; w5 could have it next. */
const story = (samples: readonly Sample[], changes: Partial<Stage> = {}): Stage => ({
  at: now,
  pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.1.0', w5: '1.0.0' } },
  releases: { mro: ['1.0.0', '1.1.0'] },
  facts: [
    fact('mro', 'w0', '1.1.0', at('10:00', '2027-03-01')),
    fact('mro', 'w1', '1.1.0', at('10:00', '2027-03-02')),
    fact('mro', 'w3', '1.0.0', old),
    fact('mro', 'w5', '1.0.0', old),
  ],
  samples: [...wellNetwork(changes.at ?? now), ...samples],
  pinnedAt: { 'mro/w3': at('10:00') },
  ...changes,
});
const told = (samples: readonly Sample[], ring: 'w3' | 'w5' = 'w3', changes: Partial<Stage> = {}): string =>
  short(decided(story(samples, changes), 'mro', ring));
const with1 = { release: '1.1.0' };

test('argo-cd#29410: a step is judged on a status from before the change, and production goes first', () => {
  // Healthy and in sync for two hours, but with the commit from before the pin.
  const stale = looks('mro', 'se', at('10:00'), now, { release: '1.0.0', hasPin: false, revision: 'f'.repeat(40) });
  expect(told(stale, 'w3', { at: at('10:10') })).toBe('wait syncing soak.not_running');
  expect(told([...stale, judged('mro', 'w3', now, with1)], 'w5')).toBe('wait verified order.previous_unverified');
  expect(told(stale)).toBe('revert failed 1.0.0 failure.unsynced');
});

test('kargo#2196: health is believed right after the sync, and turns a moment later', () => {
  const early = look('mro', 'se', at('10:01'), with1);
  expect(told([early], 'w3', { at: at('10:01') })).toBe('wait syncing soak.not_running');
  const turned = [early, look('mro', 'se', at('10:02'), { ...with1, health: 'Degraded' }), look('mro', 'se', at('10:03'), { ...with1, health: 'Degraded' })];
  expect(told(turned, 'w3', { at: at('10:03') })).toBe('revert failed 1.0.0 failure.degraded');
});

test('kargo#5166: a sync that failed is shown as skipped and counts as success', () => {
  const failing = looks('mro', 'se', at('10:00'), now, { release: '1.0.0', sync: 'OutOfSync', message: 'one or more objects failed to apply' });
  expect(told(failing, 'w3', { at: at('10:15') })).toBe('wait syncing soak.not_running');
  expect(told(failing, 'w3', { at: at('10:20') })).toBe('revert failed 1.0.0 failure.unsynced');
  expect(told([...failing, judged('mro', 'w3', now, with1)], 'w5')).toBe('wait verified order.previous_unverified');
});

test('kargo#3258: a bad release blocks its own way back for ten minutes', () => {
  const bad = [look('mro', 'se', at('10:02'), { ...with1, health: 'Progressing', aborted: '1.1.0' })];
  const frozen = [{ scope: { countries: ['SE'] }, from: '2027-03-01T00:00', until: '2027-04-01T00:00' }];
  const { reverts } = plan(story(bad, { at: at('10:02'), freezes: frozen, stop: stopped(at('09:00')) }));
  expect(reverts.map((r) => [r.release, r.moves[0]?.to, r.notBefore])).toEqual([['1.1.0', '1.0.0', at('10:02')]]);
});

test('gitops-promoter#967: an environment without a difference is passed over, and a release overtakes', () => {
  // w3 runs 1.1.0 already and has not verified it: w5 does not take it from w1.
  expect(told(looks('mro', 'se', at('11:30'), now, with1), 'w5')).toBe('wait verified order.previous_unverified');
  // Only a ring in which nobody runs the agent is passed over.
  const clusters = rings.map((c) => (c.name === 'se' ? { ...c, vendors: [] } : c));
  expect(told([], 'w5', { clusters, agents: [{ name: 'mro', vendor: 'ericsson' }] })).toBe('promote verified 1.1.0 gates.open');
});

test('argo-rollouts#2929: an aborted rollout starts anew by itself', () => {
  const again = [
    look('mro', 'se', at('11:40'), { ...with1, health: 'Degraded', aborted: '1.1.0' }),
    ...looks('mro', 'se', at('11:45'), now, { ...with1, health: 'Progressing' }),
  ];
  expect(told(again)).toBe('revert failed 1.0.0 failure.aborted');
  const barred = { barred: [['mro', '1.1.0'] as const], pins: { mro: { w0: '1.1.0', w1: '1.1.0', w3: '1.0.0', w5: '1.0.0' } } };
  expect(told([], 'w3', barred)).toBe('wait verified release.none');
});

test('argo-cd#21692: nothing happens when a window opens', () => {
  const freezes = [{ scope: { countries: ['ES'] }, from: '2027-03-10T00:00', until: '2027-03-10T12:00', timeZone: 'Europe/Madrid' as never }];
  const facts = [...(story([]).facts ?? []), fact('mro', 'w3', '1.1.0', at('09:00'))];
  expect(told([], 'w5', { freezes, facts, at: at('10:59:59') })).toBe('wait verified freeze.active');
  expect(told([], 'w5', { freezes, facts, at: at('11:00') })).toBe('promote verified 1.1.0 gates.open');
});

const revert = (agent: string, release: string, to: string): RevertMove => ({
  kind: 'revert',
  agent,
  release,
  ring: 'w3',
  moves: [{ agent, ring: 'w3', from: release, to }],
  reasons: [{ code: 'failure.aborted', text: 'Argo Rollouts aborted it' }],
  step: 0,
  notBefore: now,
});

describe('in Git', () => {
  const fleet = new FleetClone();
  const agent = 'mro-optimizer';
  const pin = `agents/${agent}/rings/w3/pin/kustomization.yaml`;
  afterAll(() => fleet.close());

  const filesOf = (names: readonly string[]) =>
    new Map(names.filter((name) => existsSync(path.join(fleet.directory, name))).map((name) => [name, readFileSync(path.join(fleet.directory, name))]));
  const takeBack = (move: RevertMove): void => {
    const changes = changesOf(move, filesOf([pin, `agents/${agent}/quarantine.yaml`]));
    if (changes.kind !== 'change') throw new Error(changes.reason);
    for (const [file, text] of changes.files) fleet.write(file, text);
  };
  const render = () =>
    createKustomize(toolPath(repository, 'gate', 'kustomize'), toolsKey(repository, 'gate')).build(fleet.directory, `agents/${agent}/rings/w3/region`);

  test('argo-rollouts#1297: the image goes back, and the ConfigMap stays', async () => {
    const before = await render();
    fleet.git('checkout', '--quiet', '-b', 'config');
    fleet
      .git('ls-files', `agents/${agent}/config/1`)
      .trim()
      .split('\n')
      .forEach((file) => void fleet.write(file.replace('/config/1/', '/config/2/'), fleet.read(file)));
    fleet.write(`agents/${agent}/config/2/runtime.yaml`, `${fleet.read(`agents/${agent}/config/2/runtime.yaml`)}# another configuration\n`);
    fleet.write(
      `agents/${agent}/releases/1.1.0/kustomization.yaml`,
      fleet
        .read(`agents/${agent}/releases/1.0.0/kustomization.yaml`)
        .replace('config/1', 'config/2')
        .replace(/sha256:[0-9a-f]{64}/, `sha256:${'ab'.repeat(32)}`),
    );
    fleet.replace(pin, '1.0.0', '1.1.0');
    const during = await render();
    const configs = (objects: readonly unknown[]) =>
      objects.filter((o) => (o as { kind: string }).kind === 'ConfigMap').map((o) => (o as { metadata: { name: string } }).metadata.name);
    expect(configs(during)).not.toEqual(configs(before));
    takeBack(revert(agent, '1.1.0', '1.0.0'));
    expect(await render()).toEqual(before);
    expect(fleet.read(`agents/${agent}/quarantine.yaml`)).toContain('release: "1.1.0"');
  });

  test('xdlc-agent#70: the last commit is taken back, and it was somebody else’s', () => {
    fleet.replace(pin, '1.0.0', '1.1.0');
    fleet.write('agents/anr-manager/NOTES.md', 'a later and innocent change\n');
    takeBack(revert(agent, '1.1.0', '1.0.0'));
    expect(fleet.read('agents/anr-manager/NOTES.md')).toBe('a later and innocent change\n');
    expect(fleet.read(pin)).toContain('releases/1.0.0');
    // Meanwhile somebody moved on: what the plan saw is not there any more, so nothing is done.
    fleet.replace(pin, '1.0.0', '1.2.0');
    expect(changesOf(revert(agent, '1.1.0', '1.0.0'), filesOf([pin, `agents/${agent}/quarantine.yaml`]))).toMatchObject({ kind: 'nothing' });
  });

  test('kargo#3071: many stages push to one repository, and each breaks the push of another', async () => {
    const source = new GitRepository({ 'README.md': 'x\n' });
    const bare = mkdtempSync(path.join(tmpdir(), 'ranfleet-bare-'));
    source.git('clone', '--quiet', '--bare', source.directory, bare);
    const remote = openGitRemote({ clone: source.directory, url: bare });
    const writers = Array.from({ length: 6 }, (_, i) =>
      commitOn(remote, 'main', async () => ({ files: new Map([[`agents/a${i}/pin.yaml`, Buffer.from(`${i}\n`)]]), message: `writer ${i}`, at: now })),
    );
    expect(new Set(await Promise.all(writers)).size).toBe(6);
    const files = await remote.read((await remote.tip('main')) ?? '', ['agents/']);
    expect([...files.keys()].sort()).toEqual(Array.from({ length: 6 }, (_, i) => `agents/a${i}/pin.yaml`));
    rmSync(bare, { recursive: true });
    source.close();
  });
});
