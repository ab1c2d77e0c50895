import type { RolloutState } from './rollout-state.ts';

/**
 * How a rehearsal ends. `promoted`: another template than at the start is stable and healthy. `restored`: the one of the start is, and
 * the spec asks for it. `aborted`: the canary was taken back, and with it all it had. `paused`: it waits for a person. `stuck`: its
 * deadline has passed and nothing moves. `unfinished`: the time was up.
 */
export type Outcome = 'promoted' | 'restored' | 'aborted' | 'paused' | 'stuck' | 'unfinished';

/** The outcome where it is known for good, but for what people do next. */
export const settledOutcome = (state: RolloutState, initial: string | undefined): Outcome | undefined => {
  const { status, template, spec, generation } = state;
  if (status.observedGeneration !== generation) return undefined;
  if (status.phase === 'Healthy' && status.stable === template && status.current === template) return template === initial ? 'restored' : 'promoted';
  if (!status.abort || status.phase !== 'Degraded') return undefined;
  const canary = state.sets.find((set) => set.template === template);
  const stable = state.sets.find((set) => set.template === status.stable);
  if (spec.routing !== undefined) return status.weights?.canary === 0 && state.canarySelector !== template ? 'aborted' : undefined;
  return (canary?.available ?? 0) === 0 && (stable?.available ?? 0) >= spec.replicas ? 'aborted' : undefined;
};

/** What stands when nothing happens any more, or the time is up. */
export const unsettledOutcome = ({ status }: RolloutState): Outcome => {
  if (status.phase === 'Paused') return 'paused';
  return status.phase === 'Degraded' && !status.abort ? 'stuck' : 'unfinished';
};
