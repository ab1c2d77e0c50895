import { expect, test } from 'vitest';
import type { Kpi } from '#model/kpi.ts';
import type { Cycle, KpiInput, KpiQuestion } from '#model/kpi-verdict.ts';
import { seededRandom } from '#util/random.ts';
import { kpiRun, margin } from '../../test/support/verdict/kpi-runs.ts';
import { tallyOf, wilson } from '../../test/support/verdict/shares.ts';
import { kpiVerdicts } from './kpi.ts';

const world = { cycles: 32, rho: 0, effect: 1, resamples: 499 };
const inputOf = (effect: number, seed = 'kpi'): KpiInput => kpiRun({ ...world, effect }, seededRandom(seed));

const judge = (input: KpiInput) => kpiVerdicts(input).evidence.map(({ stratum, phase, reason }) => [stratum, phase, reason]);
const only = (input: KpiInput) => judge(input)[0]?.slice(1);

const withQuestion = (input: KpiInput, change: (question: KpiQuestion) => KpiQuestion): KpiInput => ({ ...input, questions: input.questions.map(change) });
const withKpi = (input: KpiInput, changes: Partial<Kpi>): KpiInput => withQuestion(input, (q) => ({ ...q, kpi: { ...q.kpi, ...changes } }));

/** Every cycle of the pilot of the first stratum. */
const withPilot = (input: KpiInput, change: (cycle: Cycle) => Cycle | undefined): KpiInput =>
  withQuestion(input, (q) => ({ ...q, strata: q.strata.map((s, at) => (at === 0 ? { ...s, pilot: s.pilot.flatMap((c) => change(c) ?? []) } : s)) }));

const harmless = ['Successful', 'the harm is surely no more than the margin'];

test('passes where the pilot stays with the control, fails where it does not, and stays open between', () => {
  expect(only(inputOf(0.9))).toEqual(harmless);
  expect(only(inputOf(1.5))).toEqual(['Failed', 'the harm is surely more than the margin']);
  expect(only(inputOf(1.1))).toEqual(['Inconclusive', 'the harm may be on either side of the margin; more cycles or cells are needed']);
});

test('what changes in pilot and control alike is no harm, and what stands still while the control improves is', () => {
  const all = (factor: number) => (c: Cycle, from: number) => ({
    ...c,
    ratios: c.ratios.map(([n, d]): [number, number] => [c.start >= from ? n * factor : n, d]),
  });
  const storm = withQuestion(inputOf(0.9), (q) => ({
    ...q,
    strata: q.strata.map((s) => ({
      ...s,
      pilot: s.pilot.map((c) => all(3)(c, inputOf(1).actuatedAt)),
      control: s.control.map((c) => all(3)(c, inputOf(1).actuatedAt)),
    })),
  }));
  expect(only(storm)).toEqual(harmless);
  const better = withQuestion(inputOf(0.9), (q) => ({
    ...q,
    strata: q.strata.map((s) => ({ ...s, control: s.control.map((c) => all(0.5)(c, inputOf(1).actuatedAt)) })),
  }));
  expect(only(better)?.[0]).toBe('Failed');
});

test('of a KPI that is better higher, less is harm', () => {
  expect(only(withKpi(inputOf(0.6), { better: 'higher' }))?.[0]).toBe('Failed');
  expect(only(withKpi(inputOf(1.3), { better: 'higher' }))).toEqual(harmless);
});

test('the harm is told as a share where the margin is one', () => {
  const [evidence] = kpiVerdicts(inputOf(1.5)).evidence;
  expect(evidence).toMatchObject({ id: 'R1', margin, cycles: 32 });
  expect(evidence?.harm).toBeGreaterThan(0.35);
  expect(evidence?.harm).toBeLessThan(0.65);
  expect(evidence?.lower).toBeLessThan(evidence?.harm ?? 0);
  expect(evidence?.upper).toBeGreaterThan(evidence?.harm ?? 0);
});

