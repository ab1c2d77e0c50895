/** Table of KPI verdicts beside two judges that take the cycles of a series for independent. */

import type { KpiInput } from '#model/kpi-verdict.ts';
import { kpiVerdicts } from '#verdict/kpi.ts';
import { kpiRun, margin } from '../support/verdict/kpi-runs.ts';
import { formatShare, tallyOf } from '../support/verdict/shares.ts';
import { type Seeded, table } from './verdict-canary.ts';

/** One-sided 5 % points of Student's t for 15, 31 and 95 degrees of freedom, and of the normal distribution. */
const studentPoints: Readonly<Record<number, number>> = { 16: 1.7531, 32: 1.6955, 96: 1.6611 };
const normalPoint = 1.6449;

/** Log rate after the change less that of the week before, cycle by cycle. */
const logChanges = ({ questions, actuatedAt, baselineSeconds }: KpiInput, arm: 'pilot' | 'control'): number[] => {
  const cycles = questions[0]?.strata[0]?.[arm] ?? [];
  const rates = new Map(cycles.map(({ start, ratios: [ratio] }) => [start, Math.log((ratio?.[0] ?? 0) / (ratio?.[1] ?? 0))]));
  return cycles.flatMap(({ start }) => (start > actuatedAt ? [(rates.get(start) ?? Number.NaN) - (rates.get(start - baselineSeconds) ?? Number.NaN)] : []));
};

/** Student's test that the mean of the differences is more than the margin. */
const studentFails = (input: KpiInput): boolean => {
  const control = logChanges(input, 'control');
  const differences = logChanges(input, 'pilot').map((value, at) => value - (control[at] ?? Number.NaN) - Math.log1p(margin));
  const n = differences.length;
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1);
  return mean / Math.sqrt(variance / n) > (studentPoints[n] ?? Number.NaN);
};

/** The test of Mann and Whitney that the pilot's changes lie above the control's and the margin, as Kayenta judges. */
const rankFails = (input: KpiInput): boolean => {
  const control = logChanges(input, 'control');
  const pilot = logChanges(input, 'pilot').map((value) => value - Math.log1p(margin));
  const above = pilot.reduce((sum, p) => sum + control.filter((c) => p > c).length, 0);
  const [n, m] = [pilot.length, control.length];
  return (above - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12) > normalPoint;
};

const resamples = 499;

export const kpiTable = (runs: number, seeded: Seeded): string => {
  const worlds = [16, 32, 96].flatMap((cycles) =>
    [0, 0.5, 0.8].flatMap((rho) => [1, 1 + margin, 1.2, 1.5].map((effect) => ({ cycles, rho, effect, resamples }))),
  );
  const rows = worlds.map((world) => {
    const random = seeded(JSON.stringify(world));
    const inputs = Array.from({ length: runs }, () => kpiRun(world, random));
    const phases = inputs.map((input) => kpiVerdicts(input).evidence[0]?.phase);
    const share = (isHit: readonly boolean[]) => formatShare(tallyOf(isHit));
    return [
      String(world.cycles),
      String(world.rho),
      world.effect === 1 ? '1 (harmless)' : world.effect === 1 + margin ? `${world.effect} (the margin)` : String(world.effect),
      share(phases.map((phase) => phase === 'Failed')),
      share(phases.map((phase) => phase === 'Successful')),
      share(inputs.map(studentFails)),
      share(inputs.map(rankFails)),
    ];
  });
  return table(['cycles', 'correlation', 'drops, times', 'verdict fails', 'verdict passes', 'Student fails', 'Mann-Whitney fails'], rows);
};
