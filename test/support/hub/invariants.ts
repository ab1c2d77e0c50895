import { quarantineFile } from '#apply/quarantine-text.ts';
import { recordsIn } from '#apply/records.ts';
import { moveRecords } from '#evidence/ring-facts.ts';
import { verifyEvidence } from '#evidence/verify.ts';
import type { FileBytes } from '#model/forge.ts';
import type { Plan } from '#model/promotion.ts';
import { agents, inspect, planOfStory, releaseIn, ringsOfStory, type runStory } from './fleet-story.ts';

/** What a story is looked at by, whatever it plays on. */
export interface Stage {
  /** Commits of the base, the oldest first. */
  history(): readonly { readonly id: string; readonly files: FileBytes }[];
  filesAt(): FileBytes;
  /** Branches of the pull requests that were merged. */
  merged(): readonly (string | null)[];
  /** All that a run could have changed. */
  state(): string;
  /** A run that nothing disturbs. */
  run(plan: Plan, withForge: boolean): ReturnType<typeof runStory>;
}

/** How it was played: with a release that turned out bad, by pull requests. */
export interface Played {
  readonly isBad: boolean;
  readonly withForge: boolean;
}

const good = new Set<string>();

/** I2: what any commit of the branch did to a pin, it did once. */
const checkMovedOnce = (stage: Stage): void => {
  const history = stage.history();
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
const checkChains = (stage: Stage): void => {
  let before: ReturnType<typeof recordsIn> = new Map();
  for (const { id, files } of stage.history()) {
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
const checkConverged = async (stage: Stage, { isBad, withForge }: Played): Promise<void> => {
  const approvals = withForge ? 1 : 0;
  for (let round = 0; round < 3; round++) {
    const told = await stage.run(planOfStory(stage.filesAt(), { at: 40 + round, isBad, approvals }), withForge);
    if (told.some((o) => o.outcome === 'failed')) throw new Error(JSON.stringify(told));
  }
  const state = stage.state();
  await stage.run(planOfStory(stage.filesAt(), { at: 50, isBad, approvals }), withForge);
  if (stage.state() !== state) throw new Error('a run after the last one still changes something');
};

const checkEnd = (stage: Stage, isBad: boolean): void => {
  const files = stage.filesAt();
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
  const merged = stage.merged();
  if (new Set(merged).size !== merged.length) throw new Error('a promotion was merged twice');
};

/** Each promotion was applied 0 or 1 times, the chains are whole at every commit, and a rerun converges. @throws Error that says what does not hold */
export const checkInvariants = async (stage: Stage, played: Played): Promise<void> => {
  checkChains(stage);
  await checkConverged(stage, played);
  checkChains(stage);
  checkMovedOnce(stage);
  checkEnd(stage, played.isBad);
};
