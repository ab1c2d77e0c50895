import type { KubeClient, KubeObject } from '#adapters/kube-client.ts';
import { rolloutOf, type Scenario, type ScenarioEvent, templateOf, type Wanted, wantedAfter } from '../../support/conformance/scenario.ts';

/** Does to a real Rollout what an event says; gives what its manifest is afterwards. */
export const act = async (kube: KubeClient, namespace: string, scenario: Scenario, wanted: Wanted, event: ScenarioEvent): Promise<Wanted> => {
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'agent', namespace } } as const;
  const patchStatus = (status: unknown): Promise<unknown> => kube.patch(rollout, { status }, '/status');
  switch (event.kind) {
    case 'abort':
      await patchStatus({ abort: true });
      return wanted;
    case 'retry':
      await patchStatus({ abort: false });
      return wanted;
    case 'resume':
      await patchStatus({ pauseConditions: null });
      return wanted;
    case 'promoteFull':
      await patchStatus({ promoteFull: true });
      return wanted;
    case 'promote':
      await patchStatus(promotion(await kube.find(rollout)));
      return wanted;
    case 'podsUnready':
    case 'podsReady':
      await setReady(kube, namespace, event);
      return wanted;
    default: {
      const next = wantedAfter(wanted, event);
      await kube.apply(rolloutOf(scenario, next, namespace));
      return next;
    }
  }
};

/** The status that `kubectl argo rollouts promote` writes (`cmd/promote/promote.go: getPatches`). */
const promotion = (rollout: KubeObject | undefined): unknown => {
  const { status, spec } = rollout as unknown as { status: Record<string, never>; spec: { strategy: { canary: { steps: unknown[] } } } };
  const {
    pauseConditions = [],
    controllerPause = false,
    currentStepIndex = 0,
    canary = {},
  } = status as {
    pauseConditions?: unknown[];
    controllerPause?: boolean;
    currentStepIndex?: number;
    canary?: { currentStepAnalysisRunStatus?: { status?: string } };
  };
  const next = Math.min(spec.strategy.canary.steps.length, currentStepIndex + 1);
  if (pauseConditions.length === 0) return { pauseConditions: null, currentStepIndex: next };
  if (canary.currentStepAnalysisRunStatus?.status === 'Inconclusive' && controllerPause)
    return { pauseConditions: null, controllerPause: false, currentStepIndex: next };
  return { pauseConditions: null };
};

/** Sets the conditions of pods, as a kubelet does when a probe fails. */
const setReady = async (kube: KubeClient, namespace: string, event: Extract<ScenarioEvent, { kind: 'podsUnready' | 'podsReady' }>): Promise<void> => {
  const isReady = ({ status }: KubeObject): boolean =>
    (status as { conditions?: { type: string; status: string }[] })?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
  const pods = (await kube.list('v1', 'Pod', namespace)).filter((pod) => templateOf(pod['spec'].containers[0].image) === event.template);
  const status = event.kind === 'podsReady' ? 'True' : 'False';
  const chosen = event.kind === 'podsReady' ? pods.filter((pod) => !isReady(pod)) : pods.filter(isReady).slice(0, event.count);
  for (const { metadata } of chosen) {
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status, lastTransitionTime: new Date().toISOString() }));
    await kube.patch({ apiVersion: 'v1', kind: 'Pod', metadata: { name: metadata.name, namespace } }, { status: { conditions } }, '/status');
  }
};
