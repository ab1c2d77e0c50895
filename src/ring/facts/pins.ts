import { type Ring, rings } from '#model/cluster.ts';
import { membersOf } from '#model/fleet.ts';
import type { RingFact } from '#model/observation.ts';
import type { MovedPin } from '#model/record-facts.ts';
import { compareVersions } from '#util/version.ts';
import { newestVerified, standingOf } from '../standing.ts';
import { barredBy, type RecordGround } from './ground.ts';

/** A moved pin, before its release was rendered; and the record that says what it rendered when it was verified. */
export interface UnrenderedPin extends Omit<MovedPin, 'render'> {
  readonly verifiedBy: RingFact | undefined;
}

/** Pins that differ between base and head, with what the records say of the release that they get. Pure. */
export const movedPins = (ground: RecordGround): UnrenderedPin[] => {
  const { base, head } = ground;
  if (base === undefined) return [];
  return [...head.fleet.pins].flatMap(([agent, pins]) =>
    [...pins].flatMap(([ring, { release: to }]): UnrenderedPin[] => {
      const from = base.fleet.pins.get(agent)?.get(ring)?.release ?? null;
      return from === to ? [] : [movedPin(ground, { agent, ring, from, to, direction: directionOf(base.releases.get(agent) ?? [], from, to) })];
    }),
  );
};

const directionOf = (stood: readonly string[], from: string | null, to: string): MovedPin['direction'] => {
  if (from === null) return 'new';
  return stood.includes(to) && (compareVersions(to, from) ?? 1) < 0 ? 'back' : 'forward';
};

const movedPin = (ground: RecordGround, move: Pick<MovedPin, 'agent' | 'from' | 'to' | 'direction'> & { readonly ring: Ring }): UnrenderedPin => {
  const { records, head } = ground;
  const { agent, ring, to } = move;
  const previous = previousRing(ground, agent, ring);
  const here = standingOf(records, agent, ring, to);
  const inPrevious = previous === undefined ? null : previousStanding(ground, agent, previous, to);
  const isUsable = (release: string): boolean => head.releases.get(agent)?.includes(release) === true && barredBy(ground, agent, release) === null;
  const own = records.facts.filter((f) => f.agent === agent && f.ring === ring);
  const verifiedIn = here === 'verified' ? ring : inPrevious === 'verified' ? previous : undefined;
  return {
    ...move,
    previous: previous ?? null,
    inPrevious,
    here,
    lastVerified: newestVerified(own, isUsable) ?? null,
    barred: barredBy(ground, agent, to),
    verifiedBy: records.facts.findLast((f) => f.agent === agent && f.ring === verifiedIn && f.release === to),
  };
};

/** The nearest earlier ring that runs the agent on either side, so that a change does not skip one by emptying it. */
const previousRing = ({ base, head }: RecordGround, agent: string, ring: Ring): Ring | undefined =>
  rings.slice(0, rings.indexOf(ring)).findLast((r) => [base, head].some((side) => side !== undefined && membersOf(side.fleet, agent, r).length > 0));

/** A ring without any record is one that a release has not been through, as soon as an earlier ring has records of the agent. */
const previousStanding = ({ records }: RecordGround, agent: string, previous: Ring, release: string): MovedPin['inPrevious'] => {
  const standing = standingOf(records, agent, previous, release);
  const earlier = rings.slice(0, rings.indexOf(previous));
  return standing === 'unrecorded' && earlier.some((ring) => records.recorded.has(`${agent}/${ring}`)) ? 'unverified' : standing;
};