test('a floor that breaks with the change fails; one that was broken before neither passes nor fails', () => {
  const value = kpiVerdicts(inputOf(1.1)).evidence[0]?.pilotValue ?? 0;
  const told = (floor: number): string => `Abnormal releases is beyond its floor of ${floor} releases per session hour`;
  expect(only(withKpi(inputOf(1.1), { floor: value * 0.98 }))).toEqual(['Failed', told(value * 0.98)]);
  expect(only(withKpi(inputOf(1.1), { floor: value * 0.5 }))).toEqual(['Inconclusive', `${told(value * 0.5)}, and was so before`]);
  expect(only(withKpi(inputOf(1.5), { floor: value * 0.5 }))).toEqual(['Failed', 'the harm is surely more than the margin']);
  expect(only(withKpi(inputOf(0.9), { floor: value * 1.01 }))).toEqual(harmless);
});

test('a drift of whole clusters keeps harm open that cycles alone would show, and keeps no pass away', () => {
  const drifting = (effect: number, drift: number) => withQuestion(inputOf(effect), (q) => ({ ...q, strata: q.strata.map((s) => ({ ...s, drift })) }));
  expect(only(drifting(1.5, 0.01))?.[0]).toBe('Failed');
  expect(only(drifting(1.5, 0.5))?.[0]).toBe('Inconclusive');
  expect(only(drifting(0.9, 0.5))).toEqual(harmless);
});

test.each(['alarm-storm', 'freeze', 'incident', 'control-changed'] as const)('%s leaves even clear harm and clear health open', (kind) => {
  for (const effect of [0.9, 1.5]) {
    const input = inputOf(effect);
    const during = { kind, from: input.actuatedAt + 3600, until: input.actuatedAt + 3660 };
    expect(only({ ...input, disturbances: [during] })?.[0]).toBe('Inconclusive');
    const weekBefore = { kind, from: during.from - input.baselineSeconds, until: during.until - input.baselineSeconds };
    expect(only({ ...input, disturbances: [weekBefore] })?.[0]).toBe('Inconclusive');
    const longAgo = { kind, from: 0, until: 3600 };
    expect(only({ ...input, disturbances: [longAgo] })?.[0]).not.toBe('Inconclusive');
  }
});

test('the settling cycle counts for nothing', () => {
  const input = inputOf(0.9);
  const settling: Cycle = { start: input.actuatedAt, ratios: [[1_000_000, 1]] };
  const noisy = withQuestion(input, (q) => ({ ...q, strata: q.strata.map((s) => ({ ...s, pilot: [...s.pilot, settling] })) }));
  expect(kpiVerdicts(noisy)).toEqual(kpiVerdicts(input));
});

test('too few cycles, and cycles that the observation has not reached, are no evidence', () => {
  const input = inputOf(0.9);
  expect(only({ ...input, observedUntil: input.actuatedAt + 4 * 900 })).toEqual([
    'Inconclusive',
    '3 full cycles after the settling one, at least 4 are needed',
  ]);
  expect(only({ ...input, observedUntil: input.actuatedAt })?.[0]).toBe('Inconclusive');
});

test('a busy hour must be there in full where one is demanded', () => {
  const input = inputOf(0.9);
  // Observed from 00:15 to 08:15.
  expect(only({ ...input, busyHours: [18, 3] })).toEqual(harmless);
  for (const hour of [0, 8, 18]) expect(only({ ...input, busyHours: [hour] })).toEqual(['Inconclusive', 'no busy hour was observed in full']);
});

test('missing cycles below nine tenths of all leave it open; so do cycles that stand there twice, zero denominators and numbers that are none', () => {
  const input = inputOf(0.9);
  const spoilt = (n: number, change: (cycle: Cycle) => Cycle | undefined) => {
    let left = n;
    return only(withPilot(input, (c) => (c.start > input.actuatedAt && left-- > 0 ? change(c) : c)));
  };
  expect(spoilt(3, () => undefined)).toEqual(harmless);
  expect(spoilt(4, () => undefined)).toEqual(['Inconclusive', '28 of 32 cycles can be used, at least 90 % are needed']);
  expect(spoilt(4, (c) => ({ ...c, ratios: [[0, 0]] }))?.[0]).toBe('Inconclusive');
  expect(spoilt(4, (c) => ({ ...c, ratios: [[Number.NaN, 5]] }))?.[0]).toBe('Inconclusive');
  expect(only(withQuestion(input, (q) => ({ ...q, strata: q.strata.map((s) => ({ ...s, control: [...s.control, ...s.control.slice(0, 4)] })) })))?.[0]).toBe(
    'Inconclusive',
  );
});

