import { pinFile } from '#apply/changes.ts';
import type { Ring } from '#model/cluster.ts';
import type { FileBytes } from '#model/forge.ts';
import type { Plan } from '#model/promotion.ts';
import { instant } from '../support/evidence/store.ts';
import { GitHubStory } from '../support/github/story.ts';
import { pin, releaseIn, runStory } from '../support/hub/fleet-story.ts';
import { figure, heading } from './figures.ts';

const rings: readonly Ring[] = ['w0', 'w1', 'w2', 'w3', 'w4', 'w5'];
const agents = Array.from({ length: 54 }, (_, i) => `agent-${String(i).padStart(2, '0')}`);
const [old, wanted] = ['1.0.0', '1.1.0'];
/** Runs of promote.yml in an hour. */
const runsAnHour = 4;
/** Of one start of `ranfleet as-app`: which installation, a token, and its end. 4 of promote.yml and 12 of revert.yml in an hour. */
const tokenRequests = 3 * (4 + 12);
/** What a run may ask at most, as src/adapters/github-forge.ts says. */
const mostOfRun = 500;

const firstFiles = (): FileBytes => new Map(agents.flatMap((agent) => rings.map((ring) => [pinFile(agent, ring), pin(ring === 'w0' ? wanted : old)])));

/** Every ring that has the release has verified it, and the next one is to get it: all agents at once, as a fleet never would. */
const planOf = (files: FileBytes, run: number, ready: boolean): Plan => {
  const reasons = [{ code: ready ? 'gates.open' : 'soak.running', text: `${ready ? 'open' : 'closed'} since this hour began` }];
  const has = (agent: string, ring: Ring): boolean => releaseIn(files, agent, ring) === wanted;
  return {
    at: instant(15 * run),
    revision: 'a'.repeat(40),
    simulated: true,
    reverts: [],
    joins: [],
    stopped: null,
    decisions: agents.flatMap((agent) =>
      rings
        .filter((ring) => has(agent, ring))
        .map((ring) => ({
          ...{ agent, ring, action: 'wait' as const, state: 'verified' as const, from: wanted, to: null, reasons },
          verified: { release: wanted, from: instant(1), until: instant(2) },
        })),
    ),
    promotions: agents.flatMap((agent) => {
      const next = rings.findIndex((ring) => !has(agent, ring));
      const [ring, verifiedIn] = [rings[next], rings[next - 1]];
      if (ring === undefined || verifiedIn === undefined) return [];
      return [{ kind: 'promotion' as const, agent, ring, from: old, to: wanted, verifiedIn, ready, reasons, approvals: 2, breakGlass: false }];
    }),
  };
};

/**
 * Every agent goes through every ring, each ring in one hour, all agents in the same one: opened, looked at while its gates are closed, then
 * without its approvals, then merged. Real adapter, real git; the answers are counted as GitHub counts them.
 */
export const benchRequests = async (): Promise<void> => {
  heading(`Requests to GitHub: ${agents.length} agents through ${rings.length} rings, a ring an hour`);
  const story = await new GitHubStory(firstFiles()).start();
  try {
    const hours: number[] = [];
    let most = 0;
    for (let run = 0; run < runsAnHour * (rings.length - 1); run++) {
      const step = run % runsAnHour;
      story.pulls.approvers = step === runsAnHour - 1 ? [7, 8] : [];
      const { remote, hub } = story.ports(async (_call, effect) => effect());
      const told = await runStory(planOf(story.filesAt(), run, step >= 2), remote, hub.forge);
      const failed = told.find(({ outcome }) => outcome === 'failed' || outcome === 'refused');
      if (failed !== undefined) throw new Error(`run ${run}: ${failed.reason}`);
      if (step === 0) hours.push(tokenRequests);
      hours.push((hours.pop() ?? 0) + hub.requests());
      most = Math.max(most, hub.requests());
    }
    const files = story.filesAt();
    if (agents.some((agent) => rings.some((ring) => releaseIn(files, agent, ring) !== wanted))) throw new Error('the fleet is not refreshed');
    figure('requests an hour, tokens of all workflows included', hours, '', 1500);
    figure('requests of the run that asks most', [most], '', mostOfRun);
    figure('requests for the whole fleet', [hours.reduce((sum, n) => sum + n, 0)], '');
  } finally {
    await story.stop();
  }
};
