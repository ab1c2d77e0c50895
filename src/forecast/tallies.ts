import { poisson, type Random } from '#util/random.ts';
import type { JudgeLook } from './bind-judge.ts';
import type { Look } from './bind-query.ts';
import { eventKinds, type Source } from './event.ts';
import type { Bin, Birth, Track } from './track.ts';

/** Events per share-second of work, for each source by {@link indexOf}. */
export type Rates = Float64Array;

const kinds = eventKinds.length;
export const sourceCount = 2 * kinds;
export const indexOf = ({ revision, event }: Source): number => (revision === 'canary' ? 0 : kinds) + eventKinds.indexOf(event);

const shadowKinds = new Set(['different', 'same']);
const isShadow = Array.from({ length: sourceCount }, (_, at) => shadowKinds.has(eventKinds[at % kinds] ?? ''));

/** A rate needs two scrapes; restarts are known from the creation of the pod on, all else from its readiness. */
const isScraped = ({ revision, event }: Source, birth: Birth, now: number, seconds: number): boolean => {
  if (revision === 'stable') return true;
  const since = event === 'restart' ? birth.created : birth.ready;
  return since !== undefined && since + 2 * seconds <= now;
};

/** Whether a source counts the same in all replications of one course: it is no matter of chance. */
export const isCertain = (source: Source, rates: Rates): boolean => rates[indexOf(source)] === 0;

/** What such sources have counted: restarts where the scenario says, and nothing else. */
export const certainLook = (track: Track, now: number, seconds: number): Look => ({
  count: (sources, range) => {
    const scraped = sources.filter((source) => isScraped(source, track.birth, now, seconds));
    if (scraped.length === 0) return undefined;
    return scraped.some(({ revision, event }) => revision === 'canary' && event === 'restart') ? track.restarts(now, range) : 0;
  },
});

/**
 * What the counters of one replication say. Each bin is drawn when a query first looks at it: events come independently of each other
 * (Poisson) at the rate that the work in that bin gives.
 */
export class Tallies implements Look {
  readonly #rates: Rates;
  readonly #seconds: number;
  readonly #random: Random;
  readonly #bins: Bin[] = [];
  /** Events in each bin of each source; undefined where no query has looked yet. */
  readonly #drawn: (number | undefined)[][] = Array.from({ length: sourceCount }, () => []);
  #now = 0;
  #birth: Birth = { created: undefined, ready: undefined };

  /** @param seconds between two scrapes */
  constructor(rates: Rates, seconds: number, random: Random) {
    this.#rates = rates;
    this.#seconds = seconds;
    this.#random = random;
  }

  /** Forgets everything, for the next replication. */
  reset(): void {
    this.#bins.length = 0;
    for (const list of this.#drawn) list.length = 0;
  }

  /** Goes on to the moment of a measurement. */
  advance(now: number, bins: readonly Bin[], birth: Birth): void {
    for (const bin of bins) this.#bins.push(bin);
    this.#now = now;
    this.#birth = birth;
  }

  count(sources: readonly Source[], seconds: number): number | undefined {
    let total = 0;
    let isFound = false;
    for (const source of sources) {
      if (!this.#isScraped(source)) continue;
      isFound = true;
      total += this.#sum(indexOf(source), Math.round(seconds / this.#seconds));
    }
    return isFound ? total : undefined;
  }

  /** What the judge reads at this moment. */
  forJudge(): JudgeLook {
    const { ready } = this.#birth;
    return {
      now: this.#now,
      since: ready === undefined ? undefined : ready + this.#seconds,
      between: (sources, from, to) =>
        sources.reduce((sum, source) => sum + this.#sumOf(indexOf(source), Math.round(from / this.#seconds), Math.round(to / this.#seconds)), 0),
    };
  }

  #isScraped(source: Source): boolean {
    return isScraped(source, this.#birth, this.#now, this.#seconds);
  }

  #sum(index: number, bins: number): number {
    return this.#sumOf(index, Math.max(0, this.#bins.length - bins), this.#bins.length);
  }

  #sumOf(index: number, from: number, to: number): number {
    const drawn = this.#drawn[index] as (number | undefined)[];
    let sum = 0;
    for (let at = from; at < Math.min(to, this.#bins.length); at++) sum += drawn[at] ??= this.#draw(index, this.#bins[at] as Bin);
    return sum;
  }

  #draw(index: number, { work, shadow }: Bin): number {
    const isCanary = index < kinds;
    const share = isShadow[index] ? (isCanary ? shadow : 0) : isCanary ? work : this.#seconds - work;
    return poisson(this.#random, share * (this.#rates[index] as number));
  }
}
