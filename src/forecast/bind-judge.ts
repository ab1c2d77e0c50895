import { type Counter, type JudgeQuestion, judgeQuestionSchema } from '#model/judge-question.ts';
import type { Arm, Interval, VerdictPhase } from '#model/verdict.ts';
import { unknownDispersion } from '#verdict/dispersion.ts';
import { canaryPhaseOf, metricTest, type OpenMetric } from '#verdict/judge.ts';
import { Unbound } from './bind-query.ts';
import { type Revision, revisionHashes, type Source, sourcesOf } from './event.ts';

/** What the judge would read of Prometheus, interval by interval. */
export interface JudgeLook {
  /** Seconds. */
  readonly now: number;
  /** Second since when the canary is scraped; undefined before. */
  readonly since: number | undefined;
  /** Events of the sources between two seconds, both multiples of the time between scrapes. */
  readonly between: (sources: readonly Source[], from: number, to: number) => number;
}

/** The judge in one replication. */
interface RehearsedJudge {
  readonly ask: (look: JudgeLook) => VerdictPhase;
}

export interface BoundJudge {
  /** Begins a replication. @param perSecond events of all decisions per second and source, to know how much history there is */
  readonly open: (perSecond: (source: Source) => number) => RehearsedJudge;
}

/** Seconds that the judge gives Prometheus (src/verdict/answer.ts). */
const lag = 5;
/** Bad events of the control in its history from which their dispersion is estimated; those of a rehearsal are Poisson counts. */
const fewestBad = 20;

interface BoundArms {
  readonly bad: Readonly<Record<Revision, readonly Source[]>>;
  readonly total: Readonly<Record<Revision, readonly Source[]>>;
}

/** Binds a question to the judge, its arguments filled in. @throws Unbound where it is none, or counts what is not modelled */
export const bindJudge = (body: unknown, { scrapeSeconds, untilSeconds }: { readonly scrapeSeconds: number; readonly untilSeconds: number }): BoundJudge => {
  const parsed = judgeQuestionSchema.safeParse(body);
  if (!parsed.success)
    throw new Unbound(`the question to the judge: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`);
  const question = parsed.data;
  if (question.step % scrapeSeconds !== 0)
    throw new Unbound(`the judge cuts time each ${question.step} s, which is no multiple of the ${scrapeSeconds} s between scrapes`);
  if (question.window < untilSeconds) throw new Unbound(`the judge looks back ${question.window} s; a rehearsal goes on for up to ${untilSeconds} s`);
  if (question.mode === 'smoke') throw new Unbound('the smoke test of the judge is not modelled');
  if (question.canary !== revisionHashes.canary || question.stable !== revisionHashes.stable)
    throw new Unbound('the judge is not asked to compare the canary with stable');
  const arms = question.metrics.map(({ total, bad, good }): BoundArms => {
    const all = both(total);
    const chosen = both(bad ?? good ?? total);
    return { total: all, bad: bad === undefined ? { canary: without(all.canary, chosen.canary), stable: without(all.stable, chosen.stable) } : chosen };
  });
  const guardrails = question.guardrails.map(({ name, counter, max }) => ({ name, max, sources: both(counter).canary }));
  return { open: (perSecond) => openJudge(question, arms, guardrails, perSecond) };
};

const both = (counter: Counter): Record<Revision, readonly Source[]> => ({ canary: sourcesIn(counter, 'canary'), stable: sourcesIn(counter, 'stable') });

const sourcesIn = ({ metric, labels }: Counter, revision: Revision): readonly Source[] => {
  const matchers = Object.entries({ ...labels, rollouts_pod_template_hash: revisionHashes[revision] }).map(([label, value]) => ({
    label,
    value,
    operator: '=' as const,
  }));
  const sources = sourcesOf({ metric, matchers, range: undefined });
  if (typeof sources === 'string') throw new Unbound(sources);
  return sources;
};

const without = (all: readonly Source[], some: readonly Source[]): Source[] => all.filter(({ event }) => !some.some((one) => one.event === event));

type BoundGuardrail = { readonly name: string; readonly max: number; readonly sources: readonly Source[] };

const openJudge = (
  { step, history, alpha, acceptAlpha, metrics }: JudgeQuestion,
  arms: readonly BoundArms[],
  guardrails: readonly BoundGuardrail[],
  perSecond: (source: Source) => number,
): RehearsedJudge => {
  let open = metrics.map((metric, at): OpenMetric => {
    const expected = (arms[at]?.bad.stable ?? []).reduce((sum, source) => sum + perSecond(source) * history, 0);
    const test = metricTest(metric, metric.dispersion ?? (expected >= fewestBad ? 1 : unknownDispersion), { alpha, acceptAlpha }, metrics.length);
    return { bounds: metric, test, state: test.start };
  });
  let done = 0;
  const ask = (look: JudgeLook): VerdictPhase => {
    const end = Math.floor((look.now - lag) / step) * step;
    for (; done + step <= end; done += step)
      open = open.map((metric, at) => ({ ...metric, state: metric.test.add(metric.state, intervalOf(arms[at] as BoundArms, look, done, done + step)) }));
    const isRead = isSeen(look, end - step);
    return canaryPhaseOf(
      open,
      guardrails.map(({ name, max, sources }) => ({ name, max, observed: isRead ? look.between(sources, 0, end) : null })),
      alpha,
    );
  };
  return { ask };
};

const isSeen = ({ since }: JudgeLook, from: number): boolean => since !== undefined && since <= from;

const intervalOf = ({ bad, total }: BoundArms, look: JudgeLook, from: number, to: number): Interval => {
  const arm = (revision: Revision): Arm => ({ bad: look.between(bad[revision], from, to), total: look.between(total[revision], from, to) });
  return { canary: isSeen(look, from) ? arm('canary') : null, control: arm('stable') };
};
