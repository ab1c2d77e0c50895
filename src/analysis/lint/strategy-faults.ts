import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { asList, isFields, textAt, valueAt } from '#util/manifest.ts';
import type { Fault } from './fault.ts';
import { weightsOf } from './uses.ts';

const canary = ['spec', 'strategy', 'canary'] as const;
const pluginPath = [...canary, 'trafficRouting', 'plugins', 'argoproj-labs/gatewayAPI'] as const;

/** Traps of one Rollout's strategy. */
export const strategyFaults = (rollout: Manifest, { objects }: RenderedRoot): Fault[] => [
  ...windowFaults(rollout),
  ...scaleFaults(rollout, objects),
  ...mirrorFaults(rollout),
  ...fixedCanaryFaults(rollout),
  ...stuckFaults(rollout),
];

const numberAt = (object: unknown, ...path: readonly (string | number)[]): number | undefined => {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : undefined;
};

const stepsOf = (rollout: Manifest): readonly unknown[] => asList(valueAt(rollout, ...canary, 'steps'));
const isRouted = (rollout: Manifest): boolean => isFields(valueAt(rollout, ...canary, 'trafficRouting'));
const replicasOf = (rollout: Manifest): number => numberAt(rollout, 'spec', 'replicas') ?? 1;

/** Defaults: revisionHistoryLimit 10 (`utils/defaults/defaults.go`). */
const windowFaults = (rollout: Manifest): Fault[] => {
  const revisions = numberAt(rollout, 'spec', 'rollbackWindow', 'revisions');
  if (revisions === undefined) return [];
  const faults: Fault[] = [];
  const kept = numberAt(rollout, 'spec', 'revisionHistoryLimit') ?? 10;
  if (kept < revisions + 1) {
    faults.push({
      rule: 'history',
      path: ['spec', 'revisionHistoryLimit'],
      message: `keeps ${kept} old revisions; going back ${revisions} needs ${revisions + 1}`,
    });
  }
  const last = weightsOf(stepsOf(rollout)).at(-1)?.weight ?? 100;
  const factor = (last / 100) * replicasOf(rollout);
  if (isRouted(rollout) && factor > 1) {
    faults.push({
      rule: 'rollbackWindow',
      path: ['spec', 'rollbackWindow'],
      message: `after a rollback one pod may get the load of ${factor}: ${last} percent of ${replicasOf(rollout)} replicas`,
    });
  }
  return faults;
};

const scaleFaults = (rollout: Manifest, objects: readonly Manifest[]): Fault[] => {
  if (valueAt(rollout, ...canary, 'dynamicStableScale') !== true) return [];
  const name = textAt(rollout, 'metadata', 'name');
  const scaler = objects.find((object) => {
    const target = valueAt(object, 'spec', 'scaleTargetRef');
    return /^(HorizontalPodAutoscaler|ScaledObject)$/.test(textAt(object, 'kind')) && textAt(target, 'kind') === 'Rollout' && textAt(target, 'name') === name;
  });
  if (scaler === undefined) return [];
  const message = `gives up stable pods as the weight rises while ${textAt(scaler, 'kind')} ${textAt(scaler, 'metadata', 'name')} scales all of them`;
  return [{ rule: 'dynamicScale', path: [...canary, 'dynamicStableScale'], message }];
};

const mirrorFaults = (rollout: Manifest): Fault[] => {
  if (!isFields(valueAt(rollout, ...pluginPath))) return [];
  return stepsOf(rollout).flatMap((step, at): Fault[] =>
    isFields(valueAt(step, 'setMirrorRoute'))
      ? [{ rule: 'mirror', path: [...canary, 'steps', at, 'setMirrorRoute'], message: 'mirrors nothing: the Gateway API plugin ignores setMirrorRoute' }]
      : [],
  );
};

/** Pods under a fixed scale, at each weight behind the first that they were scaled for. */
const fixedCanaryFaults = (rollout: Manifest): Fault[] => {
  if (!isRouted(rollout)) return [];
  const faults: Fault[] = [];
  let [fixed, weight]: [number | undefined, number] = [undefined, 0];
  for (const [at, step] of stepsOf(rollout).entries()) {
    const scale = valueAt(step, 'setCanaryScale');
    if (isFields(scale)) fixed = podsUnder(scale, rollout);
    const next = numberAt(step, 'setWeight');
    if (next === undefined) continue;
    const needed = Math.ceil((next * replicasOf(rollout)) / 100);
    if (fixed !== undefined && weight > 0 && next > weight && fixed < needed) {
      faults.push({
        rule: 'fixedCanary',
        path: [...canary, 'steps', at, 'setWeight'],
        message: `${next} percent go to ${fixed} pods, the load of ${needed}: setCanaryScale is still in force`,
      });
    }
    weight = next;
  }
  return faults;
};

const podsUnder = (scale: Readonly<Record<string, unknown>>, rollout: Manifest): number | undefined => {
  if (scale['matchTrafficWeight'] === true) return undefined;
  if (typeof scale['replicas'] === 'number') return scale['replicas'];
  return typeof scale['weight'] === 'number' ? Math.ceil((scale['weight'] * replicasOf(rollout)) / 100) : undefined;
};

const stuckFaults = (rollout: Manifest): Fault[] => {
  const reasons = [
    [[...canary, 'trafficRouting', 'istio', 'destinationRule'], 'subsets of a DestinationRule'],
    [[...canary, 'pingPong'], 'ping-pong Services'],
    [[...canary, 'dynamicStableScale'], 'dynamicStableScale'],
  ] as const;
  if (valueAt(rollout, ...canary, 'replicaProgressThreshold') !== undefined) return [];
  return reasons.flatMap(([path, reason]): Fault[] => {
    const value = valueAt(rollout, ...path);
    if (value === undefined || value === false) return [];
    return [
      { rule: 'stuck', path, message: `keeps its weight after an abort until every stable pod is available: ${reason} without replicaProgressThreshold` },
    ];
  });
};
