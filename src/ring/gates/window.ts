import type { Cluster } from '#model/cluster.ts';
import { addDays, weekdayOf } from '#util/day.ts';
import { instantOf, localDate } from '#util/local-time.ts';
import type { Spell } from '../health.ts';
import { policy } from '../policy.ts';
import { instant, type RingWorld } from '../world.ts';
import { frozenAt } from './freeze.ts';
import type { Gate } from './gate.ts';

/** How far ahead a window is looked for, days. */
const horizon = 9;

/**
 * Rules 17 and 20: tier W starts in production only inside the maintenance window of every cluster of the ring, by local clocks, with
 * room for the rollout and its way back, and only where the verdict a day later finds people at work.
 */
export const windowGate: Gate = ({ view: { agent, ring, clusters } }, { world }) => {
  if (world.agent(agent).tier !== 'W' || world.ringFacts(ring)?.env !== 'production' || clusters.length === 0) return [];
  const next = nextStart(clusters, world);
  if (next === world.clock) return [];
  return [
    next === undefined
      ? { code: 'window.none', text: `the maintenance windows of ${ring} have no common stretch that is long enough in the next ${horizon} days` }
      : { code: 'window.closed', text: 'tier W starts inside the local maintenance windows only', until: instant(next) },
  ];
};

/** First moment from now on at which a start is allowed. */
const nextStart = (clusters: readonly Cluster[], world: RingWorld): number | undefined => {
  const zones = clusters.map((cluster) => windowsOf(cluster, world.clock));
  const common = zones.reduce((all, some) => all.flatMap((a) => some.flatMap((b) => overlap(a, b))));
  const starts = [...common]
    .sort((a, b) => a.from - b.from)
    .flatMap(({ from, to }) => [from, ...thaws(world, { from, to })].map((at) => ({ at: Math.max(at, world.clock), to })))
    .filter(({ at, to }) => to - at >= policy.windowNeeds && isFitting(clusters, at, world));
  return starts[0]?.at;
};

/** Ends of freezes within a window: it may begin late. */
const thaws = ({ fleet }: RingWorld, { from, to }: Spell): number[] =>
  [...fleet.freezes.values()]
    .map(({ until, timeZone }) => instantOf(until, timeZone))
    .filter((at) => from < at && at < to)
    .sort((a, b) => a - b);

const overlap = (a: Spell, b: Spell): Spell[] => {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return from < to ? [{ from, to }] : [];
};

/** Windows of one cluster from yesterday on. An end before the start is on the next day; clock changes make one longer or shorter. */
const windowsOf = ({ timeZone, maintenanceWindow: { start, end } }: Cluster, clock: number): Spell[] => {
  const today = localDate(clock, timeZone);
  return Array.from({ length: horizon + 1 }, (_, i): Spell => {
    const day = addDays(today, i - 1);
    return { from: instantOf(`${day}T${start}`, timeZone), to: instantOf(`${end > start ? day : addDays(day, 1)}T${end}`, timeZone) };
  }).filter(({ from, to }) => from < to && to > clock);
};

/** Not in a freeze, and not before a weekend or a freeze: the day on which the verdict falls is a working day everywhere. */
const isFitting = (clusters: readonly Cluster[], start: number, world: RingWorld): boolean => {
  const verdict = start + policy.verdictAfter;
  const isWorkday = clusters.every(({ timeZone }) => ![0, 6].includes(weekdayOf(localDate(verdict, timeZone))));
  return isWorkday && frozenAt(clusters, start, world).length === 0 && frozenAt(clusters, verdict, world).length === 0;
};
