import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Interval, type VerdictInput, verdictInputSchema } from '#model/verdict.ts';
import { seededRandom } from '#util/random.ts';
import { canaryRun, controlHistory, type World } from '../../test/support/verdict/canary-runs.ts';
import { kpiRun } from '../../test/support/verdict/kpi-runs.ts';
import { tallyOf, wilson } from '../../test/support/verdict/shares.ts';
import { verdict } from './judge.ts';

const judge = (input: Partial<VerdictInput>) => verdict({ ...verdictInputSchema.parse({}), ...input });
const world: World = { rps: 500, baseError: 0.005, ratio: 1 };
const intervalsOf = (changes: Partial<World> = {}, seed = 'judge'): Interval[] => canaryRun({ ...world, ...changes }, seededRandom(seed));
const metric = (name: string, intervals: readonly Interval[], changes = {}) => ({ name, intervals: [...intervals], maxRatio: 1.5, dispersion: 1, ...changes });

const good = metric('error-ratio', intervalsOf());
const bad = metric('error-ratio', intervalsOf({ ratio: 3 }));
const open = metric('error-ratio', intervalsOf().slice(0, 5));

test('nothing to judge by is Inconclusive', () => {
  expect(judge({})).toMatchObject({ phase: 'Inconclusive', reasons: ['nothing was there to judge by'] });
});

test('the worst part decides, and the reasons are those of that part', () => {
  expect(judge({ metrics: [good] }).phase).toBe('Successful');
  expect(judge({ metrics: [good, { ...open, name: 'slow' }] }).reasons).toEqual([
    expect.stringMatching(/^slow: too little evidence to be sure of a ratio below 1.5/),
  ]);
  const failed = judge({ metrics: [good, open, { ...bad, name: 'slow' }] });
  expect(failed.phase).toBe('Failed');
  expect(failed.reasons).toEqual([expect.stringMatching(/^slow: the canary is surely worse than the control \(\d+ of \d+ against \d+ of \d+\)$/)]);
});

test('a guardrail is outside the budget: one event fails, none passes, an unread one is open', () => {
  const guardrail = { name: 'unsafe-actions', max: 0 };
  expect(judge({ metrics: [good], guardrails: [{ ...guardrail, observed: 0 }] }).phase).toBe('Successful');
  expect(judge({ metrics: [good], guardrails: [{ ...guardrail, observed: 1 }] })).toMatchObject({
    phase: 'Failed',
    reasons: ['unsafe-actions: 1, at most 0 may be'],
  });
  expect(judge({ metrics: [good], guardrails: [{ ...guardrail, observed: null }] })).toMatchObject({
    phase: 'Inconclusive',
    reasons: ['unsafe-actions could not be read'],
  });
  expect(judge({ metrics: [good], guardrails: [{ ...guardrail, observed: Number.NaN }] }).phase).toBe('Inconclusive');
});

test('a silent canary is never passed, and evidence from before a long silence passes nothing', () => {
  const silent: Interval[] = Array.from({ length: 9 }, () => ({ canary: { bad: 0, total: 0 }, control: { bad: 3, total: 500 } }));
  expect(judge({ metrics: [metric('error-ratio', silent)] }).reasons[0]).toContain('no interval has events in both arms');
  expect(judge({ metrics: [metric('error-ratio', [...good.intervals, ...silent])] }).reasons[0]).toContain('the last 9 intervals have no events in both arms');
  expect(judge({ metrics: [metric('error-ratio', [...good.intervals, ...silent.slice(1)])] }).phase).toBe('Successful');
  expect(judge({ metrics: [metric('error-ratio', [...bad.intervals, ...silent])] }).phase).toBe('Failed');
});

