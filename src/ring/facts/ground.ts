import type { Fleet } from '#model/fleet.ts';
import type { RingRecords } from '#model/observation.ts';
import type { Quarantine } from '#model/quarantine.ts';
import type { Barred } from '#model/record-facts.ts';

/** What one revision says of releases. */
export interface ReleaseSide {
  readonly fleet: Fleet;
  /** Releases that stand in Git, by agent. */
  readonly releases: ReadonlyMap<string, readonly string[]>;
  readonly quarantines: ReadonlyMap<string, Quarantine>;
}

/** Both revisions, and the records of the base. */
export interface RecordGround {
  /** Undefined when there is nothing to compare with. */
  readonly base: ReleaseSide | undefined;
  readonly head: ReleaseSide;
  readonly records: RingRecords;
}

/** Path of the releases of one agent that nothing takes any more. */
export const quarantineOf = (agent: string): string => `agents/${agent}/quarantine.yaml`;

/** What bars a release: an entry of the base counts although the head has it no more, so that a change does not profit from lifting it. */
export const barredBy = ({ base, head }: RecordGround, agent: string, release: string): Barred | null => {
  const entries = [base, head].flatMap((side) => side?.quarantines.get(agent)?.releases ?? []);
  const found = entries.find((entry) => entry.release === release);
  return found === undefined ? null : { file: quarantineOf(agent), ring: found.ring, reason: found.reason, at: found.at };
};
