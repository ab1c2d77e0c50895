import type { Component } from '#model/component.ts';
import type { Manifest } from '#model/ports.ts';
import { asList, textAt, valueAt } from '#util/manifest.ts';
import { type Result, safe, unproven } from './result.ts';
import { type CertifiedUnit, isSame, type PlacedApplication, type World } from './unit.ts';

type Declared = NonNullable<Component['revertsTo']>[number];

/** An upstream source of a component that a change moves: what it holds is not rendered here. */
export interface UpstreamMove {
  readonly from: string;
  readonly to: string;
  readonly application: PlacedApplication;
  readonly declared: Declared | undefined;
}

/** Undefined when no source outside of this repository changes. */
export const upstreamMove = (unit: CertifiedUnit, { head }: World): UpstreamMove | undefined => {
  const [was] = unit.applications.base;
  const [application] = unit.applications.head;
  if (unit.root.kind !== 'component' || !was || !application) return undefined;
  const repository = head.fleet.config.repository;
  const [before, after] = [foreignSources(was.object, repository), foreignSources(application.object, repository)];
  if (isSame(before, after)) return undefined;
  const [from, to] = [versionsOf(before), versionsOf(after)];
  const declared = head.fleet.components.get(unit.root.component ?? '')?.revertsTo?.find((d) => d.version === from);
  return { from, to, application, declared };
};

const foreignSources = ({ spec }: Manifest, repository: string): readonly unknown[] => {
  const sources = [...asList(valueAt(spec, 'sources')), ...(valueAt(spec, 'source') === undefined ? [] : [valueAt(spec, 'source')])];
  return sources.filter((s) => textAt(s, 'repoURL') !== repository);
};

const versionsOf = (sources: readonly unknown[]): string => sources.map((s) => textAt(s, 'targetRevision')).join(', ') || 'none';

/** What the component's own facts say about the way back from one upstream version to the other. */
export const upstreamProblems = ({ from, to, application, declared }: UpstreamMove, about: 'crds' | 'podTemplateHashes'): Result[] => {
  const place = { side: 'head' as const, object: application.object, path: ['spec'], root: application.root };
  const said = declared?.[about];
  if (declared && said !== undefined) return [safe('both', `upstream ${from} to ${to}: component.yaml declares ${about} ${said} (${declared.evidence})`)];
  const hint = `component.yaml has no entry of revertsTo for ${from} with ${about}`;
  return [unproven('both', `what upstream ${from} and ${to} hold is not rendered here, and ${hint}`, place)];
};