test('blind intervals never turn a verdict into a pass', () => {
  const blind = fc.constantFrom<Interval>({ canary: null, control: null }, { canary: { bad: 0, total: 0 }, control: { bad: 0, total: 10 } });
  fc.assert(
    fc.property(fc.array(blind, { maxLength: 12 }), fc.constantFrom(good, bad, open), (gaps, base) => {
      const [before, after] = [judge({ metrics: [base] }).phase, judge({ metrics: [{ ...base, intervals: [...base.intervals, ...gaps] }] }).phase];
      expect(after === before || (before === 'Successful' && after === 'Inconclusive')).toBe(true);
    }),
  );
});

test('harm that is spread over metrics fails a canary that no single one fails', () => {
  const spread = [1, 2, 3, 4, 5, 6].map((n) => metric(`m${n}`, [{ canary: { bad: 16, total: 200 }, control: { bad: 12, total: 600 } }]));
  const [alone, together] = [judge({ metrics: spread.slice(0, 1), alpha: 0.01 / 6 }), judge({ metrics: spread })];
  expect(alone.phase).not.toBe('Failed');
  expect(together).toMatchObject({ phase: 'Failed', reasons: ['the metrics together show harm that no single one shows'] });
  expect(together.evidence.metrics.every(({ phase }) => phase !== 'Failed')).toBe(true);
});

test('without a recorded history the counts are taken for bursts; with one its dispersion is used', () => {
  const { dispersion: _, ...unknown } = good;
  expect(judge({ metrics: [unknown] }).evidence.metrics[0]?.dispersion).toBe(3);
  const history = controlHistory(world, seededRandom('history'), 6 * 3600);
  expect(judge({ metrics: [{ ...unknown, history }] }).evidence.metrics[0]?.dispersion).toBeLessThan(1.5);
});

test('a smoke test passes and fails by twice as many bad events', () => {
  expect(judge({ mode: 'smoke', metrics: [good] }).phase).toBe('Successful');
  expect(judge({ mode: 'smoke', metrics: [bad] }).reasons[0]).toContain('the canary has 2 times the bad events rather than as many');
  expect(judge({ mode: 'smoke', metrics: [open] }).phase).toBe('Inconclusive');
  expect(judge({ mode: 'smoke', metrics: [metric('x', [])] }).phase).toBe('Inconclusive');
});

test('network KPIs are judged in the same verdict', () => {
  const kpis = (effect: number) => kpiRun({ cycles: 32, rho: 0, effect, resamples: 499 }, seededRandom('kpi'));
  expect(judge({ metrics: [good], kpis: kpis(0.9) }).phase).toBe('Successful');
  const failed = judge({ metrics: [good], kpis: kpis(1.5) });
  expect(failed).toMatchObject({ phase: 'Failed', reasons: ['R1 (vendor a, band n78): the harm is surely more than the margin'] });
});

test('over several metrics and all looks a healthy canary fails no more often than alpha says', () => {
  const random = seededRandom('family');
  const fails = Array.from({ length: 300 }, () => {
    const metrics = [1, 2, 3].map((n) => metric(`m${n}`, canaryRun({ rps: 50, baseError: 0.01, ratio: 1 }, random)));
    return [42, 84, 126, 168].some(
      (until) => judge({ alpha: 0.05, metrics: metrics.map((m) => ({ ...m, intervals: m.intervals.slice(0, until) })) }).phase === 'Failed',
    );
  });
  expect(wilson(tallyOf(fails))[0]).toBeLessThan(0.05);
});

test('the input is checked: more bad events than events, a ratio of 1 and unknown fields are refused', () => {
  const base = { name: 'x', intervals: [], maxRatio: 2 };
  const isFine = (input: unknown): boolean => verdictInputSchema.safeParse(input).success;
  expect(isFine({ metrics: [base] })).toBe(true);
  expect(isFine({ metrics: [{ ...base, intervals: [{ canary: { bad: 2, total: 1 }, control: null }] }] })).toBe(false);
  expect(isFine({ metrics: [{ ...base, maxRatio: 1 }] })).toBe(false);
  expect(isFine({ metrics: [base], guardrail: [] })).toBe(false);
  expect(isFine({ alpha: 0 })).toBe(false);
});
