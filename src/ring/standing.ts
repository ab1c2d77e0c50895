import type { RingFact, RingRecords, Standing } from '#model/observation.ts';
import { compareText } from '#util/order.ts';

/** What the records say of a release in a ring. */
export const standingOf = ({ facts, recorded }: RingRecords, agent: string, ring: string, release: string): Standing => {
  const last = facts.findLast((f) => f.agent === agent && f.ring === ring && f.release === release);
  if (last !== undefined) return last.outcome;
  return recorded.has(`${agent}/${ring}`) ? 'unverified' : 'unrecorded';
};

/** Of the releases that a ring verified and that were not taken back there since, the one that it verified last. Never a guess. */
export const newestVerified = (facts: readonly RingFact[], isUsable: (release: string) => boolean): string | undefined =>
  [...new Map(facts.map((fact) => [fact.release, fact])).values()]
    .filter(({ outcome, release }) => outcome === 'verified' && isUsable(release))
    .sort((a, b) => compareText(a.at, b.at))
    .at(-1)?.release;
