import { GateError } from '#model/errors.ts';
import { dayOf, parseDay } from '#util/day.ts';

export interface EffectiveTimeOptions {
  readonly effectiveTime?: string;
  readonly allowPastEffectiveTime?: boolean;
}

/**
 * The day, UTC, on which rules with a day are judged. The one place that reads the clock for a verdict.
 * @throws GateError GATE_BAD_TIME for a text that is no time, and for a day that is over: rules that came later would be silent.
 */
export const effectiveDay = ({ effectiveTime, allowPastEffectiveTime }: EffectiveTimeOptions, now = new Date()): string => {
  const today = dayOf(now);
  if (effectiveTime === undefined) return today;
  const day = parseDay(String(effectiveTime));
  if (day === undefined) {
    throw new GateError('GATE_BAD_TIME', 'usage', `--effective-time ${effectiveTime} is no time`, {
      hint: 'Write a day, like 2027-03-01, or an RFC 3339 time, like 2027-03-01T12:00:00Z.',
    });
  }
  if (day < today && allowPastEffectiveTime !== true) {
    throw new GateError(
      'GATE_BAD_TIME',
      'usage',
      `--effective-time ${effectiveTime} is before today, ${today}: rules that came into force since would only warn`,
      {
        hint: 'Name today or a later day, or add --allow-past-effective-time when it is not to decide a merge.',
      },
    );
  }
  return day;
};
