import { GateError } from '#model/errors.ts';
import { evidenceFolder } from '#model/evidence.ts';
import type { RingRecords } from '#model/observation.ts';
import type { Snapshot } from '#model/ports.ts';
import { isRecordFile } from './append-only.ts';
import { createInspect } from './inspect.ts';
import { readKeys } from './keys.ts';
import { moveRecords, ringFactsOf } from './ring-facts.ts';
import { type EvidenceFiles, verifyEvidence } from './verify.ts';

/** Public keys that are trusted, and the file that holds them. */
export interface TrustedKeys {
  readonly file: string;
  readonly text: string;
}

/**
 * What the records of a snapshot say of its rings.
 * @param keys your own copy of the keys; without it those of the snapshot count
 * @throws GateError GATE_EVIDENCE_BROKEN when they do not verify: nothing rests on half of them
 */
export const readRingRecords = (snapshot: Snapshot, keys?: TrustedKeys): RingRecords => {
  const names = [...snapshot.files.keys()].filter(isRecordFile);
  if (names.length === 0) return { facts: [], recorded: new Set() };
  snapshot.prefetch(names);
  const files: EvidenceFiles = new Map(names.map((file) => [file, snapshot.read(file)]));
  const file = `${evidenceFolder}/keys.yaml`;
  const trusted = keys ?? { file, text: snapshot.read(file).toString() };
  const inspect = createInspect(readKeys(trusted.file, trusted.text));
  const [first] = verifyEvidence(files, inspect).problems;
  if (first !== undefined)
    throw new GateError('GATE_EVIDENCE_BROKEN', 'undecided', `${first.file}:${first.line}: ${first.message}`, {
      hint: 'Nothing rests on records that do not verify. `ranfleet verify` lists everything that is wrong.',
    });
  const recorded = new Set(moveRecords(files, inspect).map(({ move }) => `${move.agent}/${move.ring}`));
  return { facts: ringFactsOf(files, inspect), recorded };
};
