import type { RolloutSpec } from '#model/rollout.ts';
import { canaryShare } from '#rehearse/exposure.ts';
import type { RolloutState } from '#rehearse/rollout-state.ts';

/** How the work of an agent comes to its canary. */
export interface Division {
  /** Share (0..1) of the cells that the arbiter leases to the canary as long as it has an available pod; undefined where weights or pods divide the work. */
  readonly leaseShare: number | undefined;
  /** Step whose analysis must have passed before the canary gets a lease; undefined where it gets one from the first pod on. */
  readonly shadowStep: number | undefined;
}

/** What the canary does at one moment. */
export interface Share {
  /** Share (0..1) of the decisions that count, taken by pods of another template than the stable one. */
  readonly work: number;
  /** Share of the inputs on which they take decisions that only are compared. */
  readonly shadow: number;
  /** Work for each pod of stable, where 1 is what it has at rest; infinite where none is available. */
  readonly stableLoad: number;
}

/** The shadow step: the first analysis with the template of that name. */
export const shadowStepOf = ({ steps }: RolloutSpec): number | undefined => {
  const at = steps.findIndex((step) => step.kind === 'analysis' && step.analysis.templates.some(({ name }) => name === 'shadow'));
  return at < 0 ? undefined : at;
};

export const shareOf = (state: RolloutState, division: Division): Share => {
  const { spec, status, sets } = state;
  const stable = sets.find(({ template }) => template === status.stable);
  const canary = sets.reduce((sum, set) => sum + (set.template === status.stable ? 0 : set.available), 0);
  const lease = canary > 0 ? (division.leaseShare ?? 0) : 0;
  const isShadow = division.shadowStep !== undefined && (status.step ?? 0) <= division.shadowStep;
  const work = division.leaseShare === undefined ? canaryShare(state) : isShadow ? 0 : lease;
  const available = stable?.available ?? 0;
  return { work, shadow: lease, stableLoad: available === 0 ? Number.POSITIVE_INFINITY : ((1 - work) * spec.replicas) / available };
};
