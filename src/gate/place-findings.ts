import type { RootReach } from '#compare/group-changes.ts';
import type { RootChange } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import type { ClosureGraph } from '#render/closure.ts';

export interface PlaceContext {
  readonly base: Snapshot | undefined;
  readonly head: Snapshot;
  readonly graph: ClosureGraph;
  readonly files: readonly ChangedFile[];
  readonly changes: readonly RootChange[];
  readonly reach: (change: RootChange) => RootReach;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * Gives a place to findings about the change or about facts, which no rendered object leads to a line of: the first changed line of what
 * the finding is about, else the facts of its subject, else the changed file that reaches most. One without any of them keeps none.
 */
export const placeFindings = (findings: readonly Finding[], context: PlaceContext): Finding[] => {
  let widest: string | undefined;
  const widestFile = (): string | undefined => {
    widest ??= widestOf(context);
    return widest;
  };
  return findings.map((finding) => {
    if (finding.blame !== undefined || finding.file !== undefined || finding.source !== 'policy' || finding.effect === 'undecided') return finding;
    const place = placeOf(finding, context, widestFile);
    return place === undefined ? finding : { ...finding, ...place };
  });
};

const placeOf = ({ subject, roots }: Finding, context: PlaceContext, widestFile: () => string | undefined): Place | undefined => {
  const { head, base, files } = context;
  if (head.files.has(subject) || base?.files.has(subject)) return atChange(subject, context);
  const folders = [subject, ...(roots[0] === undefined ? [] : [roots[0]])].flatMap(foldersOf);
  for (const folder of folders) {
    const inside = files.filter((f) => f.path.startsWith(`${folder}/`));
    const changed = inside.find((f) => f.path.includes('/pin/')) ?? inside.find((f) => factsOf(folder).includes(f.path)) ?? inside[0];
    if (changed !== undefined) return atChange(changed.path, context);
  }
  const facts = folders.flatMap(factsOf).find((file) => head.files.has(file));
  if (facts !== undefined) return atChange(facts, context);
  const file = widestFile();
  return file === undefined ? undefined : atChange(file, context);
};

/** What a subject may name: a folder, an agent, a cluster, a component or a ring. */
const foldersOf = (subject: string): string[] => {
  if (subject === '.' || subject === '') return [];
  return subject.includes('/') ? [subject] : [`agents/${subject}`, `clusters/${subject}`, `apps/${subject}`, `clusters/_rings/${subject}`];
};

const factsOf = (folder: string): string[] =>
  ['agent.yaml', 'cluster.yaml', 'component.yaml', 'ring.yaml', 'kustomization.yaml'].map((name) => `${folder}/${name}`);

/** The first line that differs; the first of all where the file is new, gone or the same on both sides. */
const atChange = (file: string, { base, head }: PlaceContext): Place => {
  if (!base?.files.has(file) || !head.files.has(file)) return { file, line: 1 };
  const [before, after] = [base, head].map((side) => side.read(file).toString('utf8').split('\n')) as [string[], string[]];
  const differs = after.findIndex((line, i) => line !== before[i]);
  const line = differs >= 0 ? differs + 1 : after.length === before.length ? 1 : after.length;
  return { file, line: Math.min(line, Math.max(1, after.at(-1) === '' ? after.length - 1 : after.length)) };
};

/** The changed file behind the most waves; where each is behind one, the first that goes beyond the wave of the first. */
const widestOf = ({ graph, files, changes, reach }: PlaceContext): string | undefined => {
  const present = files.filter((f) => f.status !== 'deleted').map((f) => f.path);
  const wavesOf = new Map<string, Set<string>>(present.map((file) => [file, new Set<string>()]));
  for (const change of changes) {
    const { waves } = reach(change);
    for (const file of graph.closureOf(change.root.path).files) for (const wave of waves) wavesOf.get(file)?.add(wave);
  }
  const ranked = [...wavesOf].filter(([, waves]) => waves.size > 0).sort(([, a], [, b]) => b.size - a.size);
  const [first, ...others] = ranked;
  if (first === undefined || first[1].size > 1) return first?.[0];
  const [own] = first[1];
  return (others.find(([, waves]) => own !== undefined && !waves.has(own)) ?? first)[0];
};
