import type { ReplicaSet } from './rollout-state.ts';

/** The pods of one ReplicaSet: for each the second at which it is ready, infinite where it never is. Mutable, and owned by one simulation. */
export class Pods {
  readonly #readyAt: number[] = [];
  readonly #minReadySeconds: number;
  #broken = 0;

  constructor(minReadySeconds: number, readyAt: readonly number[] = []) {
    this.#minReadySeconds = minReadySeconds;
    this.#readyAt.push(...readyAt);
  }

  get count(): number {
    return this.#readyAt.length;
  }

  ready(now: number): number {
    let ready = 0;
    for (const at of this.#readyAt) if (at <= now) ready++;
    return ready;
  }

  available(now: number): number {
    let available = 0;
    for (const at of this.#readyAt) if (this.#availableAt(at) <= now) available++;
    return available;
  }

  /** Adds pods, or takes away those that become available last. */
  scale(replicas: number, readyAt: () => number): void {
    while (this.#readyAt.length < replicas) this.#readyAt.push(readyAt());
    if (this.#readyAt.length === replicas) return;
    this.#readyAt.sort((a, b) => a - b);
    this.#readyAt.length = replicas;
  }

  /** Makes ready pods unready until `repair`. */
  damage(count: number, now: number): void {
    for (let at = 0, left = count; at < this.#readyAt.length && left > 0; at++) {
      if ((this.#readyAt[at] as number) > now) continue;
      this.#readyAt[at] = Number.POSITIVE_INFINITY;
      this.#broken++;
      left--;
    }
  }

  /** Makes as many pods ready as were damaged and still stand. */
  repair(now: number): void {
    for (let at = 0; at < this.#readyAt.length && this.#broken > 0; at++) {
      if (this.#readyAt[at] !== Number.POSITIVE_INFINITY) continue;
      this.#readyAt[at] = now;
      this.#broken--;
    }
    this.#broken = 0;
  }

  /** Second of the next change after now; infinite where none comes. */
  nextChangeAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#readyAt) {
      if (at > now) next = Math.min(next, at);
      else if (this.#availableAt(at) > now) next = Math.min(next, this.#availableAt(at));
    }
    return next;
  }

  /** The controller of ReplicaSets counts from the whole second of the condition `Ready`. */
  #availableAt(readyAt: number): number {
    return this.#minReadySeconds === 0 ? readyAt : Math.floor(readyAt) + this.#minReadySeconds;
  }
}

/** The sets with the pods that they have now, whether that is news, and the second of the next change; infinite where none is to come. */
export const countPods = (
  sets: readonly ReplicaSet[],
  podsOf: (template: string) => Pods,
  now: number,
): { readonly sets: readonly ReplicaSet[]; readonly nextAt: number; readonly isChanged: boolean } => {
  let isChanged = false;
  let nextAt = Number.POSITIVE_INFINITY;
  const counted = sets.map((set) => {
    const pods = podsOf(set.template);
    nextAt = Math.min(nextAt, pods.nextChangeAt(now));
    const [created, ready, available] = [pods.count, pods.ready(now), pods.available(now)];
    if (created === set.created && ready === set.ready && available === set.available) return set;
    isChanged = true;
    return { ...set, created, ready, available };
  });
  return { sets: counted, nextAt, isChanged };
};
