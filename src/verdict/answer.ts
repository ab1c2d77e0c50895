import { isGateError } from '#model/errors.ts';
import type { Counter, CounterSource, JudgeQuestion, MetricQuestion } from '#model/judge-question.ts';
import { type Arm, type CountMetric, type Guardrail, type Verdict, verdictInputSchema } from '#model/verdict.ts';
import { growthOf } from './counts.ts';
import { verdict } from './judge.ts';

/** Seconds that Prometheus gets to take in what was scraped. */
const lag = 5;

/** The ends of the intervals; multiples of the step, so that later questions cut time in the same places. */
interface Times {
  readonly all: readonly number[];
  /** How many intervals lie before the window. */
  readonly before: number;
}

const timesOf = ({ window, history, step }: JudgeQuestion, now: number): Times => {
  const end = Math.floor((now - lag) / step) * step;
  const [inWindow, before] = [Math.floor(window / step), Math.floor(history / step)];
  return { all: Array.from({ length: before + inWindow + 1 }, (_, at) => end - (before + inWindow - at) * step), before };
};

/**
 * Answers what an AnalysisRun asks from the counters that Prometheus has now; nothing is kept between two questions.
 * Inconclusive, and never an error, where they can not be read.
 * @param now epoch seconds
 */
export const answerQuestion = async (question: JudgeQuestion, source: CounterSource, now: number): Promise<Verdict> => {
  const times = timesOf(question, now);
  try {
    const metrics = await Promise.all(question.metrics.map((metric) => readMetric(metric, question, source, times)));
    const guardrails = await Promise.all(question.guardrails.map((guardrail) => readGuardrail(guardrail, question, source, times)));
    const { mode, alpha, acceptAlpha } = question;
    return verdict({ ...verdictInputSchema.parse({}), mode, alpha, acceptAlpha, metrics, guardrails });
  } catch (error) {
    if (!isGateError(error) || error.fault !== 'undecided') throw error;
    return {
      phase: 'Inconclusive',
      reasons: [error.message],
      evidence: { alpha: question.alpha, acceptAlpha: question.acceptAlpha, metrics: [], guardrails: [], kpis: [] },
    };
  }
};

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** A selector of the counters of one revision. */
const selectorOf = ({ metric, labels }: Counter, namespace: string, hash: string): string => {
  const matchers = Object.entries({ ...labels, namespace, rollouts_pod_template_hash: hash });
  return `${metric}{${matchers.map(([label, value]) => `${label}=${quoted(value)}`).join(',')}}`;
};

type Reader = (counter: Counter, hash: string) => Promise<(number | null)[]>;

const readerOf = ({ namespace, step }: JudgeQuestion, source: CounterSource, { all }: Times): Reader => {
  const range = { start: all[0] ?? 0, end: all.at(-1) ?? 0, step };
  return async (counter, hash) => growthOf(await source.range(selectorOf(counter, namespace, hash), range), all);
};

const readMetric = async (metric: MetricQuestion, question: JudgeQuestion, source: CounterSource, times: Times): Promise<CountMetric> => {
  const read = readerOf(question, source, times);
  const [canary, control] = await Promise.all([question.canary, question.stable].map((hash) => readArm(metric, read, hash)));
  const inWindow = (arms: readonly (Arm | null)[] | undefined): (Arm | null)[] => arms?.slice(times.before) ?? [];
  const [ofCanary, ofControl] = [inWindow(canary), inWindow(control)];
  const started = ofCanary.findIndex((arm) => arm !== null);
  const alone = control?.slice(0, times.before + (started < 0 ? ofCanary.length : started)) ?? [];
  const { name, maxRatio, maxShare, dispersion } = metric;
  return {
    name,
    maxRatio,
    maxShare,
    dispersion,
    intervals: ofCanary.map((arm, at) => ({ canary: arm, control: ofControl[at] ?? null })),
    history: alone.filter((arm) => arm !== null),
  };
};

/** Events of one revision by interval; null where bad and all do not fit together. */
const readArm = async ({ total, bad, good }: MetricQuestion, read: Reader, hash: string): Promise<(Arm | null)[]> => {
  const [all, some] = await Promise.all([read(total, hash), read(bad ?? good ?? total, hash)]);
  return all.map((events, at) => {
    const part = some[at] ?? null;
    if (events === null || part === null || part > events) return null;
    return { total: events, bad: bad === undefined ? events - part : part };
  });
};

const readGuardrail = async (
  { name, counter, max }: JudgeQuestion['guardrails'][number],
  question: JudgeQuestion,
  source: CounterSource,
  times: Times,
): Promise<Guardrail> => {
  const growth = (await readerOf(question, source, times)(counter, question.canary)).slice(times.before);
  const known = growth.filter((n) => n !== null);
  // Silence at the end is not zero: a guardrail that can not be read now guards nothing.
  const isRead = growth.at(-1) !== null && known.length > 0;
  const observed = known.reduce((sum, n) => sum + n, 0);
  return { name, max, observed: isRead || observed > max ? observed : null };
};
