import type { Ring } from '#model/cluster.ts';
import { addDays } from '#util/day.ts';
import { instantOf, localDate } from '#util/local-time.ts';
import type { Spell } from './health.ts';
import { policy, quorumOf } from './policy.ts';

/** How a ring stands with a release at a moment, counted in clusters. */
export interface Quorum {
  readonly clusters: number;
  readonly seen: number;
  readonly good: number;
  /** Since when it was enough without a break, milliseconds since 1970; undefined while it is not. */
  readonly since: number | undefined;
}

/** One cluster's spells. */
export interface ClusterSpells {
  readonly seen: readonly Spell[];
  readonly good: readonly Spell[];
}

/** Since when enough clusters of a ring have run the release without a break. Silent clusters count as unknown, never as healthy. */
export const quorumAt = (ring: Ring, clusters: readonly ClusterSpells[], clock: number): Quorum => {
  const total = clusters.length;
  let [seen, good] = [0, 0];
  let since: number | undefined;
  for (const [at, steps] of Map.groupBy(stepsOf(clusters, clock), (step) => step.at)) {
    for (const step of steps) {
      seen += step.seen;
      good += step.good;
    }
    since = isEnough(ring, total, seen, good) ? (since ?? at) : undefined;
  }
  return { clusters: total, seen, good, since };
};

interface Step {
  readonly at: number;
  readonly seen: number;
  readonly good: number;
}

/** What begins and ends up to the clock, in order. */
const stepsOf = (clusters: readonly ClusterSpells[], clock: number): Step[] => {
  const edges = (spells: readonly Spell[], seen: number, good: number): Step[] =>
    spells.flatMap(({ from, to }) => [
      { at: from, seen, good },
      { at: to, seen: -seen, good: -good },
    ]);
  return clusters
    .flatMap((one) => [...edges(one.seen, 1, 0), ...edges(one.good, 0, 1)])
    .filter(({ at }) => at <= clock)
    .sort((a, b) => a.at - b.at);
};

export const isTooSilent = ({ clusters, seen }: Pick<Quorum, 'clusters' | 'seen'>): boolean => seen === 0 || (clusters - seen) / clusters > policy.silent;

const isEnough = (ring: Ring, clusters: number, seen: number, good: number): boolean =>
  !isTooSilent({ clusters, seen }) && good >= Math.ceil(quorumOf(ring) * seen);

export interface SoakDemand {
  readonly hours: number;
  /** Time zones of which the soak must hold a busy hour. */
  readonly busyZones: readonly string[];
}

/** When a soak that began at `since` and never breaks is over, milliseconds since 1970. Whole cycles count, the first do not. */
export const soakEnd = (since: number, { hours, busyZones }: SoakDemand): number => {
  const start = soakStart(since);
  const cycles = Math.max(1, Math.ceil((hours * 3_600_000) / policy.cycle));
  return Math.max(start + cycles * policy.cycle, ...busyZones.map((zone) => busyHourEnd(start, zone)));
};

/** From when on cycles count. */
const soakStart = (since: number): number => (Math.ceil(since / policy.cycle) + policy.skippedCycles) * policy.cycle;

/** End of the first busy hour that begins at or after a moment. */
const busyHourEnd = (from: number, zone: string): number => {
  for (let date = localDate(from, zone); ; date = addDays(date, 1)) {
    for (let hour = policy.busyHours.from; hour < policy.busyHours.until; hour++) {
      const start = instantOf(`${date}T${String(hour).padStart(2, '0')}:00`, zone);
      if (start >= from) return start + 3_600_000;
    }
  }
};
