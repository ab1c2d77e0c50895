import type { RootChange } from '#model/change.ts';
import type { AgentOnBothSides, CanaryChange, ChangeFacts, FrozenConfig, PinMove, PinnedReleases } from '#model/change-facts.ts';
import { rings } from '#model/cluster.ts';
import type { Fleet, PinnedPlacement } from '#model/fleet.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { textAt } from '#util/manifest.ts';
import { uniqueSorted } from '#util/order.ts';
import { freezeDays } from './freeze-days.ts';
import { configNumbers, frozenRuntime } from './frozen-runtime.ts';

/** One revision: its files and the facts in them. */
export interface Side {
  readonly snapshot: Snapshot;
  readonly fleet: Fleet;
}

interface Parts {
  /** Undefined when there is nothing to compare with. */
  readonly base: Side | undefined;
  readonly head: Side;
  readonly files: readonly ChangedFile[];
  readonly changes: readonly RootChange[];
}

/** What a change does to the facts. Pure; reads frozen configurations from the snapshots. */
export const changeFacts = ({ base, head, files, changes }: Parts): ChangeFacts => {
  const all = uniqueSorted([...(base?.fleet.agents.keys() ?? []), ...head.fleet.agents.keys()]);
  const touched = new Set([...files.map((f) => /^agents\/([^/]+)\//.exec(f.path)?.[1] ?? ''), ...changes.map((c) => c.root.agent ?? '')]);
  return {
    agents: Object.fromEntries(all.filter((a) => base === undefined || touched.has(a)).map((a) => [a, agentFacts(a, base, head)])),
    pins: Object.fromEntries(all.map((a) => [a, { base: releasesOf(base, a), head: releasesOf(head, a) }])),
    moves: base === undefined ? [] : all.flatMap((a) => movesOf(a, base, head)),
    canaries: changes.flatMap(canaryChange),
    freezes: [base, head].flatMap((side) => (side === undefined ? [] : freezeDays(side.fleet))),
  };
};

const agentFacts = (agent: string, base: Side | undefined, head: Side): AgentOnBothSides => {
  const numbers = configNumbers(head.snapshot, agent);
  const known = new Set(base === undefined ? [] : configNumbers(base.snapshot, agent));
  return {
    base: base?.fleet.agents.get(agent) ?? null,
    head: head.fleet.agents.get(agent) ?? null,
    configs: numbers
      .map((n): FrozenConfig => ({ config: String(n), isNew: !known.has(n), isNewest: n === numbers.at(-1), writes: null }))
      .filter((c) => c.isNewest || c.isNew)
      .map((c) => ({ ...c, writes: frozenRuntime(head.snapshot, agent, c.config).writes })),
  };
};

const releasesOf = (side: Side | undefined, agent: string): PinnedReleases =>
  Object.fromEntries([...(side?.fleet.pins.get(agent) ?? [])].map(([ring, pinned]) => [ring, pinned.release]));

const movesOf = (agent: string, base: Side, head: Side): PinMove[] =>
  rings.flatMap((ring): PinMove[] => {
    const from = base.fleet.pins.get(agent)?.get(ring);
    const to = head.fleet.pins.get(agent)?.get(ring);
    if (from?.release === to?.release) return [];
    return [{ agent, ring, from: judgedBy(base, agent, from), to: judgedBy(head, agent, to), direction: directionOf(base, agent, from, to) }];
  });

const judgedBy = ({ snapshot }: Side, agent: string, pinned: PinnedPlacement | undefined): PinMove['from'] => {
  if (pinned === undefined) return null;
  const { kpis, slos } = frozenRuntime(snapshot, agent, pinned.config);
  return { release: pinned.release, kpis, slos };
};

const directionOf = (base: Side, agent: string, from: PinnedPlacement | undefined, to: PinnedPlacement | undefined): PinMove['direction'] => {
  if (from === undefined) return 'new';
  if (to === undefined) return 'gone';
  const stood = base.snapshot.files.has(`agents/${agent}/releases/${to.release}/kustomization.yaml`);
  return stood && isLower(to.release, from.release) ? 'back' : 'forward';
};

/** Whether a version has a lower number at the first place in which two differ. A version with other words in it is not lower. */
const isLower = (a: string, b: string): boolean => {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number)) as [number[], number[]];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at >= 0 && (x[at] as number) < (y[at] ?? Number.NaN);
};

const analysisKinds = new Set(['AnalysisTemplate', 'ClusterAnalysisTemplate']);

/** A unit that is new or gone has no canary that could be loosened. */
const canaryChange = ({ root, kind, objects }: RootChange): CanaryChange[] => {
  if (root.kind !== 'agent' || kind !== 'changed') return [];
  const paths = objects.flatMap((o) => o.values.map((v) => v.path));
  const judgement = objects.filter((o) => {
    const of = textAt(o.before ?? o.after ?? {}, 'kind');
    if (analysisKinds.has(of)) return o.kind !== 'added';
    return of === 'Rollout' && o.values.some((v) => v.path.length < 2 || (v.path[0] === 'spec' && v.path[1] === 'strategy'));
  });
  return [
    {
      agent: root.agent ?? '',
      ring: root.ring ?? '',
      root: root.path,
      image: paths.some((p) => p.at(-1) === 'image' && p.includes('containers')),
      judgement: uniqueSorted(judgement.map((o) => o.id)),
    },
  ];
};
