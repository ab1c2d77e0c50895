import { expect, test } from 'vitest';
import { pinFile } from '#apply/changes.ts';
import { releaseIn, runStory, storyFiles } from '../support/hub/fleet-story.ts';
import { MemoryHub, type Passage } from '../support/hub/memory-hub.ts';
import { type Ground, playInterleaving } from '../support/hub/play.ts';

/** INTERLEAVINGS=10000 plays more of them (`npm run model`): about two minutes. */
const interleavings = Number(process.env['INTERLEAVINGS'] ?? 600);
const straight: Passage = async (_call, effect) => effect();
const first = storyFiles();

const groundOf = (hub: MemoryHub): Ground => ({
  ports: (pass) => ({ remote: hub.remote(pass), forge: hub.forge(pass) }),
  history: () => hub.history().reverse(),
  filesAt: () => hub.filesAt(),
  merged: () => hub.pulls.filter((p) => p.mergedAs !== null).map((p) => p.branch),
  state: () => `${hub.branches.get('main')} ${JSON.stringify(hub.pulls)}`,
  run: (plan, withForge) => runStory(plan, hub.remote(straight), withForge ? hub.forge(straight) : undefined),
});

test(`${interleavings} interleavings of 2 to 8 promoters that crash: moved once, chains whole, converged`, async () => {
  let [crashes, commits, takenBack] = [0, 0, 0];
  for (let seed = 0; seed < interleavings; seed++) {
    const hub = new MemoryHub(first);
    crashes += await playInterleaving(seed, first, groundOf(hub));
    commits += hub.history().length;
    takenBack += releaseIn(hub.filesAt(), 'alpha', 'w1') === '1.0.0' && hub.history().some((c) => c.changed.includes(pinFile('alpha', 'w1'))) ? 1 : 0;
  }
  process.stdout.write(`${interleavings} interleavings: ${crashes} crashes, ${commits} commits, ${takenBack} with a promotion that was taken back\n`);
  expect(crashes).toBeGreaterThan(interleavings / 2);
  expect(takenBack).toBeGreaterThan(0);
});
