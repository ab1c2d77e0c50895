import type { ChangedFile, Root } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { ClosureGraph, type ParseCache } from '#render/closure.ts';
import { rootsOf } from '#render/roots.ts';

/** One root that a change reaches, on the sides on which it exists. */
interface AffectedRoot {
  readonly root: Root;
  readonly inBase: boolean;
  readonly inHead: boolean;
}

export interface Scope {
  readonly affected: readonly AffectedRoot[];
  readonly headRoots: readonly Root[];
  readonly headGraph: ClosureGraph;
  readonly baseGraph: ClosureGraph | undefined;
}

/**
 * The exact roots that a change reaches: those whose closure at head holds a changed file, new ones and removed ones. The facts of an
 * agent are in no closure, but rules and rehearsals judge its roots by them.
 * A root without a changed file at head had the same closure at base, so base is only walked where it is needed.
 */
export const scopeOf = (base: Snapshot | undefined, head: Snapshot, files: readonly ChangedFile[], all: boolean): Scope => {
  const parsed: ParseCache = new Map();
  const headGraph = new ClosureGraph(head, parsed);
  const headRoots = rootsOf(head);
  const changed = new Set(files.map((f) => f.path));
  const baseRoots = new Map((base ? rootsOf(base) : []).map((r) => [r.path, r]));
  const affected: AffectedRoot[] = headRoots
    .filter((root) => all || !baseRoots.has(root.path) || isJudgedBy(root, changed) || reaches(headGraph, root, changed))
    .map((root) => ({ root, inBase: baseRoots.has(root.path), inHead: true }));
  const present = new Set(headRoots.map((r) => r.path));
  const removed = [...baseRoots.values()].filter((r) => !present.has(r.path));
  const needsBase = base !== undefined && (removed.length > 0 || affected.some((a) => a.inBase));
  return {
    affected: [...affected, ...removed.map((root) => ({ root, inBase: true, inHead: false }))],
    headRoots,
    headGraph,
    baseGraph: needsBase ? new ClosureGraph(base, parsed) : undefined,
  };
};

const isJudgedBy = ({ kind, agent }: Root, changed: ReadonlySet<string>): boolean => kind === 'agent' && changed.has(`agents/${agent}/agent.yaml`);

const reaches = (graph: ClosureGraph, root: Root, changed: ReadonlySet<string>): boolean => {
  const { files, faults } = graph.closureOf(root.path);
  if (faults.length > 0) return true;
  for (const file of files) if (changed.has(file)) return true;
  return false;
};
