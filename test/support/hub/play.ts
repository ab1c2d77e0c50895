import type { FileBytes, Forge, GitRemote } from '#model/forge.ts';
import { seededRandom } from '#util/random.ts';
import { planOfStory, runStory } from './fleet-story.ts';
import { interleave } from './interleave.ts';
import { checkInvariants, type Stage } from './invariants.ts';
import type { Passage } from './memory-hub.ts';

/** Something that promoters can be let loose on. */
export interface Ground extends Stage {
  ports(pass: Passage): { readonly remote: GitRemote; readonly forge: Forge };
}

/**
 * Plays one interleaving of 2 to 8 promoters, some of which know that the release is bad and each of which may die at any call.
 * @param first files before anything happened
 * @returns how many died
 * @throws Error with the seed and how it was played, where an invariant does not hold
 */
export const playInterleaving = async (seed: number, first: FileBytes, ground: Ground, onlyPulls = false): Promise<number> => {
  const random = seededRandom(`interleaving ${seed}`);
  const [isBad, drawn, writers] = [random() < 0.5, random() < 0.8, 2 + Math.floor(random() * 7)];
  const withForge = drawn || onlyPulls;
  const promoters = Array.from({ length: writers }, () => {
    const knows = isBad && random() < 0.6;
    const plan = planOfStory(first, { at: 10 + Math.floor(random() * 3), isBad: knows, isReady: random() < 0.8, approvals: withForge ? 1 : 0 });
    return async (pass: Passage): Promise<void> => {
      for (let run = 0; run < 2; run++) {
        const { remote, forge } = ground.ports(pass);
        await runStory(plan, remote, withForge ? forge : undefined);
      }
    };
  });
  try {
    const crashes = await interleave(random, 0.02, promoters);
    await checkInvariants(ground, { isBad, withForge });
    return crashes;
  } catch (error) {
    const how = `${writers} promoters, ${withForge ? 'pull requests' : 'git alone'}, ${isBad ? 'bad' : 'good'} release`;
    throw new Error(`interleaving ${seed} (${how}): ${String(error)}`);
  }
};