test('too few attempts in any arm leave it open', () => {
  const enough = 32 * 400_000;
  expect(only(withKpi(inputOf(0.9), { minAttempts: enough }))).toEqual(harmless);
  expect(only(withKpi(inputOf(0.9), { minAttempts: enough + 1 }))?.[1]).toContain(`pilot after: ${enough} attempts, at least ${enough + 1} are needed`);
});

test('another number of ratios than the KPI has is not judged', () => {
  expect(only(withKpi(inputOf(1.5), { ratios: 2 }))).toEqual(['Inconclusive', 'R1 is a product of 2 ratios, but other numbers of them are given']);
});

test('no drops at all are no value to compare of a relative KPI, and no pass', () => {
  const silent = withPilot(inputOf(0.9), (c) => ({ ...c, ratios: [[0, 400_000]] }));
  expect(only(silent)).toEqual(['Inconclusive', 'there is no value to compare']);
});

test('series that never vary pass an absolute margin only with enough attempts', () => {
  const still = (changes: Partial<Kpi>) => {
    const input = withKpi(inputOf(1), { scale: 100, margin: { limit: 0.3, scale: 'absolute' }, ...changes });
    const cycle = (c: Cycle): Cycle => ({ ...c, ratios: [[0, 10]] });
    return only(withQuestion(input, (q) => ({ ...q, strata: q.strata.map((s) => ({ ...s, pilot: s.pilot.map(cycle), control: s.control.map(cycle) })) })));
  };
  // 320 attempts without an event bound a rate at 0.94 %, not at 0.3 %.
  expect(still({ minAttempts: 10 })?.[0]).toBe('Inconclusive');
  expect(still({ minAttempts: 10, margin: { limit: 1, scale: 'absolute' } })).toEqual(harmless);
  expect(still({})?.[0]).toBe('Inconclusive');
});

test('each stratum must have its evidence, and one alone can fail', () => {
  const [a, b] = [inputOf(0.9, 'a'), inputOf(0.9, 'b')];
  const both = (first: KpiInput, second: KpiInput): KpiInput =>
    withQuestion(first, (q) => ({ ...q, strata: [...q.strata, ...(second.questions[0]?.strata.map((s) => ({ ...s, name: 'vendor b, band n78' })) ?? [])] }));
  expect(judge(both(a, b)).map(([stratum, phase]) => [stratum, phase])).toEqual([
    ['all', 'Successful'],
    ['vendor a, band n78', 'Successful'],
    ['vendor b, band n78', 'Successful'],
  ]);
  const blind = withPilot(b, () => undefined);
  expect(judge(both(a, blind)).map(([, phase]) => phase)).toEqual(['Inconclusive', 'Successful', 'Inconclusive']);
  expect(judge(both(a, blind))[0]?.[2]).toContain('vendor b, band n78: 0 of 32 cycles can be used');
  expect(judge(both(a, inputOf(1.8, 'c')))[2]?.[1]).toBe('Failed');
});

test('context is not judged, and is named', () => {
  const verdicts = kpiVerdicts(withQuestion(inputOf(5), ({ kpi: { margin: _, ...kpi }, strata }) => ({ kpi: { ...kpi, better: 'neither' }, strata })));
  expect(verdicts).toEqual({ evidence: [], unjudged: ['R1'] });
});

test('equal inputs give equal verdicts', () => {
  expect(kpiVerdicts(inputOf(1.2))).toEqual(kpiVerdicts(inputOf(1.2)));
});

test.each([0, 0.5])('with a correlation of %d a change at its margin fails and passes about as often as alpha says, and harm is found', (rho) => {
  const random = seededRandom(`size ${rho}`);
  const phases = (effect: number) =>
    Array.from({ length: 300 }, () => kpiVerdicts(kpiRun({ ...world, rho, effect, resamples: 299 }, random)).evidence[0]?.phase);
  const share = (list: readonly (string | undefined)[], phase: string) => tallyOf(list.map((p) => p === phase));
  const atMargin = phases(1 + margin);
  expect(wilson(share(atMargin, 'Failed'))[0]).toBeLessThan(0.05);
  expect(wilson(share(atMargin, 'Successful'))[0]).toBeLessThan(0.05);
  expect(share(phases(1), 'Failed').hits).toBeLessThanOrEqual(1);
  expect(share(phases(1.5), 'Failed').hits).toBeGreaterThan(240);
});
