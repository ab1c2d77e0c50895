import { messageOf } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { FileBytes } from '#model/forge.ts';
import type { PinMove, RevertMove } from '#model/promotion.ts';
import { changesOf, filesOf } from './changes.ts';
import { commitOn, type Draft } from './commit-on-main.ts';
import { appended, type Happening, inputOf, recordId, recordsIn } from './records.ts';
import type { Run } from './setup.ts';

/**
 * Carries out the reverts of a plan in their order, each as one commit. What is not due yet holds up all of the steps after it; what
 * fails holds up nothing else.
 */
export const applyReverts = async (run: Run): Promise<void> => {
  const order = [...run.plan.reverts].sort((a, b) => a.step - b.step || compare(a.notBefore, b.notBefore) || compare(subjectOf(a), subjectOf(b)));
  let heldStep = Number.POSITIVE_INFINITY;
  for (const revert of order) {
    const waits = revert.notBefore > run.now ? `not before ${revert.notBefore}` : revert.step > heldStep ? `step ${heldStep} comes first` : undefined;
    if (waits === undefined) await applyRevert(run, revert);
    else {
      heldStep = Math.min(heldStep, revert.step);
      run.tell({ what: 'revert', subject: subjectOf(revert), outcome: 'waits', reason: waits });
    }
  }
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const subjectOf = ({ agent, ring, release }: RevertMove): string => `${agent} ${release} in ${ring}`;

/** Carries out one revert, whenever it is due. */
export const applyRevert = async (run: Run, revert: RevertMove): Promise<void> => {
  const about = { what: 'revert', subject: subjectOf(revert) } as const;
  try {
    let reason = '';
    const commit = await commitOn(run.remote, run.branch, async (tip) => {
      const files = await run.remote.read(tip, [...filesOf(revert), `${evidenceFolder}/`]);
      const changes = changesOf(revert, files);
      if (changes.kind === 'change') return revertDraft(run, revert, { tip, files, changes });
      reason = changes.reason;
      return undefined;
    });
    if (commit === null) run.tell({ ...about, outcome: 'nothing', reason });
    else run.tell({ ...about, outcome: 'done', reason: revert.reasons.map((r) => r.text).join('; '), at: commit });
  } catch (error) {
    run.tell({ ...about, outcome: 'failed', reason: messageOf(error) });
  }
};

interface Found {
  readonly tip: string;
  readonly files: FileBytes;
  readonly changes: { readonly files: ReadonlyMap<string, string>; readonly pins: readonly PinMove[] };
}

const revertDraft = async (run: Run, revert: RevertMove, { tip, files, changes }: Found): Promise<Draft> => {
  const texts = [...changes.files].map(([file, text]): [string, Buffer] => [file, Buffer.from(text)]);
  const records = await revertRecords(run, revert, { tip, files, changes });
  const lines = changes.pins.map((p) => `${p.ring}: ${p.from} -> ${p.to}`);
  return {
    files: new Map([...texts, ...records]),
    message: [`Take ${revert.agent} ${revert.release} back`, '', ...lines, ...revert.reasons.map((r) => `${r.code}: ${r.text}`), ''].join('\n'),
    at: run.now,
  };
};

/** A record that can not be made must not keep a bad release in the fleet: it is told, and due in a later run. */
const revertRecords = async (run: Run, revert: RevertMove, { tip, files, changes }: Found): Promise<ReadonlyMap<string, Buffer>> => {
  if (run.records === undefined) return new Map();
  try {
    const happenings = changes.pins.map((pin): Happening => revertHappening(pin, tip, revert));
    const inputs = await Promise.all(happenings.map((h) => inputOf(h, run.source, run.now)));
    return appended(recordsIn(files), inputs, run.records(files));
  } catch (error) {
    run.tell({ what: 'records', subject: subjectOf(revert), outcome: 'failed', reason: `the revert goes on without its record: ${messageOf(error)}` });
    return new Map();
  }
};

/** One for each release and ring: a release is taken back there once. */
export const revertId = ({ agent, ring, from }: Pick<PinMove, 'agent' | 'ring' | 'from'>): string => recordId('revert', { agent, ring, release: from }, 'once');

export const revertHappening = (pin: PinMove, pinCommit: string, { reasons }: Pick<RevertMove, 'reasons'>): Happening => ({
  kind: 'revert',
  id: revertId(pin),
  agent: pin.agent,
  ring: pin.ring,
  release: pin.to,
  previousRelease: pin.from,
  pinCommit,
  outcome: 'deny',
  reasons: reasons.map((r) => `${r.code}: ${r.text}`),
});
