import { LayerModel } from '#blame/layers.ts';
import { reachOf } from '#compare/blast-radius.ts';
import { compareRoot } from '#compare/compare.ts';
import type { RootReach } from '#compare/group-changes.ts';
import type { RootChange } from '#model/change.ts';
import { isGateError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { RenderedRoot, Snapshot, SourceMemo } from '#model/ports.ts';
import { changedFiles } from '#policy/change-input.ts';
import { componentRingsOf } from '#render/component-rings.ts';
import { type RenderTools, renderKey, renderRoots } from '#render/render.ts';
import { checkLayers, type RecallClean } from './layer-check.ts';
import { type Scope, scopeOf } from './scope.ts';
import { checkSources } from './source-check.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';

export interface GateRequest {
  /** Undefined when there is nothing to compare with: every root is judged as it stands. */
  readonly base: Snapshot | undefined;
  readonly head: Snapshot;
  /** Judge every root, whatever changed. */
  readonly all: boolean;
  /** Day of the run, `YYYY-MM-DD`, UTC. */
  readonly day: string;
}

export interface ExamineTools {
  readonly render: RenderTools;
  readonly readFleet: (snapshot: Snapshot) => Fleet;
  /** What earlier runs found out. */
  readonly memo?: SourceMemo | undefined;
  readonly onStage?: (stage: string) => void;
  /** Called when the first root turns out to be unknown, so that what judges it can get ready meanwhile. */
  readonly onNews?: () => void;
  /** Called as soon as the facts are known, before layers and renders are looked at; not when the pre-scan refuses. */
  readonly onFacts?: (facts: Pick<Examination, 'fleet' | 'baseFleet'>) => void;
}

interface Rendered {
  readonly head: ReadonlyMap<string, RenderedRoot>;
  readonly base: ReadonlyMap<string, RenderedRoot>;
  /** Overlays of all clusters at head, when the change reaches one of them. */
  readonly clusters: readonly RenderedRoot[] | undefined;
}

/** What a change does, before anybody judges it. */
export interface Examination {
  readonly request: GateRequest;
  readonly files: readonly ChangedFile[];
  readonly scope: Scope;
  readonly fleet: Fleet;
  /** Facts of the base; undefined when it has none, null when they can not be read: rules that compare are undecided then. */
  readonly baseFleet: Fleet | null | undefined;
  /** No file of facts differs, so that rules see the same facts on both sides. */
  readonly sameFacts: boolean;
  /** Findings of the pre-scan; when there are any, nothing was rendered. */
  readonly refused: readonly Finding[];
  /** Layers that destroy or do nothing although kustomize builds them. */
  readonly silent: readonly Finding[];
  readonly layers: LayerModel;
  readonly rendered: Rendered;
  readonly changes: readonly RootChange[];
  readonly reach: (change: RootChange) => RootReach;
  readonly watch: Stopwatch;
}

const nothing: Rendered = { head: new Map(), base: new Map(), clusters: undefined };

/** Closure, pre-scan, facts, render, compare. Throws GateError when any of them can not be done. */
export const examine = async (request: GateRequest, tools: ExamineTools): Promise<Examination> => {
  const watch = createStopwatch(tools.onStage);
  const files = request.base ? changedFiles(request.base, request.head) : [];
  const scope = watch.time('closure', () => scopeOf(request.base, request.head, files, request.all));
  const scanned = watch.time('pre-scan', () => checkSources(sourcesOf(request, scope, files)));
  const fleet = watch.time('facts', () => tools.readFleet(request.head));
  const baseFleet = watch.time('facts of the base', () => baseFacts(request, tools));
  const sameFacts = request.base === undefined || (baseFleet != null && !files.some((f) => isFacts.test(f.path)));
  const layers = new LayerModel(request.head);
  const heads = scanned.length > 0 ? [] : scope.affected.filter((a) => a.inHead).map((a) => a.root);
  if (scanned.length === 0) tools.onFacts?.({ fleet, baseFleet });
  await new Promise((resolve) => setImmediate(resolve)); // what onFacts starts gets its turn before the layers keep this thread busy
  const { breaking, silent } = watch.time('layers', () => checkLayers(layers, heads, cleanLayers(request, scope, tools)));
  const refused = [...scanned, ...breaking];
  const parts = { request, files, scope, fleet, baseFleet, sameFacts, refused, silent, layers, watch };
  if (refused.length > 0) return { ...parts, rendered: nothing, changes: [], reach: () => ({ clusters: [], waves: [] }) };
  const rendered = await watch.timeAsync('render', () => renderScope(request, scope, { ...tools.render, ...(tools.onNews ? { onBuild: tools.onNews } : {}) }));
  return { ...parts, rendered, ...watch.time('compare', () => compareScope(request, scope, rendered, { fleet, baseFleet }, tools)) };
};

const sourcesOf = ({ head }: GateRequest, { affected, headGraph }: Scope, files: readonly ChangedFile[]) => ({
  head,
  graph: headGraph,
  files,
  roots: affected.filter((a) => a.inHead).map((a) => a.root.path),
});

/** What layers do follows from the same files as what is rendered. */
const cleanLayers =
  ({ head }: GateRequest, { headGraph }: Scope, { memo, render, onNews }: ExamineTools): RecallClean =>
  (root, find) => {
    const look = (): boolean => {
      onNews?.();
      head.prefetch(headGraph.closureOf(root.path).files);
      return find();
    };
    return memo === undefined ? look() : memo.recall('clean layers', renderKey(root, { snapshot: head, graph: headGraph }, render.renderer), look);
  };

const isFacts =
  /^(fleet\.yaml|contracts\/metrics\.yaml|agents\/[^/]+\/agent\.yaml|clusters\/[^/]+\/cluster\.yaml|clusters\/_rings\/[^/]+\/ring\.yaml|apps\/[^/]+\/component\.yaml)$/;

const baseFacts = ({ base }: GateRequest, { readFleet }: ExamineTools): Fleet | null | undefined => {
  if (!base?.files.has('fleet.yaml')) return undefined;
  try {
    return readFleet(base);
  } catch (error) {
    if (isGateError(error) && error.code === 'GATE_MALFORMED') return null;
    throw error;
  }
};

const renderScope = async ({ base, head }: GateRequest, scope: Scope, tools: RenderTools): Promise<Rendered> => {
  const headRoots = scope.affected.filter((a) => a.inHead).map((a) => a.root);
  const reachesCluster = scope.affected.some((a) => a.root.kind === 'cluster');
  const clusters = reachesCluster ? scope.headRoots.filter((r) => r.kind === 'cluster') : [];
  const wanted = [...new Map([...headRoots, ...clusters].map((r) => [r.path, r])).values()];
  const heads = byPath(await renderRoots({ snapshot: head, graph: scope.headGraph, roots: wanted }, tools));
  const baseRoots = scope.affected.filter((a) => a.inBase).map((a) => a.root);
  const bases =
    base && scope.baseGraph ? byPath(await renderRoots({ snapshot: base, graph: scope.baseGraph, roots: baseRoots }, tools)) : new Map<string, RenderedRoot>();
  return { head: heads, base: bases, clusters: reachesCluster ? clusters.flatMap((r) => heads.get(r.path) ?? []) : undefined };
};

const byPath = (roots: readonly RenderedRoot[]): Map<string, RenderedRoot> => new Map(roots.map((r) => [r.root.path, r]));

const compareScope = (
  { base, head }: GateRequest,
  scope: Scope,
  rendered: Rendered,
  { fleet, baseFleet }: Pick<Examination, 'fleet' | 'baseFleet'>,
  tools: ExamineTools,
) => {
  const changes = base
    ? scope.affected.flatMap(({ root, inHead }) => compareRoot(rendered.base.get(root.path), inHead ? rendered.head.get(root.path) : undefined) ?? [])
    : [];
  // Only a component's own resources need the way from rings to configurations.
  let rings: ReadonlyMap<string, string[]> | undefined;
  const ringsFor = (change: RootChange): ReadonlyMap<string, string[]> => {
    if (change.root.kind !== 'component') return new Map();
    rings ??= componentRingsOf(head);
    return rings;
  };
  // A removed root belongs to the fleet of the base, where its cluster still has a wave; facts that can not be read are a fault here.
  const removedFrom = base && changes.some((c) => c.kind === 'removed') ? (baseFleet ?? tools.readFleet(base)) : fleet;
  const reach = (change: RootChange): RootReach => reachOf(change.kind === 'removed' ? removedFrom : fleet, ringsFor(change), change);
  return { changes, reach };
};
