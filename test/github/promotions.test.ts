import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GateError } from '#model/errors.ts';
import type { Fault } from '../support/github/double.ts';
import { GitHubStory } from '../support/github/story.ts';
import { planOfStory, runStory, storyFiles } from '../support/hub/fleet-story.ts';
import { checkInvariants } from '../support/hub/invariants.ts';
import type { Passage } from '../support/hub/memory-hub.ts';
import { type Ground, playInterleaving } from '../support/hub/play.ts';

const straight: Passage = async (_call, effect) => effect();
const first = storyFiles();
/** GITHUB_INTERLEAVINGS=300 plays more of them: minutes. */
const interleavings = Number(process.env['GITHUB_INTERLEAVINGS'] ?? 6);

const groundOf = (story: GitHubStory): Ground => {
  const ports: Ground['ports'] = (pass) => {
    const { remote, hub } = story.ports(pass);
    return { remote, forge: hub.forge };
  };
  return {
    ports,
    history: () => story.history(),
    filesAt: () => story.filesAt(),
    merged: () => story.pulls.pulls.filter((p) => p.mergedAs !== null).map((p) => p.branch),
    state: () => `${story.git('for-each-ref')} ${JSON.stringify(story.pulls.pulls)}`,
    run: (plan) => {
      const { remote, forge } = ports(straight);
      return runStory(plan, remote, forge);
    },
  };
};

let story: GitHubStory;
beforeEach(async () => {
  story = await new GitHubStory().start();
});
afterEach(async () => {
  await story.stop();
  expect(story.double.violations).toEqual([]);
});

/** One run of a plan for what stands there, every call through `pass`. */
const oneRun = (pass: Passage = straight, at = 20) => {
  const { remote, hub } = story.ports(pass);
  return runStory(planOfStory(story.filesAt(), { at, isBad: false }), remote, hub.forge);
};
const good = { isBad: false, withForge: true } as const;
const outcomes = (told: Awaited<ReturnType<typeof oneRun>>) =>
  told.map(({ what, outcome, reason }) => `${what} ${outcome}: ${reason.replace(/[0-9a-f]{12}/, '<commit>')}`);

describe('promotions by pull requests of GitHub', () => {
  test('open one each, merge it when check and approval are there, record it, and rest', async () => {
    expect(outcomes(await oneRun())).toEqual(['records done: 1 added', 'promotion done: its pull request is open', 'promotion done: its pull request is open']);
    story.pulls.conclusion = null;
    expect(outcomes(await oneRun()).slice(-2)).toEqual(['promotion waits: not passed yet: verdict', 'promotion waits: not passed yet: verdict']);
    story.pulls.conclusion = 'success';
    story.pulls.approvers = [];
    expect(outcomes(await oneRun()).at(-1)).toBe('promotion waits: 0 of 1 approvals of other people');
    story.pulls.approvers = [7];
    expect(outcomes(await oneRun())).toEqual(['promotion done: merged as <commit>', 'promotion done: merged as <commit>', 'records done: 2 added']);
    await checkInvariants(groundOf(story), good);
  });

  test('one that a person closed stays closed', async () => {
    await oneRun();
    story.pulls.setState(1, 'closed');
    expect(outcomes(await oneRun())[0]).toBe('promotion waits: somebody closed its pull request; reopening it lets it go on');
  });

  test('a head that moves between its checks and its merge is not merged', async () => {
    await oneRun();
    let moved = 0;
    const pushes: Passage = async (call, effect) => {
      if (call.startsWith('PUT') && moved++ === 0) {
        const branch = 'promote/alpha/w1/1.1.0';
        const tree = story.git('rev-parse', 'main^{tree}');
        story.git('update-ref', `refs/heads/${branch}`, story.git('commit-tree', '-p', branch, '-m', 'Something else', tree));
      }
      return effect();
    };
    expect(outcomes(await oneRun(pushes))[0]).toMatch(/^promotion waits: GitHub does not merge it: Head branch was modified/);
    expect(story.git('show', 'main:agents/alpha/rings/w1/pin/kustomization.yaml')).toContain('1.0.0');
    await checkInvariants(groundOf(story), good);
  });

  test('two runs of one event at once do everything once', async () => {
    await oneRun();
    await Promise.all([oneRun(), oneRun(), oneRun()]);
    await checkInvariants(groundOf(story), good);
  });
});

