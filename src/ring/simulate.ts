import type { RingFact, Sample } from '#model/observation.ts';
import type { Decision, Plan } from '#model/promotion.ts';
import { planOf } from './plan.ts';
import { instant, type PlanInput } from './world.ts';

export interface Period {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Between two plans, milliseconds. */
  readonly step: number;
}

/** A decision that differs from the one before about the same ring. */
export interface TimelineEntry {
  readonly at: string;
  /** After the last sample: what was seen last is taken to go on. */
  readonly assumed: boolean;
  readonly decision: Decision;
}

/** Codes of what only the passing of time changes: no news. */
const told = ({ action, state, to, reasons }: Decision): string => JSON.stringify([action, state, to, reasons.map(({ code }) => code)]);

/**
 * Plans again and again over a period, each time on what had been seen until then, and tells what changes. A release that goes through
 * its soak counts as recorded from then on; pins stay as Git has them, so each ring shows its next move only. Beyond the last sample every
 * look is repeated, so that the timeline shows when soaks end and gates open if nothing happens. Pure.
 */
export const simulate = (input: PlanInput, period: Period): TimelineEntry[] => {
  const timeline: TimelineEntry[] = [];
  const last = new Map<string, string>();
  const facts: RingFact[] = [...input.facts];
  const lastSample =
    input.observations.samples
      .map(({ at }) => at)
      .sort()
      .at(-1) ?? '';
  const repeated = new Repeats(input.observations.samples);
  for (let time = period.from; time <= period.to; time += period.step) {
    const at = instant(time);
    const assumed = at > lastSample;
    const samples = assumed ? repeated.until(time) : input.observations.samples;
    const plan = planOf({ ...input, at, facts, observations: { ...input.observations, samples } });
    for (const decision of plan.decisions) {
      const key = `${decision.agent}/${decision.ring}`;
      if (last.get(key) === told(decision)) continue;
      last.set(key, told(decision));
      timeline.push({ at, assumed, decision });
    }
    facts.push(...newFacts(plan));
  }
  return timeline;
};

/** What nobody has rendered has no digest; a plan does not look at it. */
const newFacts = ({ decisions, at }: Plan): RingFact[] =>
  decisions.flatMap(({ agent, ring, verified }) =>
    verified === null ? [] : [{ agent, ring, release: verified.release, outcome: 'verified' as const, at, renderSha256: '0'.repeat(64), record: 'simulated' }],
  );

/** Between two repeated looks: less than the freshness of a sample. */
const pace = 5 * 60_000;

/** The samples, and after them the last one about each thing again and again. */
class Repeats {
  readonly #samples: Sample[];
  readonly #latest = new Map<string, Sample>();
  #until: number;

  constructor(samples: readonly Sample[]) {
    this.#samples = [...samples];
    for (const sample of samples) {
      const key = keyOf(sample);
      if (sample.at > (this.#latest.get(key)?.at ?? '')) this.#latest.set(key, sample);
    }
    this.#until = Math.max(0, ...[...this.#latest.values()].map(({ at }) => Date.parse(at)));
  }

  until(time: number): readonly Sample[] {
    while (this.#until + pace <= time) {
      this.#until += pace;
      for (const sample of this.#latest.values()) this.#samples.push({ ...sample, at: instant(this.#until) });
    }
    return this.#samples;
  }
}

const keyOf = (sample: Sample): string =>
  sample.kind === 'agent'
    ? `${sample.agent}@${sample.cluster}`
    : sample.kind === 'cluster'
      ? sample.cluster
      : `${sample.agent}/${sample.ring}/${sample.release}`;
