import type { RolloutState } from '#rehearse/rollout-state.ts';
import { type Division, type Share, shareOf } from './work.ts';

/** Work of the canary between two scrapes, share-seconds. */
export interface Bin {
  readonly work: number;
  readonly shadow: number;
}

/** When the first pod of the canary was made and was ready, seconds; undefined before. */
export interface Birth {
  readonly created: number | undefined;
  readonly ready: number | undefined;
}

/** Keeps account of what a canary did in one rehearsal, in bins as long as the time between two scrapes. */
export class Track {
  readonly #division: Division;
  readonly #seconds: number;
  readonly #restartsAfter: readonly number[];
  readonly #bins: { work: number; shadow: number }[] = [];
  #taken = 0;
  #share: Share = { work: 0, shadow: 0, stableLoad: 1 };
  #since = 0;
  #birth: Birth = { created: undefined, ready: undefined };
  #loadBefore = 1;
  #loadAfter = 1;

  /** @param restartsAfter seconds from the creation of the first pod at which a container of the canary starts again */
  constructor(division: Division, seconds: number, restartsAfter: readonly number[]) {
    this.#division = division;
    this.#seconds = seconds;
    this.#restartsAfter = restartsAfter;
  }

  get birth(): Birth {
    return this.#birth;
  }

  /** Most work for a pod of stable before and after the abort, where 1 is what it has at rest. */
  get load(): { readonly before: number; readonly after: number } {
    return { before: this.#loadBefore, after: this.#loadAfter };
  }

  observe(at: number, state: RolloutState): void {
    this.#note(at, state);
    const share = shareOf(state, this.#division);
    if (state.status.abort) this.#loadAfter = Math.max(this.#loadAfter, share.stableLoad);
    else this.#loadBefore = Math.max(this.#loadBefore, share.stableLoad);
    if (share.work === this.#share.work && share.shadow === this.#share.shadow) return;
    this.#spread(at);
    this.#share = share;
  }

  #note(at: number, { sets, status }: RolloutState): void {
    if (this.#birth.ready !== undefined) return;
    const canary = sets.find(({ template }) => template !== status.stable);
    if (canary === undefined || canary.created === 0) return;
    if (this.#birth.created === undefined) {
      this.#birth = { created: at, ready: undefined };
    }
    if (canary.ready > 0) this.#birth = { ...this.#birth, ready: at };
  }

  /** Containers of the canary that were started again in the last seconds. */
  restarts(now: number, seconds: number): number {
    const { created } = this.#birth;
    if (created === undefined) return 0;
    return this.#restartsAfter.filter((after) => created + after <= now && created + after > now - seconds).length;
  }

  #bin(index: number): { work: number; shadow: number } {
    while (this.#bins.length <= index) this.#bins.push({ work: 0, shadow: 0 });
    return this.#bins[index] as { work: number; shadow: number };
  }

  /** Books the share since the last change up to a moment. */
  #spread(to: number): void {
    for (let from = this.#since; from < to; ) {
      const index = Math.floor(from / this.#seconds + 1e-9);
      const end = Math.min(to, (index + 1) * this.#seconds);
      const bin = this.#bin(index);
      bin.work += this.#share.work * (end - from);
      bin.shadow += this.#share.shadow * (end - from);
      from = end;
    }
    this.#since = to;
  }

  /** The bins that are complete at this moment and were not taken before. */
  take(at: number): readonly Bin[] {
    this.#spread(at);
    const end = Math.floor(at / this.#seconds + 1e-9);
    if (end > 0) this.#bin(end - 1);
    const bins = this.#bins.slice(this.#taken, end).map((bin) => ({ ...bin }));
    this.#taken = Math.max(this.#taken, end);
    return bins;
  }

  /** Share-seconds of all bins, the last one incomplete. */
  finish(at: number): readonly number[] {
    this.#spread(at);
    return this.#bins.map(({ work }) => work);
  }
}