const rate: Fault[] = [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }];
const secondary: Fault[] = [{ kind: 'status', status: 403, headers: { 'retry-after': '1' }, message: 'You have exceeded a secondary rate limit' }];
const always = (fault: Fault): Fault[] => Array.from({ length: 8 }, () => fault);
const faults: [string, Fault[]][] = [
  ['429 once', rate],
  ['a secondary limit once', secondary],
  ['500 once', [{ kind: 'status', status: 500 }]],
  [
    '502 twice',
    [
      { kind: 'status', status: 502 },
      { kind: 'status', status: 502 },
    ],
  ],
  ['503 for good', always({ kind: 'status', status: 503 })],
  ['401 for good', always({ kind: 'status', status: 401 })],
  ['a connection that ends before', [{ kind: 'reset', when: 'before' }]],
  ['an answer that is lost', [{ kind: 'reset', when: 'after' }]],
  ['answers that are lost for good', always({ kind: 'reset', when: 'after' })],
  ['an answer without its end', [{ kind: 'truncate' }]],
  ['a read that is late', [{ kind: 'stale' }]],
];
const calls: [string, RegExp][] = [
  ['the list of pull requests', /^GET .*\/pulls$/],
  ['opening one', /^POST .*\/pulls$/],
  ['its reviews', /reviews$/],
  ['its checks', /check-runs$/],
  ['its merge', /^PUT .*\/merge$/],
];

describe.each(calls)('when %s meets', (_, fits) => {
  test.each(faults)('%s, each promotion is applied once in the end', async (_name, fault) => {
    story.double.fail(fits, ...fault);
    for (let run = 0; run < 3; run++) await oneRun(straight, 20 + run);
    story.double.calm();
    await checkInvariants(groundOf(story), good);
  });
});

describe('a promoter that dies', () => {
  const isWrite = (call: string): boolean => /^(commit|move|POST|PUT|PATCH)/.test(call);

  /** Two runs, which open and merge; the promoter dies at the write of this number. @returns whether there were so many */
  const dyingAt = async (when: 'before' | 'after', last: number): Promise<boolean> => {
    let writes = 0;
    let die = (): void => {};
    const death = new Promise<true>((resolve) => {
      die = () => resolve(true);
    });
    const pass: Passage = async (call, effect) => {
      if (!isWrite(call) || ++writes < last) return effect();
      if (when === 'after') await effect();
      die();
      return new Promise(() => {});
    };
    const runs = async (): Promise<false> => {
      for (const at of [20, 21]) await oneRun(pass, at);
      return false;
    };
    return Promise.race([runs(), death]);
  };

  test.each(['before', 'after'] as const)('%s any of its writes leaves nothing that the next run does not mend', async (when) => {
    let deaths = 0;
    while (await dyingAt(when, deaths + 1)) {
      deaths++;
      await checkInvariants(groundOf(story), good);
      expect(story.double.violations).toEqual([]);
      await story.stop();
      story = await new GitHubStory().start();
    }
    expect(deaths).toBeGreaterThan(8);
  });
});

test(`${interleavings} interleavings over the adapter and real git: moved once, chains whole, converged`, async () => {
  let crashes = 0;
  for (let seed = 0; seed < interleavings; seed++) {
    const each = await new GitHubStory().start();
    try {
      crashes += await playInterleaving(seed, first, groundOf(each), true);
      expect(each.double.violations).toEqual([]);
    } finally {
      await each.stop();
    }
  }
  process.stdout.write(`${interleavings} interleavings over GitHub's interface: ${crashes} crashes\n`);
  expect(crashes).toBeGreaterThan(0);
});

test('every failure is a fault that says what was tried', async () => {
  story.double.fail(/pulls$/, ...always({ kind: 'status', status: 404 }));
  const { hub } = story.ports(straight);
  await expect(hub.forge.openPulls('main')).rejects.toThrow(GateError);
  await expect(hub.forge.openPulls('main')).rejects.toThrow('open pull requests to main');
});
