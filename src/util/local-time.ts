const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formats.set(zone, made);
  return made;
};

/** Minutes by which a time zone is ahead of UTC at an instant (milliseconds since 1970). */
export const offsetMinutes = (zone: string, instant: number): number => {
  const [, day = '', month = '', year = '', time = ''] = /^(\d\d)\/(\d\d)\/(\d{4}), (.*)$/.exec(formatOf(zone).format(instant)) ?? [];
  return Math.round((Date.parse(`${year}-${month}-${day}T${time}Z`) - instant) / 60_000);
};

/** The instant of a local time `YYYY-MM-DDThh:mm`, milliseconds since 1970; of a time that a clock change skips, the one after it. */
export const instantOf = (local: string, zone: string): number => {
  const asUtc = Date.parse(`${local}:00Z`);
  const guess = asUtc - offsetMinutes(zone, asUtc) * 60_000;
  return asUtc - offsetMinutes(zone, guess) * 60_000;
};

/** Date `YYYY-MM-DD` of an instant in a time zone. */
export const localDate = (instant: number, zone: string): string => new Date(instant + offsetMinutes(zone, instant) * 60_000).toISOString().slice(0, 10);

/** Minutes by which the clocks of a zone change within a year; 0 where they never change. */
export const clockChangeMinutes = (zone: string): number => Math.abs(offsetMinutes(zone, Date.UTC(2026, 0, 15)) - offsetMinutes(zone, Date.UTC(2026, 6, 15)));
