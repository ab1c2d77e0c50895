import { KubeClient } from '#adapters/kube-client.ts';
import { GateError } from '#model/errors.ts';
import { kubeconfigOf, layoutOf } from './layout.ts';
import type { Plan } from './plan.ts';
import { crashLoopStage } from './simulated-stages.ts';

/** A fault in one release, found by a part of its image reference, like the first digits of the digest. */
export interface Injection {
  readonly image: string;
  readonly errors?: number;
  readonly latency?: number;
  readonly unsafe?: number;
  readonly divergence?: number;
  readonly missing?: boolean;
  readonly nan?: boolean;
  readonly silent?: boolean;
  /** The container ends at once, again and again. */
  readonly crash?: boolean;
}

/** Replaces all injected faults. @throws GateError GATE_LOCAL_INJECT when the simulated metrics refuse them. */
export const inject = async (plan: Plan, injections: readonly Injection[]): Promise<void> => {
  const regressions = injections.map(({ crash: _, ...regression }) => regression).filter((regression) => Object.keys(regression).length > 1);
  const answer = await fetch(`http://127.0.0.1:${plan.ports.metrics}/regressions`, { method: 'PUT', body: JSON.stringify(regressions) });
  if (!answer.ok)
    throw new GateError('GATE_LOCAL_INJECT', 'usage', `the fault was refused: ${await answer.text()}`, { hint: 'See `ranfleet local inject --help`.' });
  const kube = new KubeClient(kubeconfigOf(layoutOf(plan.root), 'admin'));
  try {
    await kube.apply(crashLoopStage(injections.filter(({ crash }) => crash === true).map(({ image }) => image)));
  } finally {
    kube.close();
  }
};
