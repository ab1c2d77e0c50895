import { moveRecords } from '#evidence/ring-facts.ts';
import { messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { FileBytes } from '#model/forge.ts';
import type { Decision } from '#model/promotion.ts';
import { readPin } from '#promotion/pin-file.ts';
import { pinFile } from './changes.ts';
import { commitOn } from './commit-on-main.ts';
import { quarantineFile, readQuarantine } from './quarantine-text.ts';
import { appended, type Happening, holdHappening, inputOf, recordsIn, verifiedHappening } from './records.ts';
import { revertHappening, revertId } from './reverts.ts';
import type { Run } from './setup.ts';

/**
 * Writes every record that is due, in one commit: of releases that were verified, of rings that are held, of reverts whose run had no
 * key, and of promotions that a forge merged. What is due follows from Git and the forge alone, so a run that died leaves nothing undone.
 */
export const writeDueRecords = async (run: Run, merged: readonly Happening[]): Promise<void> => {
  const { records } = run;
  const about = { what: 'records', subject: 'evidence' } as const;
  if (records === undefined) return run.tell({ ...about, outcome: 'waits', reason: 'there is no key to sign with' });
  try {
    let count = 0;
    const commit = await commitOn(run.remote, run.branch, async (tip) => {
      const decided = run.plan.decisions.filter((d) => d.verified !== null || d.state === 'failed');
      const files = await run.remote.read(tip, [`${evidenceFolder}/`, ...decided.map((d) => pinFile(d.agent, d.ring)), ...agentsOf(run).map(quarantineFile)]);
      const setup = records(files);
      const standing = new Set(moveRecords(recordsIn(files), setup.inspect).map((r) => r.inspected.record.id));
      const happened = [...(await decidedHappenings(run, tip, files, decided)), ...(await unrecordedReverts(run, tip, files, standing)), ...merged];
      const due = happened.filter((h) => !standing.has(h.id));
      const inputs = await Promise.all(due.map((h) => inputOf(h, run.source, run.now)));
      const added = appended(recordsIn(files), inputs, setup);
      count = added.size;
      return count === 0 ? undefined : { files: added, message: messageFor(due), at: run.now };
    });
    if (commit !== null) run.tell({ ...about, outcome: 'done', reason: `${count} added`, at: commit });
  } catch (error) {
    run.tell({ ...about, outcome: 'failed', reason: messageOf(error) });
  }
};

const agentsOf = ({ plan }: Run): string[] => [...new Set([...plan.decisions, ...plan.reverts].map((d) => d.agent))].sort();

const messageFor = (due: readonly Happening[]): string =>
  [`Record what happened to ${due.length === 1 ? 'a release' : 'releases'}`, '', ...due.map((h) => `${h.kind}: ${h.agent} ${h.release} in ${h.ring}`), ''].join(
    '\n',
  );

/** Only what is still true of the pins as they stand: a plan may be older than they are. */
const decidedHappenings = async (run: Run, tip: string, files: FileBytes, decided: readonly Decision[]): Promise<Happening[]> => {
  const found: Happening[] = [];
  for (const decision of decided) {
    const path = pinFile(decision.agent, decision.ring);
    const text = files.get(path)?.toString();
    if (text === undefined || readPin(text, path).release !== (decision.verified?.release ?? decision.from)) continue;
    const pinCommit = await run.remote.lastChange(tip, path);
    if (pinCommit === null) continue;
    found.push(...[verifiedHappening(decision, pinCommit), holdHappening(decision, pinCommit)].filter((h) => h !== undefined));
  }
  return found;
};

/** Of a quarantined release whose pin names another one by now. */
const unrecordedReverts = async (run: Run, tip: string, files: FileBytes, standing: ReadonlySet<string>): Promise<Happening[]> => {
  const entries = agentsOf(run).flatMap((agent) => {
    const path = quarantineFile(agent);
    return readQuarantine(files.get(path)?.toString(), path)
      .filter((entry) => !standing.has(revertId({ agent, ring: entry.ring, from: entry.release })))
      .map((entry) => ({ agent, entry, path: pinFile(agent, entry.ring) }));
  });
  const pins = entries.length === 0 ? new Map<string, Buffer>() : await run.remote.read(tip, [...new Set(entries.map((e) => e.path))]);
  const found: Happening[] = [];
  for (const { agent, entry, path } of entries) {
    const text = pins.get(path)?.toString();
    const to = text === undefined ? entry.release : readPin(text, path).release;
    const pinCommit = to === entry.release ? null : await run.remote.lastChange(tip, path);
    if (pinCommit === null) continue;
    const reasons = [{ code: 'quarantine', text: entry.reason }];
    found.push(revertHappening({ agent, ring: entry.ring, from: entry.release, to }, pinCommit, { reasons }));
  }
  return found;
};
