import { expect, test } from 'vitest';
import { pinFile } from '#apply/changes.ts';
import { quarantineFile } from '#apply/quarantine-text.ts';
import { recordsIn } from '#apply/records.ts';
import { moveRecords } from '#evidence/ring-facts.ts';
import { verifyEvidence } from '#evidence/verify.ts';
import { seededRandom } from '#util/random.ts';
import { agents, inspect, planOfStory, releaseIn, ringsOfStory, runStory, storyFiles } from '../support/hub/fleet-story.ts';
import { interleave } from '../support/hub/interleave.ts';
import { MemoryHub, type Passage } from '../support/hub/memory-hub.ts';

/** INTERLEAVINGS=10000 plays more of them: two to three minutes. */
const interleavings = Number(process.env['INTERLEAVINGS'] ?? 600);
const straight: Passage = async (_call, effect) => effect();
const first = storyFiles();
const good = new Set<string>();

/** I2: what any commit of the branch did to a pin, it did once. */
const checkMovedOnce = (hub: MemoryHub): void => {
  const history = hub.history().reverse();
  const moved = history.slice(1).flatMap(({ files }, i) =>
    agents.flatMap((agent) =>
      ringsOfStory.flatMap((ring) => {
        const [was, is] = [releaseIn(history[i]?.files ?? files, agent, ring), releaseIn(files, agent, ring)];
        return was === is ? [] : [`${agent} ${ring} to ${is}`];
      }),
    ),
  );
  const again = moved.find((what, i) => moved.indexOf(what) !== i);
  if (again !== undefined) throw new Error(`${again}: more than once`);
};

/** I3: the records verify at every commit, and none of an earlier commit is changed or gone. */
const checkChains = (hub: MemoryHub): void => {
  let before: ReturnType<typeof recordsIn> = new Map();
  for (const { id, files } of hub.history().reverse()) {
    const records = recordsIn(files);
    for (const [file, bytes] of before) if (records.get(file) !== bytes && records.get(file)?.equals(bytes) !== true) throw new Error(`${file} was rewritten`);
    before = records;
    if (good.has(id)) continue;
    const { problems } = verifyEvidence(records, inspect);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    good.add(id);
  }
};

/** I4: another run finds everything done, once. */
const checkConverged = async (hub: MemoryHub, isBad: boolean, withForge: boolean): Promise<void> => {
  for (let round = 0; round < 3; round++) {
    const plan = planOfStory(hub.filesAt(), { at: 40 + round, isBad, approvals: withForge ? 1 : 0 });
    const told = await runStory(plan, hub.remote(straight), withForge ? hub.forge(straight) : undefined);
    if (told.some((o) => o.outcome === 'failed')) throw new Error(JSON.stringify(told));
  }
  const [tip, pulls] = [hub.branches.get('main'), JSON.stringify(hub.pulls)];
  const plan = planOfStory(hub.filesAt(), { at: 50, isBad, approvals: withForge ? 1 : 0 });
  await runStory(plan, hub.remote(straight), withForge ? hub.forge(straight) : undefined);
  if (hub.branches.get('main') !== tip || JSON.stringify(hub.pulls) !== pulls) throw new Error('a run after the last one still changes something');
};

const checkEnd = (hub: MemoryHub, isBad: boolean): void => {
  const files = hub.filesAt();
  const releases = agents.map((agent) => ringsOfStory.map((ring) => releaseIn(files, agent, ring)).join(' '));
  const wanted = [isBad ? '1.0.0 1.0.0 1.0.0' : '1.1.0 1.1.0 1.0.0', '1.1.0 1.1.0 1.0.0'];
  if (JSON.stringify(releases) !== JSON.stringify(wanted)) throw new Error(`the pins are ${releases.join(' | ')}`);
  if (files.has(quarantineFile('alpha')) !== isBad) throw new Error('the quarantine is wrong');
  const kinds = moveRecords(recordsIn(files), inspect).map(
    ({ inspected: { record }, move }) => `${record.kind} ${move.agent} ${move.ring} ${move.soak ? 'verified' : 'moved'}`,
  );
  if (new Set(kinds).size !== kinds.length) throw new Error(`a record stands twice: ${kinds.join(', ')}`);
  for (const due of ['promotion beta w1 moved', 'promotion beta w2 verified', ...(isBad ? ['revert alpha w0 moved'] : ['promotion alpha w1 moved'])])
    if (!kinds.includes(due)) throw new Error(`no record: ${due}`);
  const merged = hub.pulls.filter((p) => p.mergedAs !== null).map((p) => p.branch);
  if (new Set(merged).size !== merged.length) throw new Error('a promotion was merged twice');
};

const play = async (seed: number): Promise<{ hub: MemoryHub; crashes: number; writers: number }> => {
  const random = seededRandom(`interleaving ${seed}`);
  const hub = new MemoryHub(first);
  const [isBad, withForge, writers] = [random() < 0.5, random() < 0.8, 2 + Math.floor(random() * 7)];
  const promoters = Array.from({ length: writers }, () => {
    const knows = isBad && random() < 0.6;
    const plan = planOfStory(first, { at: 10 + Math.floor(random() * 3), isBad: knows, isReady: random() < 0.8, approvals: withForge ? 1 : 0 });
    return (pass: Passage) => {
      const twice = async (): Promise<void> => {
        for (let run = 0; run < 2; run++) await runStory(plan, hub.remote(pass), withForge ? hub.forge(pass) : undefined);
      };
      return twice();
    };
  });
  const crashes = await interleave(random, 0.02, promoters);
  try {
    checkChains(hub);
    await checkConverged(hub, isBad, withForge);
    checkChains(hub);
    checkMovedOnce(hub);
    checkEnd(hub, isBad);
  } catch (error) {
    throw new Error(
      `interleaving ${seed} (${writers} promoters, ${withForge ? 'pull requests' : 'git alone'}, ${isBad ? 'bad' : 'good'} release): ${String(error)}`,
    );
  }
  return { hub, crashes, writers };
};

test(`${interleavings} interleavings of 2 to 8 promoters that crash: moved once, chains whole, converged`, async () => {
  let [crashes, commits, takenBack] = [0, 0, 0];
  for (let seed = 0; seed < interleavings; seed++) {
    const { hub, crashes: died } = await play(seed);
    crashes += died;
    commits += hub.history().length;
    takenBack += releaseIn(hub.filesAt(), 'alpha', 'w1') === '1.0.0' && hub.history().some((c) => c.changed.includes(pinFile('alpha', 'w1'))) ? 1 : 0;
  }
  process.stdout.write(`${interleavings} interleavings: ${crashes} crashes, ${commits} commits, ${takenBack} with a promotion that was taken back\n`);
  expect(crashes).toBeGreaterThan(interleavings / 2);
  expect(takenBack).toBeGreaterThan(0);
});
