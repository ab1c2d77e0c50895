import type { Manifest } from '#model/ports.ts';
import type { AnalysisUse, CanaryStep, PodBound, RolloutSpec } from '#model/rollout.ts';
import { durationSeconds } from '#util/duration.ts';
import { asList, type Fields, isFields, textAt, valueAt } from '#util/manifest.ts';

/** Why a Rollout can not be rehearsed, and where in it. */
interface Unrehearsable {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type RolloutReading = { readonly rollout: RolloutSpec } | { readonly unreadable: readonly Unrehearsable[] };

/** What the controller takes where a Rollout is silent (argo-rollouts `utils/defaults/defaults.go`). */
const defaults = { replicas: 1, bound: '25', progressDeadline: 600, scaleDownDelay: 30, abortScaleDownDelay: 30, revisionHistory: 10, maxWeight: 100 };

/** Routers whose course depends on more than the Rollout says: ALB verifies weights, the others are not modelled for their side effects. */
const unknownRouters = new Set(['alb', 'ambassador', 'appMesh']);

type Complain = (path: readonly (string | number)[], message: string) => void;

/**
 * Reads what a Rollout's course depends on. Blue-green, experiments, step plugins and everything else that the simulator does not
 * model make it unreadable: nothing is rehearsed in part.
 */
export const readRollout = (object: Manifest): RolloutReading => {
  const unreadable: Unrehearsable[] = [];
  const complain: Complain = (path, message) => unreadable.push({ path, message });
  const spec = valueAt(object, 'spec');
  const canary = valueAt(spec, 'strategy', 'canary');
  if (!isFields(spec) || !isFields(canary)) {
    complain(['spec', 'strategy'], 'only the canary strategy can be rehearsed');
    return { unreadable };
  }
  if (spec['workloadRef'] !== undefined) complain(['spec', 'workloadRef'], 'a Rollout of another workload can not be rehearsed');
  const rollout = { ...readObject(object, spec, complain), ...readCanary(canary, complain) };
  checkSteps(rollout, complain);
  return unreadable.length > 0 ? { unreadable } : { rollout };
};

const numberOf = (fields: Fields, key: string, otherwise: number, path: readonly string[], complain: Complain): number => {
  const value = fields[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  complain([...path, key], `${JSON.stringify(value)} is no whole number of 0 or more`);
  return otherwise;
};

const optional = (fields: Fields, key: string, path: readonly string[], complain: Complain): number | undefined =>
  fields[key] === undefined || fields[key] === null ? undefined : numberOf(fields, key, 0, path, complain);

type OfObject = Pick<
  RolloutSpec,
  | 'name'
  | 'namespace'
  | 'replicas'
  | 'paused'
  | 'minReadySeconds'
  | 'progressDeadlineSeconds'
  | 'progressDeadlineAbort'
  | 'revisionHistoryLimit'
  | 'rollbackWindow'
>;

const readObject = (object: Manifest, spec: Fields, complain: Complain): OfObject => {
  const number = (key: string, otherwise: number): number => numberOf(spec, key, otherwise, ['spec'], complain);
  const window = valueAt(spec, 'rollbackWindow');
  return {
    name: textAt(object, 'metadata', 'name'),
    namespace: textAt(object, 'metadata', 'namespace'),
    replicas: number('replicas', defaults.replicas),
    paused: spec['paused'] === true,
    minReadySeconds: number('minReadySeconds', 0),
    progressDeadlineSeconds: number('progressDeadlineSeconds', defaults.progressDeadline),
    progressDeadlineAbort: spec['progressDeadlineAbort'] === true,
    revisionHistoryLimit: number('revisionHistoryLimit', defaults.revisionHistory),
    rollbackWindow: isFields(window) ? optional(window, 'revisions', ['spec', 'rollbackWindow'], complain) : undefined,
  };
};

const at = ['spec', 'strategy', 'canary'] as const;

const readCanary = (canary: Fields, complain: Complain): Omit<RolloutSpec, keyof OfObject> => {
  const routing = readRouting(canary['trafficRouting'], complain);
  const background = canary['analysis'];
  const delay = routing === undefined ? 0 : defaults.scaleDownDelay;
  const abortDelay = routing === undefined ? undefined : optional(canary, 'abortScaleDownDelaySeconds', at, complain);
  refuseOddities(canary, routing !== undefined, complain);
  const surge = readBound(canary['maxSurge'] ?? defaults.bound, [...at, 'maxSurge'], complain);
  const unavailable = readBound(canary['maxUnavailable'] ?? defaults.bound, [...at, 'maxUnavailable'], complain);
  return {
    steps: asList(canary['steps']).map((step, index) => readStep(step, [...at, 'steps', index], complain)),
    background: isFields(background)
      ? { analysis: readUse(background), startingStep: optional(background, 'startingStep', [...at, 'analysis'], complain) ?? 0 }
      : undefined,
    maxSurge: surge,
    maxUnavailable: unavailable,
    canaryService: textAt(canary, 'canaryService'),
    stableService: textAt(canary, 'stableService'),
    routing,
    dynamicStableScale: canary['dynamicStableScale'] === true,
    minPodsPerReplicaSet: optional(canary, 'minPodsPerReplicaSet', at, complain),
    replicaProgressThreshold: readThreshold(canary['replicaProgressThreshold'], complain),
    scaleDownDelaySeconds: routing === undefined ? delay : numberOf(canary, 'scaleDownDelaySeconds', delay, at, complain),
    abortScaleDownDelay: {
      seconds: abortDelay === 0 ? 'never' : (abortDelay ?? (routing === undefined ? 0 : defaults.abortScaleDownDelay)),
      isSet: abortDelay !== undefined,
    },
  };
};

const refuseOddities = (canary: Fields, isRouted: boolean, complain: Complain): void => {
  if (canary['pingPong'] !== undefined) complain([...at, 'pingPong'], 'ping-pong services can not be rehearsed');
  if (canary['scaleDownDelayRevisionLimit'] !== undefined) complain([...at, 'scaleDownDelayRevisionLimit'], 'a limit of kept revisions can not be rehearsed');
  if (canary['scaleDownDelaySeconds'] !== undefined && (!isRouted || canary['dynamicStableScale'] === true))
    complain([...at, 'scaleDownDelaySeconds'], 'the controller takes scaleDownDelaySeconds only with traffic routing and without dynamicStableScale');
};

const readRouting = (routing: unknown, complain: Complain): RolloutSpec['routing'] => {
  if (!isFields(routing)) return undefined;
  const path = [...at, 'trafficRouting'];
  const routers = Object.keys(routing).filter((key) => key !== 'maxTrafficWeight' && key !== 'managedRoutes');
  const plugins = Object.keys(isFields(routing['plugins']) ? routing['plugins'] : {});
  const named = [...routers.filter((router) => router !== 'plugins'), ...plugins];
  const [router = ''] = named;
  if (named.length !== 1) complain(path, `a Rollout with ${named.length} routers can not be rehearsed`);
  if (unknownRouters.has(router)) complain([...path, router], `traffic routing by ${router} can not be rehearsed`);
  if (valueAt(routing, 'istio', 'destinationRule') !== undefined)
    complain([...path, 'istio', 'destinationRule'], 'subsets of a DestinationRule can not be rehearsed');
  return { router, maxWeight: numberOf(routing, 'maxTrafficWeight', defaults.maxWeight, path, complain) };
};

/** The controller takes a text without `%` for a percentage too (`intstr.GetValueFromIntOrPercent`). */
const readBound = (value: unknown, path: readonly (string | number)[], complain: Complain): PodBound => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return { value, percent: false };
  if (typeof value === 'string' && /^\d+%?$/.test(value)) return { value: Number(value.replace('%', '')), percent: true };
  complain(path, `${JSON.stringify(value)} is neither a number of pods nor a percentage`);
  return { value: 0, percent: false };
};

const readThreshold = (threshold: unknown, complain: Complain): PodBound | undefined => {
  if (!isFields(threshold)) return undefined;
  const path = [...at, 'replicaProgressThreshold'];
  const value = threshold['value'];
  if (typeof value === 'number' && Number.isInteger(value)) return value < 0 ? undefined : { value, percent: threshold['type'] === 'Percent' };
  complain([...path, 'value'], `${JSON.stringify(value)} is no whole number`);
  return undefined;
};

const readUse = (analysis: unknown): AnalysisUse => ({
  templates: asList(valueAt(analysis, 'templates')).map((use) => ({ name: textAt(use, 'templateName'), clusterScope: valueAt(use, 'clusterScope') === true })),
  dryRun: asList(valueAt(analysis, 'dryRun')).map((rule) => textAt(rule, 'metricName')),
});

const readStep = (step: unknown, path: readonly (string | number)[], complain: Complain): CanaryStep => {
  const fields = isFields(step) ? step : {};
  const kinds = Object.keys(fields);
  const refuse = (message: string): CanaryStep => {
    complain(path, message);
    return { kind: 'route' };
  };
  if (kinds.length !== 1) return refuse(`a step has one action, not ${kinds.length}`);
  const [kind = ''] = kinds;
  const action = fields[kind];
  switch (kind) {
    case 'setWeight':
      return typeof action === 'number' && Number.isInteger(action) && action >= 0
        ? { kind: 'setWeight', weight: action }
        : refuse(`${JSON.stringify(action)} is no weight`);
    case 'pause':
      return readPause(action, refuse);
    case 'analysis':
      return { kind: 'analysis', analysis: readUse(action) };
    case 'setCanaryScale':
      return readScale(action, path, complain);
    case 'setHeaderRoute':
    case 'setMirrorRoute':
      return { kind: 'route' };
    default:
      return refuse(`a step of kind ${kind} can not be rehearsed`);
  }
};

const readPause = (pause: unknown, refuse: (message: string) => CanaryStep): CanaryStep => {
  const duration = valueAt(pause, 'duration');
  if (duration === undefined) return { kind: 'pause', seconds: undefined };
  const seconds = durationSeconds(duration);
  return seconds === undefined || seconds < 0 ? refuse(`${JSON.stringify(duration)} is no duration`) : { kind: 'pause', seconds: Math.trunc(seconds) };
};

const readScale = (scale: unknown, path: readonly (string | number)[], complain: Complain): CanaryStep => {
  const fields = isFields(scale) ? scale : {};
  const inner = path.map(String);
  return {
    kind: 'setCanaryScale',
    replicas: optional(fields, 'replicas', inner, complain),
    weight: optional(fields, 'weight', inner, complain),
    matchTrafficWeight: fields['matchTrafficWeight'] === true,
  };
};

/** What the controller's validation refuses, so that no run is told that never happens (`pkg/apis/rollouts/validation/validation.go`). */
const checkSteps = (rollout: RolloutSpec, complain: Complain): void => {
  const most = rollout.routing?.maxWeight ?? defaults.maxWeight;
  rollout.steps.forEach((step, index) => {
    if (step.kind === 'setWeight' && step.weight > most) complain([...at, 'steps', index], `a weight of ${step.weight} is above ${most}`);
    if (step.kind === 'setCanaryScale' && rollout.routing === undefined) complain([...at, 'steps', index], 'setCanaryScale needs traffic routing');
  });
  if (rollout.dynamicStableScale && rollout.routing === undefined)
    complain([...at, 'dynamicStableScale'], 'a stable scale that follows the weight needs traffic routing');
  if (rollout.maxSurge.value === 0 && rollout.maxUnavailable.value === 0) complain([...at, 'maxSurge'], 'maxSurge and maxUnavailable are both 0');
};
