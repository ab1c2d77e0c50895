/** Days of the calendar in UTC, `YYYY-MM-DD`: no time zone, so that no day has 23 or 25 hours. As texts they sort by time. */

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** RFC 3339, section 5.6: date, time of day and offset. */
const instantForm = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** Whether a text is a day that the calendar has; 2027-02-30 is none. */
export const isDay = (text: string): boolean => {
  if (!dayForm.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && dayOf(at) === text;
};

/** A day some days later, or earlier with a number below zero. */
export const addDays = (day: string, days: number): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000));

/** Day of the week, 0 for Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** The day, UTC, of `YYYY-MM-DD` or of an RFC 3339 instant; undefined for any other text. */
export const parseDay = (text: string): string | undefined => {
  if (isDay(text)) return text;
  if (!instantForm.test(text) || !isDay(text.slice(0, 10))) return undefined;
  const at = new Date(text.toUpperCase());
  return Number.isNaN(at.getTime()) ? undefined : dayOf(at);
};
