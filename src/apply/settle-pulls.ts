import { moveRecords } from '#evidence/ring-facts.ts';
import { messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { FileBytes, Forge, PullState } from '#model/forge.ts';
import { readPin } from '#promotion/pin-file.ts';
import { changesOf, filesOf, pinFile } from './changes.ts';
import { tipOf } from './commit-on-main.ts';
import { closedMark, promotionHappening } from './promotions.ts';
import { approversOf } from './pull-gates.ts';
import { quarantineFile, readQuarantine } from './quarantine-text.ts';
import { type Happening, recordsIn } from './records.ts';
import { applyRevert } from './reverts.ts';
import { branchOf, type ParsedBranch, parseBranch, type Run } from './setup.ts';

interface Merged {
  readonly pull: PullState;
  readonly commit: string;
  readonly about: ParsedBranch;
}

/** Promotions that became commits, whoever merged them. */
const mergedOf = (pulls: readonly PullState[]): Merged[] =>
  pulls.flatMap((pull) => {
    const about = parseBranch(pull);
    return about === undefined || pull.mergedAs === null ? [] : [{ pull, commit: pull.mergedAs, about }];
  });

/** What happened in merged pull requests and no record tells yet. Those that stand in the evidence cost no request. */
export const mergedHappenings = async (run: Run, forge: Forge, closed: readonly PullState[]): Promise<Happening[]> => {
  if (run.records === undefined) return [];
  const files = await run.remote.read(await tipOf(run.remote, run.branch), [`${evidenceFolder}/`]);
  const standing = new Set(moveRecords(recordsIn(files), run.records(files).inspect).map((r) => r.inspected.record.id));
  const found: Happening[] = [];
  for (const { pull, commit, about } of mergedOf(closed)) {
    const reasons = [{ code: 'merged', text: `pull request ${pull.number}` }];
    const happening = promotionHappening({ ...about, from: '', reasons }, commit);
    if (standing.has(happening.id)) continue;
    const from = await releaseBefore(run, commit, about);
    if (from === undefined) continue;
    const approvers = approversOf(pull, run.reviewed.get(pull.number) ?? (await forge.reviews(pull.number))).sort((a, b) => a - b);
    found.push({ ...happening, previousRelease: from, pull: { number: pull.number, author: pull.author, approvers } });
  }
  return found;
};

/** The release that the pin named before a merge; undefined where the merge did not move it. */
const releaseBefore = async (run: Run, commit: string, { agent, ring, to }: ParsedBranch): Promise<string | undefined> => {
  const path = pinFile(agent, ring);
  const parent = await run.remote.parent(commit);
  const [before, after] = await Promise.all([parent, commit].map(async (at) => (at === null ? undefined : releaseIn(await run.remote.read(at, [path]), path))));
  return after === to && before !== to ? before : undefined;
};

const releaseIn = (files: FileBytes, path: string): string | undefined => {
  const text = files.get(path)?.toString();
  return text === undefined ? undefined : readPin(text, path).release;
};

/**
 * A forge can not compare and set more than the one line: a release that was quarantined in the moment of its merge went in all the same.
 * It is taken back to the release before it.
 */
export const takeBackBarred = async (run: Run, closed: readonly PullState[]): Promise<void> => {
  const merged = mergedOf(closed);
  const paths = merged.flatMap(({ about }) => [pinFile(about.agent, about.ring), quarantineFile(about.agent)]);
  if (paths.length === 0) return;
  const files = await run.remote.read(await tipOf(run.remote, run.branch), [...new Set(paths)]);
  for (const { commit, about, pull } of merged) {
    const path = quarantineFile(about.agent);
    const entry = readQuarantine(files.get(path)?.toString(), path).find((e) => e.release === about.to);
    if (entry === undefined || releaseIn(files, pinFile(about.agent, about.ring)) !== about.to) continue;
    const to = await releaseBefore(run, commit, about);
    if (to === undefined) continue;
    const { agent, ring } = about;
    const reasons = [{ code: 'quarantine.barred', text: `pull request ${pull.number} was merged while ${about.to} was quarantined: ${entry.reason}` }];
    const moves = [{ agent, ring, from: about.to, to }];
    await applyRevert(run, { kind: 'revert', agent, release: about.to, ring, moves, reasons, step: 0, notBefore: run.now });
  }
};

/** Closes the pull requests of promotions that will not come any more, and says why. */
export const closeStale = async (run: Run, forge: Forge, pulls: readonly PullState[]): Promise<void> => {
  const wanted = new Set(run.plan.promotions.map(branchOf));
  for (const pull of pulls) {
    const about = parseBranch(pull);
    if (about === undefined) continue;
    const subject = `${about.agent} ${about.to} in ${about.ring}`;
    try {
      const reason = await staleReason(run, about, wanted.has(pull.branch ?? ''));
      if (reason === undefined) continue;
      await forge.closePull(pull.number, { title: pull.title, body: `${closedMark}\n**Closed: ${reason}.**\n\n${pull.body}` });
      run.tell({ what: 'pull request', subject, outcome: 'done', reason: `closed: ${reason}`, at: pull.number });
    } catch (error) {
      run.tell({ what: 'pull request', subject, outcome: 'failed', reason: messageOf(error), at: pull.number });
    }
  }
};

/** Undefined: it is of use yet. While the line is stopped everything that is open stays as it is. */
const staleReason = async (run: Run, about: ParsedBranch, isPlanned: boolean): Promise<string | undefined> => {
  const planned = run.plan.promotions.find((m) => branchOf(m) === branchOf(about));
  const tip = await tipOf(run.remote, run.branch);
  if (planned === undefined) return run.plan.stopped === null && !isPlanned ? gone(run, about, tip) : undefined;
  const changes = changesOf(planned, await run.remote.read(tip, filesOf(planned)));
  return changes.kind === 'change' || run.plan.stopped !== null ? undefined : changes.reason;
};

const gone = async (run: Run, { agent, ring, to }: ParsedBranch, tip: string): Promise<string> => {
  const files = await run.remote.read(tip, [pinFile(agent, ring), quarantineFile(agent)]);
  const barred = readQuarantine(files.get(quarantineFile(agent))?.toString(), quarantineFile(agent)).some((e) => e.release === to);
  if (barred) return `${to} is quarantined`;
  return releaseIn(files, pinFile(agent, ring)) === to ? `${ring} has ${to} already` : `the plan of ${run.plan.at} does not promote ${to} in ${ring}`;
};
