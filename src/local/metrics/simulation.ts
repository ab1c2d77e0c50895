import type { PodState } from './exposition.ts';
import { advance, type Counters, type ModelOptions, regressionOf, zeroCounters } from './model.ts';
import type { PodSource } from './pod.ts';
import type { Settings, SettingsStore } from './settings.ts';

export interface Simulation {
  /** Advances every pod to now and gives the pods with their counters. */
  readonly advanceToNow: () => PodState[];
  readonly settings: () => Settings;
  /** Sets some of the settings for the time after now. Throws when they can not be kept. */
  readonly change: (changes: Partial<Settings>) => void;
}

export interface SimulationOptions {
  readonly source: PodSource;
  readonly store: SettingsStore;
  readonly model: ModelOptions;
  /** Seconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** A pod starts to count when it is first seen, so that the first scrape of a new pod always shows zeros. */
export const createSimulation = ({ source, store, model, now = () => performance.now() / 1000 }: SimulationOptions): Simulation => {
  let counted = new Map<string, { readonly counters: Counters; readonly at: number }>();
  const advanceToNow = (): PodState[] => {
    const to = now();
    const { regressions } = store.get();
    const next: typeof counted = new Map();
    const states: PodState[] = [];
    for (const pod of source.pods().values()) {
      const before = counted.get(pod.uid);
      const regression = regressionOf(pod.images, regressions);
      const counters = before === undefined ? zeroCounters : advance(before.counters, pod, { from: before.at, to }, model, regression);
      next.set(pod.uid, { counters, at: to });
      states.push({ pod, counters, regression });
    }
    counted = next; // without the pods that are gone
    return states;
  };
  return {
    advanceToNow,
    settings: store.get,
    change: (changes) => {
      advanceToNow();
      store.set({ ...store.get(), ...changes });
    },
  };
};
