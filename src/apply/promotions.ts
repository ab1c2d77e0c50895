import { messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { CheckState, FileBytes, Forge, PullState, PullText, Review } from '#model/forge.ts';
import type { PromotionMove } from '#model/promotion.ts';
import { type Changes, changesOf, filesOf, pinFile } from './changes.ts';
import { commitOn, tipOf } from './commit-on-main.ts';
import { withCountdown } from './pull-body.ts';
import { approversOf, changesOnly, objectorsOf, openChecks } from './pull-gates.ts';
import { appended, type Happening, inputOf, recordId, recordsIn, verifiedRender } from './records.ts';
import { branchOf, type Outcome, type Run } from './setup.ts';

/** The head of the body of a pull request that the engine closed itself; one that a person closed stays closed. */
export const closedMark = '<!-- ranfleet-closed -->';

interface Ready {
  readonly tip: string;
  readonly path: string;
  readonly bytes: Buffer;
}

type Told = Omit<Outcome, 'what' | 'subject'>;

const subjectOf = ({ agent, ring, to }: PromotionMove): string => `${agent} ${to} in ${ring}`;

/** Brings one promotion as far as its gates let it go. */
export const applyPromotion = async (run: Run, move: PromotionMove, pulls: readonly PullState[], closed: readonly PullState[]): Promise<void> => {
  const tell = (told: Told): void => run.tell({ what: 'promotion', subject: subjectOf(move), ...told });
  if (!run.mayGoOn()) return tell({ outcome: 'waits', reason: 'the requests of this run are used up' });
  try {
    const ready = await prepare(run, move);
    if ('outcome' in ready) return tell(ready);
    if (run.forge === undefined) return tell(await commitPromotion(run, move));
    const pull = pulls.find((p) => p.branch === branchOf(move));
    tell(pull === undefined ? await open(run, run.forge, move, ready, closed) : await advance(run, run.forge, move, ready, pull));
  } catch (error) {
    tell({ outcome: 'failed', reason: messageOf(error) });
  }
};

/** The one changed file on top of the base as it is now, or why there is none. */
const prepare = async (run: Run, move: PromotionMove): Promise<Ready | Told> => {
  const tip = await tipOf(run.remote, run.branch);
  const files = await run.remote.read(tip, [...filesOf(move), `${evidenceFolder}/`]);
  const changes = changesOf(move, files);
  if (changes.kind !== 'change') return { outcome: changes.kind, reason: changes.reason };
  const other = await otherRender(run, move, files);
  if (other !== undefined) return { outcome: 'refused', reason: other };
  return { tip, ...onlyFile(changes, move) };
};

const onlyFile = ({ files }: Extract<Changes, { kind: 'change' }>, { agent, ring }: PromotionMove): Omit<Ready, 'tip'> => {
  const path = pinFile(agent, ring);
  return { path, bytes: Buffer.from(files.get(path) ?? '') };
};

/** A release goes on only as the very thing that the ring before verified. */
const otherRender = async (run: Run, { agent, ring, to, verifiedIn }: PromotionMove, files: FileBytes): Promise<string | undefined> => {
  if (verifiedIn === null) return undefined;
  if (run.records === undefined) return 'there is no key, so nothing can be said of the ring before';
  const verified = verifiedRender(recordsIn(files), run.records(files), agent, verifiedIn, to);
  if (verified === undefined) return `no record says that ${verifiedIn} verified ${to}`;
  const render = await run.source.renderSha256(agent, ring, to);
  return render === verified ? undefined : `${ring} would render ${render.slice(0, 12)}, ${verifiedIn} verified ${verified.slice(0, 12)}`;
};

/** Without a forge: pin and record in one commit, where nobody has to approve. */
const commitPromotion = async (run: Run, move: PromotionMove): Promise<Told> => {
  if (!move.ready) return { outcome: 'waits', reason: move.reasons.map((r) => r.text).join('; ') };
  if (move.approvals > 0) return { outcome: 'waits', reason: `${move.approvals} approvals are due, and only a forge knows of them` };
  if (run.records === undefined) return { outcome: 'waits', reason: 'there is no key to sign its record with' };
  const { records } = run;
  let told: Told = { outcome: 'nothing', reason: '' };
  const commit = await commitOn(run.remote, run.branch, async (tip) => {
    const files = await run.remote.read(tip, [...filesOf(move), `${evidenceFolder}/`]);
    const changes = changesOf(move, files);
    if (changes.kind !== 'change') {
      told = { outcome: changes.kind, reason: changes.reason };
      return undefined;
    }
    const { path, bytes } = onlyFile(changes, move);
    const input = await inputOf(promotionHappening(move, tip), run.source, run.now);
    const added = appended(recordsIn(files), [input], records(files));
    return { files: new Map([[path, bytes], ...added]), message: messageFor(move), at: run.now };
  });
  return commit === null ? told : { outcome: 'done', reason: move.reasons.map((r) => r.text).join('; '), at: commit };
};

const messageFor = (move: PromotionMove): string =>
  [`Promote ${move.agent} ${move.to} in ${move.ring}`, '', ...move.reasons.map((r) => `${r.code}: ${r.text}`), ''].join('\n');

/** @param pinCommit the commit that moved the pin, or the one before it; one record for each */
export const promotionHappening = (move: Pick<PromotionMove, 'agent' | 'from' | 'to' | 'ring' | 'reasons' | 'breakGlass'>, pinCommit: string): Happening => ({
  kind: 'promotion',
  id: recordId('promotion', { agent: move.agent, ring: move.ring, release: move.to }, pinCommit.slice(0, 12)),
  agent: move.agent,
  ring: move.ring,
  release: move.to,
  previousRelease: move.from,
  pinCommit,
  outcome: 'allow',
  reasons: move.reasons.map((r) => `${r.code}: ${r.text}`),
  degraded: move.breakGlass,
});

const open = async (run: Run, forge: Forge, move: PromotionMove, ready: Ready, closed: readonly PullState[]): Promise<Told> => {
  const branch = branchOf(move);
  const byPerson = closed.find((p) => p.branch === branch && p.mergedAs === null && !p.body.startsWith(closedMark));
  if (byPerson) return { outcome: 'waits', reason: 'somebody closed its pull request; reopening it lets it go on', at: byPerson.number };
  const standing = await run.remote.tip(branch);
  const isMade = standing !== null && (await run.remote.read(standing, [ready.path])).get(ready.path)?.equals(ready.bytes) === true;
  const head = isMade ? standing : await putBranch(run, move, ready, standing);
  if (head === null) return { outcome: 'waits', reason: `somebody else writes to ${branch}` };
  const pull = await forge.openPull(branch, run.branch, await run.describe(move, head));
  return { outcome: 'done', reason: 'its pull request is open', at: pull.number };
};

/** Lets the branch of a promotion hold one commit on top of the base, and returns it; null where somebody else wrote to the branch. */
const putBranch = async (run: Run, move: PromotionMove, { tip, path, bytes }: Ready, from: string | null): Promise<string | null> => {
  const commit = await run.remote.commit({ parent: tip, files: new Map([[path, bytes]]), message: messageFor(move), at: run.plan.at });
  return from === commit || (await run.remote.move(branchOf(move), from, commit)) ? commit : null;
};

const advance = async (run: Run, forge: Forge, move: PromotionMove, ready: Ready, pull: PullState): Promise<Told> => {
  const at = pull.number;
  const text = { title: pull.title, body: withCountdown(pull.body, move) ?? (await run.describe(move, pull.headSha)).body };
  if (text.body !== pull.body) await forge.rewritePull(at, text);
  if (!move.ready) return { outcome: 'waits', reason: move.reasons.map((r) => r.text).join('; '), at };
  if (!changesOnly(await run.remote.changes(ready.tip, pull.headSha), ready.path, ready.bytes)) {
    await putBranch(run, move, ready, pull.headSha);
    return { outcome: 'waits', reason: 'its branch held something else and was made anew, to be checked and approved again', at };
  }
  const reviews = await forge.reviews(at); // first, since people take longest and each look is a request
  const open = personsOpen(move, pull, reviews) ?? checksOpen(run, await forge.checks(pull.headSha));
  if (open !== undefined) return { outcome: 'waits', reason: open, at };
  const told = await merge(run, forge, move, pull, text);
  if (told.outcome === 'done') run.reviewed.set(at, reviews);
  return told;
};

/** What people have not said yet, or said against it. */
const personsOpen = (move: PromotionMove, pull: PullState, reviews: readonly Review[]): string | undefined => {
  const approvals = approversOf(pull, reviews).length;
  if (approvals < move.approvals) return `${approvals} of ${move.approvals} approvals of other people`;
  return objectorsOf(reviews).length > 0 ? 'somebody asked for changes' : undefined;
};

const checksOpen = ({ requiredChecks }: Run, checks: readonly CheckState[]): string | undefined => {
  const open = openChecks(requiredChecks, checks);
  return open.length > 0 ? `not passed yet: ${open.join(', ')}` : undefined;
};

/** The base may have moved while the gates were looked at; what moves in the last moment is taken back by `takeBackBarred`. */
const merge = async (run: Run, forge: Forge, move: PromotionMove, pull: PullState, text: PullText): Promise<Told> => {
  const at = pull.number;
  const changes = changesOf(move, await run.remote.read(await tipOf(run.remote, run.branch), filesOf(move)));
  if (changes.kind !== 'change') return { outcome: changes.kind, reason: changes.reason, at };
  const { commit, reason } = await forge.mergePull(at, pull.headSha, { title: text.title, body: messageFor(move) });
  return commit === null ? { outcome: 'waits', reason, at } : { outcome: 'done', reason: `merged as ${commit.slice(0, 12)}`, at };
};
