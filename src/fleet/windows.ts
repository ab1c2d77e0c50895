import type { Cluster } from '#model/cluster.ts';
import type { Fleet } from '#model/fleet.ts';
import { clockChangeMinutes } from '#util/local-time.ts';

/** A maintenance window in numbers. */
export interface WindowFacts {
  /** Minutes after local midnight. */
  readonly startMinute: number;
  /** Length on an ordinary day, minutes; a window may go past midnight. */
  readonly minutes: number;
  /** Length on a day on which the clocks go forward inside the window, minutes. */
  readonly shortestMinutes: number;
  /** The time zone is one that the cluster's country uses, so that the window follows its clocks. */
  readonly isLocal: boolean;
}

/** Maintenance windows by cluster. Pure. */
export const windowFacts = (fleet: Fleet): Record<string, WindowFacts> =>
  Object.fromEntries([...fleet.clusters.values()].map((c): [string, WindowFacts] => [c.name, windowOf(c)]));

const windowOf = ({ maintenanceWindow: { start, end }, timeZone, country }: Cluster): WindowFacts => {
  const startMinute = minuteOf(start);
  const minutes = (minuteOf(end) - startMinute + 24 * 60) % (24 * 60);
  return { startMinute, minutes, shortestMinutes: Math.max(0, minutes - clockChangeMinutes(timeZone)), isLocal: zonesOf(country).includes(timeZone) };
};

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Time zones of a country, ISO 3166; none for `none`. */
const zonesOf = (country: string): readonly string[] => (country === 'none' ? [] : (new Intl.Locale(`und-${country}`).getTimeZones() ?? []));
