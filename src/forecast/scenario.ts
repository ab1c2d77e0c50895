import type { WorldEvent } from '#rehearse/world.ts';
import type { EventKind, Revision } from './event.ts';

/** How often things happen in a healthy agent, as shares (0..1) of its decisions. */
export interface Baseline {
  readonly errorRatio: number;
  /** Decisions slower than 100 ms. */
  readonly slowRatio: number;
  readonly divergenceRatio: number;
}

/** What is wrong with the new revision; nothing where a field is left out. A factor multiplies the healthy share. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** False only for the revision with which nothing is wrong: an abort is then a false one. */
  readonly isBad: boolean;
  readonly errors?: number;
  readonly slow?: number;
  readonly divergence?: number;
  /** Pods end as soon as they start. */
  readonly crashes?: boolean;
  /** Seconds until the pods are killed for want of memory, again and again. */
  readonly killedAfter?: number;
  /** Seconds from the start between which Prometheus does not answer. */
  readonly silent?: { readonly from: number; readonly to: number };
}

/** Seconds from the creation of a pod until it is ready; an assumption of every rehearsal. */
export const readySeconds = 20;
/** Seconds that a query takes. */
export const querySeconds = 0.2;

const rise = (errors: number): Scenario => ({ name: `errors-${errors}x`, title: `errors ${errors}x`, isBad: true, errors });

/** What every rehearsal goes through. */
export const scenarios: readonly Scenario[] = [
  { name: 'healthy', title: 'healthy', isBad: false },
  rise(1.25),
  rise(2),
  rise(5),
  rise(20),
  { name: 'crash', title: 'crash at start', isBad: true, crashes: true },
  { name: 'latency', title: 'slow decisions 5x', isBad: true, slow: 5 },
  { name: 'leak', title: 'leak, killed after 10 min', isBad: true, killedAfter: 600 },
  { name: 'divergence', title: 'other decisions 20x', isBad: true, divergence: 20 },
  { name: 'metric-outage', title: 'errors 20x, no metrics from minute 5 to 25', isBad: true, errors: 20, silent: { from: 300, to: 1500 } },
];

/** Events per decision of one revision; 0 where the event never happens by itself. */
export const chanceOf = (event: EventKind, revision: Revision, { errorRatio, slowRatio, divergenceRatio }: Baseline, scenario: Scenario): number => {
  const of = (ratio: number, factor: number | undefined): number => Math.min(1, ratio * (revision === 'canary' ? (factor ?? 1) : 1));
  switch (event) {
    case 'failed':
      return of(errorRatio, scenario.errors);
    case 'succeeded':
      return 1 - of(errorRatio, scenario.errors);
    case 'slow':
      return of(slowRatio, scenario.slow);
    case 'fast':
      return 1 - of(slowRatio, scenario.slow);
    case 'different':
      return of(divergenceRatio, scenario.divergence);
    case 'same':
      return 1 - of(divergenceRatio, scenario.divergence);
    default:
      return 0;
  }
};

/** Seconds after the first start at which the kubelet starts a container again that ends at once: it waits 10 s, doubles that, and stays at 300 s. */
export const crashRestarts = (until: number): number[] => {
  const times: number[] = [];
  for (let [at, wait] = [10, 20]; at < until; at += wait, wait = Math.min(300, wait * 2)) times.push(at);
  return times;
};

/** Kills of all pods of the new revision, and when they are ready again. */
export const kills = ({ killedAfter }: Scenario, template: string, until: number): WorldEvent[] => {
  const events: WorldEvent[] = [];
  if (killedAfter === undefined) return events;
  for (let at = readySeconds + killedAfter; at + readySeconds < until; at += killedAfter + readySeconds)
    events.push({ at, kind: 'podsUnready', template, count: Number.MAX_SAFE_INTEGER }, { at: at + readySeconds, kind: 'podsReady', template });
  return events;
};
