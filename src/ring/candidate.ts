import type { Ring } from '#model/cluster.ts';
import type { Reason } from '#model/promotion.ts';
import { compareVersions } from '#util/version.ts';
import type { RingView } from './ring-view.ts';
import type { RingWorld } from './world.ts';

/** A release that a ring could get next. */
export interface Candidate {
  readonly view: RingView;
  readonly release: string;
  /** The ring whose record says that it went through its soak; null for the first ring. */
  readonly verifiedIn: Ring | null;
  /** When that was; the order in which candidates get their turn. Empty for the first ring. */
  readonly since: string;
}

/** What a ring gets next, or why nothing. @param before the views of the same agent's earlier rings, in order */
export const candidateOf = (view: RingView, before: readonly RingView[], world: RingWorld): Candidate | Reason => {
  const previous = before.findLast(({ isEmpty }) => !isEmpty);
  return previous === undefined ? firstRing(view, world) : laterRing(view, previous, world);
};

const firstRing = (view: RingView, world: RingWorld): Candidate | Reason => {
  const newest = newestOf(world.releases.get(view.agent) ?? [], view, world);
  return newest === undefined ? nothingNewer : { view, release: newest, verifiedIn: null, since: '' };
};

const nothingNewer: Reason = { code: 'release.none', text: 'there is no newer release to take' };

/**
 * The newest release that the ring before has verified, whether it still has it or has gone on to a newer one: a stream of releases
 * starves nobody. While that ring is in trouble with this very release, it goes nowhere.
 */
const laterRing = (view: RingView, previous: RingView, world: RingWorld): Candidate | Reason => {
  const facts = world.factsOf(view.agent, previous.ring);
  const last = new Map(facts.map((fact) => [fact.release, fact]));
  const verified = [...last.values()].filter(({ outcome }) => outcome === 'verified').map(({ release }) => release);
  const newest = newestOf(verified, view, world);
  if (newest === undefined) return world.isQuarantined(view.agent, previous.release) ? nothingNewer : waitFor(view, previous);
  if (previous.release === newest && previous.state !== 'verified')
    return { code: 'order.previous_ill', text: `${previous.ring} verified ${newest} and is ${previous.state} now` };
  return { view, release: newest, verifiedIn: previous.ring, since: last.get(newest)?.at ?? '' };
};

const waitFor = (view: RingView, previous: RingView): Reason =>
  isNewer(previous.release, view.release) && previous.state !== 'verified'
    ? { code: 'order.previous_unverified', text: `${previous.ring} has not verified ${previous.release} yet` }
    : isNewer(previous.release, view.release)
      ? { code: 'order.record_missing', text: `no record says that ${previous.ring} verified ${previous.release}` }
      : nothingNewer;

const isNewer = (a: string, b: string): boolean => (compareVersions(a, b) ?? 0) > 0;

const newestOf = (releases: readonly string[], view: RingView, world: RingWorld): string | undefined =>
  releases
    .filter((release) => isNewer(release, view.release) && !world.isQuarantined(view.agent, release))
    .sort((a, b) => compareVersions(a, b) ?? 0)
    .at(-1);
