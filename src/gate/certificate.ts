import { Blamer } from '#blame/blame.ts';
import { certifyUnit } from '#certify/certify.ts';
import { ruleOf } from '#certify/rules.ts';
import type { CertifiedUnit, PlacedApplication, World } from '#certify/unit.ts';
import type { Certificate, CertificateCounts, HazardResult, UnitCertificate } from '#model/certificate.ts';
import type { RootChange } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { Root } from '#model/policy.ts';
import type { Manifest, RenderedRoot, Snapshot } from '#model/ports.ts';
import type { SchemaSet } from '#model/schema.ts';
import { ClosureGraph } from '#render/closure.ts';
import { type RenderTools, renderRoots } from '#render/render.ts';
import { rootsOf } from '#render/roots.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { asList, formatPath, objectId, textAt, valueAt } from '#util/manifest.ts';
import type { Examination } from './examine.ts';

export interface CertifyTools {
  readonly schemas: SchemaSet;
  readonly render: RenderTools;
}

/** Certificates of all units that a change reaches: agents and components whose rendered objects differ. */
export const certificateOf = async (examined: Examination, tools: CertifyTools): Promise<Certificate> => {
  const { request, baseFleet, fleet, changes } = examined;
  const moved = changes.filter(({ root, objects }) => (root.kind === 'agent' || root.kind === 'component') && objects.length > 0);
  if (request.base === undefined || !baseFleet || moved.length === 0) return { units: [] };
  const bare = moved.map((change) => unitOf(change, examined));
  const placed = await placesOf(bare, request.base, examined, tools.render);
  const units = bare.map((unit) => ({
    ...unit,
    applications: { base: applicationsOf(unit.root.path, placed.base), head: applicationsOf(unit.root.path, placed.head) },
  }));
  const world: World = { base: { snapshot: request.base, fleet: baseFleet }, head: { snapshot: request.head, fleet }, schemas: tools.schemas, units };
  const blamers = { base: new Blamer(request.base), head: new Blamer(request.head, examined.layers) };
  return { units: units.map((unit) => withLines(certifyUnit(unit, world), examined, placed, blamers)) };
};

type Bare = Omit<CertifiedUnit, 'applications'>;

const unitOf = (change: RootChange, { rendered, reach, baseFleet }: Examination): Bare => {
  const { root, kind } = change;
  const { clusters } = reach(change);
  return {
    root,
    base: kind === 'added' ? null : (rendered.base.get(root.path)?.objects ?? []),
    head: kind === 'removed' ? null : (rendered.head.get(root.path)?.objects ?? []),
    clusters,
    newClusters: clusters.filter((name) => baseFleet?.clusters.has(name) !== true),
  };
};

interface Places {
  readonly base: readonly RenderedRoot[];
  readonly head: readonly RenderedRoot[];
}

/** Overlays of clusters whose Applications a hazard asks about: those of units that shift traffic, prune, or come from upstream. */
const placesOf = async (units: readonly Bare[], base: Snapshot, { request, scope, fleet }: Examination, tools: RenderTools): Promise<Places> => {
  const wanted = new Set(
    units
      .filter(asksApplications)
      .flatMap(({ root, clusters }) => (root.kind === 'component' ? oneOfEachRing(clusters, fleet) : clusters))
      .map((name) => `clusters/${name}`),
  );
  if (wanted.size === 0) return { base: [], head: [] };
  const chosen = (roots: readonly Root[]): Root[] => roots.filter(({ path }) => wanted.has(path));
  const head = await renderRoots({ snapshot: request.head, graph: scope.headGraph, roots: chosen(scope.headRoots) }, tools);
  const graph = scope.baseGraph ?? new ClosureGraph(base);
  return { head, base: await renderRoots({ snapshot: base, graph, roots: chosen(rootsOf(base)) }, tools) };
};

const asksApplications = ({ root, base, head }: Bare): boolean => {
  if (root.kind === 'component') return true;
  const routed = [...(base ?? []), ...(head ?? [])].some((object) => valueAt(object, 'spec', 'strategy', 'canary', 'trafficRouting') !== undefined);
  return routed || prunes(base, head) || prunes(head, base);
};

