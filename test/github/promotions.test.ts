import { expect, test } from 'vitest';
import { planOfStory, runStory } from '../support/hub/fleet-story.ts';
import type { Passage } from '../support/hub/memory-hub.ts';
import { GitHubStory } from '../support/github/story.ts';

const straight: Passage = async (_call, effect) => effect();

test('speed', async () => {
  const story = await new GitHubStory().start();
  const calls: string[] = [];
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    const plan = planOfStory(story.filesAt(), { at: 10 + i, isBad: false });
    const { remote, hub } = story.ports(async (call, effect) => (calls.push(call), effect()));
    const told = await runStory(plan, remote, hub.forge);
    console.log(Math.round(performance.now() - start), JSON.stringify(told), calls.join(' | '));
    calls.length = 0;
  }
  console.log(story.git('log', '--oneline', '--graph', '--all'));
  expect(story.double.violations).toEqual([]);
  await story.stop();
});
