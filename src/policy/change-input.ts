import type { RootChange } from '#model/change.ts';
import type { ChangeFacts } from '#model/change-facts.ts';
import type { Fleet } from '#model/fleet.ts';
import type { ChangedFile, ChangedRootInput, ChangeInput, FileInput } from '#model/policy.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import type { RecordFacts } from '#model/record-facts.ts';
import { labelOf, textAt } from '#util/manifest.ts';
import { capacityOf } from './capacity.ts';
import { objectChanges } from './object-changes.ts';
import { promotionsOf } from './promotions.ts';

/** A test of an AnalysisTemplate stands in the folder and is never rendered, so it may come later and grow. */
const immutableUnit = /^(?!.*\.analysis-test\.yaml$)((?:agents|apps)\/[^/]+\/(?:config|releases)\/[^/]+|(?:agents|clusters)\/_traits\/[^/]+\/v[^/]+)\//;

/** Files that differ between two snapshots, in path order. Pure. */
export const changedFiles = (base: Snapshot, head: Snapshot): ChangedFile[] => {
  const changed: ChangedFile[] = [];
  for (const [path, entry] of head.files) {
    const was = base.files.get(path);
    if (!was) changed.push({ path, status: 'added' });
    else if (was.id !== entry.id || was.type !== entry.type) changed.push({ path, status: 'modified' });
  }
  for (const path of base.files.keys()) if (!head.files.has(path)) changed.push({ path, status: 'deleted' });
  return changed.sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** Adds to each file the immutable folder that holds it. `referenced` tells whether anything at head still includes a folder. */
export const fileInputs = (files: readonly ChangedFile[], base: Snapshot, head: Snapshot, referenced: (folder: string) => boolean): FileInput[] => {
  const inBase = unitsOf(base);
  const inHead = unitsOf(head);
  return files.map(({ path, status }) => {
    const unit = immutableUnit.exec(path)?.[1];
    if (unit === undefined) return { path, status, unit: null };
    return { path, status, unit: { path: unit, inBase: inBase.has(unit), inHead: inHead.has(unit), referenced: status === 'deleted' && referenced(unit) } };
  });
};

const unitsOf = ({ files }: Snapshot): Set<string> => {
  const units = new Set<string>();
  for (const path of files.keys()) {
    const unit = immutableUnit.exec(path)?.[1];
    if (unit !== undefined) units.add(unit);
  }
  return units;
};

/** What the policies see of the pull request as a whole. Pure. */
export const changeInput = (parts: {
  readonly files: readonly FileInput[];
  readonly changes: readonly RootChange[];
  readonly fleet: Fleet;
  readonly reach: (change: RootChange) => { readonly clusters: readonly string[]; readonly waves: readonly string[] };
  /** Rendered overlays of all clusters; undefined when the change reaches none of them. */
  readonly clusterRoots: readonly RenderedRoot[] | undefined;
  /** Facts of the base: undefined when there is none, null when they can not be read. */
  readonly baseFleet?: Fleet | null | undefined;
  readonly facts: ChangeFacts | null;
  readonly records: RecordFacts | null;
}): ChangeInput => ({
  scope: 'change',
  files: parts.files,
  roots: parts.changes.map((change): ChangedRootInput => {
    const { clusters, waves } = parts.reach(change);
    const environments = [...new Set(waves.flatMap((w) => parts.fleet.rings.get(w as never)?.env ?? []))];
    return { ...change.root, change: change.kind, clusters, waves, environments };
  }),
  inventory: parts.clusterRoots === undefined ? null : { clusters: Object.fromEntries(parts.clusterRoots.map(inventoryOf)) },
  objects: objectChanges(parts.changes),
  promotions: parts.baseFleet === null ? null : promotionsOf(parts.baseFleet ?? parts.fleet, parts.fleet),
  capacity: capacityOf(parts.baseFleet ?? undefined, parts.fleet),
  facts: parts.facts,
  records: parts.records,
});

const inventoryOf = ({ root, objects }: RenderedRoot): [string, { agents: string[] }] => {
  const applications = objects.filter((o) => textAt(o, 'kind') === 'Application');
  const agents = applications.map((o) => labelOf(o, 'ranfleet.norvik.example/agent')).filter((a) => a !== '');
  return [root.cluster ?? '', { agents: [...new Set(agents)].sort() }];
};
