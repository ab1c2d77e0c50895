import { isDeepStrictEqual } from 'node:util';
import type { LostEntry } from '#model/record-facts.ts';
import { quarantineOf, type RecordGround } from './ground.ts';

/** Entries of quarantines that a change takes away or rewrites. Pure. */
export const lostEntries = ({ base, head }: RecordGround): LostEntry[] =>
  [...(base?.quarantines ?? [])].flatMap(([agent, { releases }]) => {
    const now = head.quarantines.get(agent)?.releases ?? [];
    return releases.flatMap((entry): LostEntry[] => {
      const same = now.filter(({ release }) => release === entry.release);
      if (same.some((other) => isDeepStrictEqual(other, entry))) return [];
      return [{ agent, file: quarantineOf(agent), release: entry.release, how: same.length === 0 ? 'gone' : 'changed' }];
    });
  });