const prunes = (from: readonly Manifest[] | null, to: readonly Manifest[] | null): boolean => {
  const after = new Set((to ?? []).map(objectId));
  return (from ?? []).some((object) => !after.has(objectId(object)));
};

/** The Applications of a component are the same on the clusters of a ring. */
const oneOfEachRing = (clusters: readonly string[], fleet: Fleet): string[] => {
  const byRing = new Map<string, string>();
  for (const name of clusters) {
    const { wave, tier } = fleet.clusters.get(name) ?? { wave: '', tier: '' };
    if (!byRing.has(`${wave} ${tier}`)) byRing.set(`${wave} ${tier}`, name);
  }
  return [...byRing.values()];
};

/** Applications that sync the root. */
const applicationsOf = (path: string, roots: readonly RenderedRoot[]): PlacedApplication[] =>
  roots.flatMap(({ root, objects }) =>
    objects.flatMap((object) => (textAt(object, 'kind') === 'Application' && pathsOf(object).includes(path) ? [{ root: root.path, object }] : [])),
  );

/** Adds the source line, of the side on which the object stands, to what is not safe. */
const withLines = (
  unit: UnitCertificate,
  { rendered, request }: Examination,
  placed: Places,
  blamers: Readonly<Record<'base' | 'head', Blamer>>,
): UnitCertificate => {
  const results = unit.results.map((result): HazardResult => {
    const { subject, side, path, verdict } = result;
    if (verdict === 'safe' || verdict === 'not-applicable' || subject === undefined) return result;
    if (request.head.files.has(subject)) return { ...result, file: subject, line: 1 };
    if (side === undefined) return result;
    const name = result.root ?? unit.unit;
    const root = rendered[side].get(name) ?? placed[side].find((one) => one.root.path === name);
    const culprit = root && blamers[side].blame(root, subject, path ?? [])?.culprit;
    return culprit ? { ...result, file: culprit.file, line: culprit.line } : result;
  });
  return { ...unit, results };
};

/** How many hazards came out how. */
export const countsOfCertificate = ({ units }: Certificate): CertificateCounts => {
  const of = (wanted: HazardResult['verdict']): number =>
    units.reduce((sum, { results }) => sum + results.filter(({ verdict }) => verdict === wanted).length, 0);
  return { units: units.length, safe: of('safe'), unsafe: of('unsafe'), unproven: of('unproven'), notApplicable: of('not-applicable') };
};

const pathsOf = (application: Manifest): string[] =>
  [valueAt(application, 'spec', 'source'), ...asList(valueAt(application, 'spec', 'sources'))].map((source) => textAt(source, 'path'));

/** What is unsafe denies, what is unproven is undecided; the rest says nothing. A cause that stands in both ways is told once. */
export const certificateFindings = ({ units }: Certificate): Finding[] =>
  units.flatMap((unit) => {
    const open = unit.results.filter(({ verdict, standing }) => (verdict === 'unsafe' || verdict === 'unproven') && standing !== 'own');
    const causes = Map.groupBy(open, ({ hazard, verdict, proof, subject, path, standing }) =>
      JSON.stringify([hazard, verdict, proof, subject, path, standing]),
    );
    return [...causes.values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [findingOf(unit, others.length > 0 ? { ...first, direction: 'both' } : first)],
    );
  });

const findingOf = (
  { unit }: UnitCertificate,
  { hazard, direction, verdict, proof, subject = unit, path = [], root = unit, file, line, standing }: HazardResult,
): Finding => {
  const { code, title, solution } = ruleOf(hazard);
  const effect = verdict === 'unsafe' ? 'deny' : 'undecided';
  const way = { forward: 'on the way forward', back: 'on the way back', both: 'on both ways' }[direction];
  const message = `${proof} (${hazard}, ${way})`;
  const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }), ...(standing === 'debt' ? { standing } : {}) };
  return {
    code,
    source: 'certificate',
    effect,
    title,
    message,
    solution,
    subject,
    path,
    ...place,
    roots: [root],
    fingerprint: fingerprintOf(code, effect, subject, formatPath(path), message),
  };
};
