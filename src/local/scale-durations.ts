import { GateError } from '#model/errors.ts';

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Fields of a Rollout, StatefulSet or AnalysisTemplate whose value is a duration like `3m` or `60s`. */
const durationField = /\b(duration|interval|initialDelay):(\s*)(\d+)(s|m|h)\b/g;
/** Fields whose value is a whole number of seconds. */
const secondsField = /\b(minReadySeconds|progressDeadlineSeconds|abortScaleDownDelaySeconds|scaleDownDelaySeconds):(\s*)(\d+)\b/g;
/** Range of a PromQL selector. */
const promRange = /\[(\d+)(ms|s|m|h)\]/g;

/** Traits that say how a release is rolled out and judged: the only ones whose durations are scaled. */
export const isScaledFile = (path: string): boolean => /^agents\/_traits\/(analysis|canary|rollout|stateful)[^/]*\/v\d+\/.+\.yaml$/.test(path);

/**
 * Divides the durations of canary steps, analyses and PromQL ranges in one file by `factor`; nothing else changes, so the shape
 * of the steps stays. Argo Rollouts keeps time in whole seconds: a duration is rounded and never falls below 1 s.
 * @throws GateError GATE_LOCAL_TIME_SCALE when the factor is no number of 1 or more.
 */
export const scaleDurations = (text: string, factor: number): string => {
  if (!(factor >= 1)) {
    throw new GateError('GATE_LOCAL_TIME_SCALE', 'usage', `${factor} is no time scale`, {
      hint: 'Give a number of 1 or more; 20 makes three minutes nine seconds.',
    });
  }
  const scaled = (amount: string, unit: string): number => Math.max(1, Math.round((Number(amount) * (unitSeconds[unit] ?? 1)) / factor));
  return text
    .replace(durationField, (_, field: string, gap: string, amount: string, unit: string) => `${field}:${gap}${scaled(amount, unit)}s`)
    .replace(secondsField, (_, field: string, gap: string, amount: string) => `${field}:${gap}${scaled(amount, 's')}`)
    .replace(promRange, (_, amount: string, unit: string) => `[${scaled(amount, unit)}s]`);
};
