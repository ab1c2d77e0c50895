import type { Agent } from '#model/agent.ts';
import type { ControllerVersion } from '#model/analysis.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RolloutForecast } from '#model/forecast.ts';
import type { Manifest, RenderedRoot } from '#model/ports.ts';
import { valueAt } from '#util/manifest.ts';
import { forecast } from './forecast.ts';
import { type ClusterLoad, loadOf } from './load.ts';
import type { Subject } from './run-scenario.ts';
import { isRollout, type Obstacle, readSubject } from './subject.ts';

/** Answers about equal questions, kept between runs. */
export type RecallForecast = (key: string, find: () => RolloutForecast) => RolloutForecast;

export interface RehearseOptions {
  readonly replications: number;
  readonly seed: string;
  readonly only?: ReadonlySet<string>;
  /** Of the controller; that of the fleet where it is left out. */
  readonly version?: ControllerVersion;
  readonly recall?: RecallForecast | undefined;
  readonly onScenario?: (name: string) => void;
}

/** One Rollout of one root, rehearsed or not. */
export interface RootRehearsal {
  readonly rollout: Manifest;
  readonly agent: Agent;
  readonly root: string;
  /** The cluster whose work was taken; undefined where the facts name none. */
  readonly cluster: string | undefined;
  readonly result: { readonly forecast: RolloutForecast } | { readonly obstacles: readonly Obstacle[] };
}

/** Version of the controller that the fleet runs. */
export const fleetController = '1.10';

/** Rehearses all Rollouts of the root of an agent; other roots have none. */
export const rehearseRoot = ({ root, objects }: RenderedRoot, fleet: Fleet, options: RehearseOptions): RootRehearsal[] => {
  const agent = root.kind === 'agent' && root.agent !== undefined ? fleet.agents.get(root.agent) : undefined;
  if (agent === undefined) return [];
  const load = loadOf(fleet, agent, root);
  return objects.filter(isRollout).map((rollout) => ({
    rollout,
    agent,
    root: root.path,
    cluster: load?.cluster,
    result: load === undefined ? { obstacles: [unknownWork(rollout)] } : rehearse(rollout, objects, load, options),
  }));
};

/** All facts that the rehearsal of a root and its verdict follow from; equal facts over equal objects give equal findings. */
export const rehearsalFacts = ({ root }: RenderedRoot, fleet: Fleet): string => {
  const agent = root.kind === 'agent' && root.agent !== undefined ? fleet.agents.get(root.agent) : undefined;
  if (agent === undefined) return '';
  return JSON.stringify([loadOf(fleet, agent, root) ?? null, agent.tier, agent.rehearsal?.blindSpot ?? null]);
};

const unknownWork = (object: Manifest): Obstacle => ({
  object,
  path: ['spec', 'strategy'],
  message: 'nothing says how much work its canary gets: no cluster of the root has cells, or fleet.yaml has no rehearsal, or there is no metric contract',
});

const rehearse = (rollout: Manifest, objects: readonly Manifest[], load: ClusterLoad, options: RehearseOptions): RootRehearsal['result'] => {
  const subject = readSubject(rollout, objects, load, options.version ?? fleetController);
  if (!isSubject(subject)) return { obstacles: subject };
  const { replications, seed, only, onScenario, recall = (_key, find) => find() } = options;
  const { cells, errorBudget } = load;
  const find = (): RolloutForecast =>
    forecast(subject, { replications, seed, cells, errorBudget, ...(only ? { only } : {}), ...(onScenario ? { onScenario } : {}) });
  return { forecast: recall(JSON.stringify([keyOf(subject, rollout), cells, errorBudget, replications, seed, [...(only ?? [])]]), find) };
};

const isSubject = (subject: Subject | readonly Obstacle[]): subject is Subject => !Array.isArray(subject);

/** All that a forecast follows from; the pods of a Rollout are not among it. */
const keyOf = ({ spec, templates, division, baseline, decisionsPerSecond, scrapeSeconds, version }: Subject, rollout: Manifest): unknown => [
  { ...spec, name: '', namespace: '' },
  templates.map((template) => ({ ...template, namespace: '' })),
  valueAt(rollout, 'spec', 'strategy', 'canary', 'analysis', 'args') ?? null,
  division,
  baseline,
  decisionsPerSecond,
  scrapeSeconds,
  version,
];
