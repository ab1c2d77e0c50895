import { type RolloutState, type RolloutStatus, stepsKeyOf } from './rollout-state.ts';
import type { WorldEvent } from './world.ts';

/** What an event writes into a Rollout; pods are not its matter. */
export const applyEvent = (state: RolloutState, event: WorldEvent): RolloutState => {
  const status = (change: Partial<RolloutStatus>): RolloutState => ({ ...state, status: { ...state.status, ...change } });
  const spec = (change: Partial<RolloutState['spec']>): RolloutState => ({ ...state, generation: state.generation + 1, spec: { ...state.spec, ...change } });
  switch (event.kind) {
    case 'release':
      return event.template === state.template ? state : { ...state, generation: state.generation + 1, template: event.template };
    case 'steps': {
      const next = spec({ steps: event.steps });
      const stepsKey = stepsKeyOf(next.spec);
      return stepsKey === state.stepsKey ? state : { ...next, stepsKey };
    }
    case 'replicas':
      return event.replicas === state.spec.replicas ? state : spec({ replicas: event.replicas });
    case 'pause':
      return event.paused === state.spec.paused ? state : spec({ paused: event.paused });
    case 'abort':
      return status({ abort: true });
    case 'retry':
      return status({ abort: false });
    case 'resume':
      return status({ pauses: [] });
    case 'promoteFull':
      return state.status.current === state.status.stable ? state : status({ promoteFull: true });
    case 'promote':
      return promote(state);
    case 'podsUnready':
    case 'podsReady':
      return state;
  }
};

/** `kubectl argo rollouts promote` goes past an inconclusive analysis, ends a pause, or skips the step (`cmd/promote/promote.go: getPatches`). */
const promote = (state: RolloutState): RolloutState => {
  const { status, spec } = state;
  const next = spec.steps.length === 0 ? status.step : Math.min(spec.steps.length, (status.step ?? 0) + 1);
  const unpaused = spec.paused ? { ...state, generation: state.generation + 1, spec: { ...spec, paused: false } } : state;
  const change = (part: Partial<RolloutStatus>): RolloutState => ({ ...unpaused, status: { ...status, ...part } });
  if (status.pauses.length === 0) return change({ pauses: [], step: next });
  if (status.stepRun?.phase === 'Inconclusive' && status.controllerPause) return change({ pauses: [], controllerPause: false, step: next });
  return change({ pauses: [] });
};
