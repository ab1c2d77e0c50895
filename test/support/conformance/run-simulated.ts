import { simulate } from '#rehearse/simulate.ts';
import type { Latency } from '#rehearse/world.ts';
import { type Scenario, simulated } from './scenario.ts';
import { type Streams, streamsOf } from './streams.ts';

/** How long the real controller took from cause to reconcile while many scenarios ran at once, and a measurement over loopback. */
const recordedLatency: Latency = { rollout: 0.1, analysis: 0.05, sets: 0.1, spread: 1 };
const measureSeconds = 0.01;

export interface Circumstances {
  readonly latency: Latency;
  readonly seed: number;
  /** Seconds by which pods that are made together become ready apart. */
  readonly podSpread: number;
}

/** @param startAt seconds of the clock when the release was applied: its fraction decides which whole second the controller keeps */
export const runSimulated = (
  scenario: Scenario,
  startAt: number,
  { latency, seed, podSpread }: Circumstances = { latency: recordedLatency, seed: 1, podSpread: 0 },
): Streams => {
  const { spec, templates, world } = simulated(scenario, measureSeconds, podSpread);
  return streamsOf(simulate(spec, templates, world, { version: '1.10', seed, until: scenario.until, startAt, stop: 'quiet', latency }));
};
