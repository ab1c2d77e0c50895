import { type EvidenceMove, evidenceFolder, moveOf } from '#model/evidence.ts';
import type { RingFact } from '#model/observation.ts';
import type { Inspect, Inspected } from './inspect.ts';
import type { EvidenceFiles } from './verify.ts';

/** A record about a pin. */
export interface MoveRecord {
  readonly file: string;
  readonly inspected: Inspected;
  readonly move: EvidenceMove;
}

/** Records of moves in the order of their chains; files that are no good record are passed over, `verifyEvidence` tells of them. */
export const moveRecords = (files: EvidenceFiles, inspect: Inspect): MoveRecord[] =>
  [...files]
    .filter(([file]) => file.startsWith(`${evidenceFolder}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, bytes]): MoveRecord[] => {
      const inspected = inspect(bytes);
      const move = typeof inspected === 'string' ? undefined : moveOf(inspected.record);
      return typeof inspected === 'string' || move === undefined ? [] : [{ file, inspected, move }];
    });

/**
 * What the records say of rings: a promotion with a soak says that the ring verified its release, a revert that the release before was
 * taken back. A promotion without a soak only says that the pin moved.
 */
export const ringFactsOf = (files: EvidenceFiles, inspect: Inspect): RingFact[] =>
  moveRecords(files, inspect).flatMap(({ file, inspected: { record }, move }): RingFact[] => {
    const about = { agent: move.agent, ring: move.ring, at: record.time, renderSha256: move.renderSha256, record: file };
    if (record.kind === 'promotion' && move.soak !== undefined) return [{ ...about, release: move.release, outcome: 'verified' }];
    if (record.kind === 'revert' && move.previousRelease !== undefined) return [{ ...about, release: move.previousRelease, outcome: 'reverted' }];
    return [];
  });
