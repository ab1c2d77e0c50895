import type { Location, LogicalLocation, Result } from 'sarif';
import type { SourcePlace } from '#model/blame.ts';
import type { Finding } from '#model/finding.ts';
import { formatPath } from '#util/manifest.ts';
import { type Standing, standingOf } from './counts.ts';
import { clip, oneLine } from './escape.ts';
import { insidePlace, sourceOrRootPlace } from './place.ts';
import { standingLine } from './summary.ts';

/** Code scanning shows 100 locations of a result and refuses more than 1,000. */
const locationLimit = 100;
const textLimit = 4_000;

const levels: Readonly<Record<Standing, 'error' | 'warning' | 'note'>> = {
  violation: 'error',
  question: 'error',
  warning: 'warning',
  waived: 'note',
  debt: 'note',
};

/** One finding as a result. It always has a region: code scanning refuses results without one. */
export const resultOf = (finding: Finding, ruleIndex: number, clustersOfRoot: ReadonlyMap<string, readonly string[]>): Result => {
  const standing = standingOf(finding);
  const place = sourceOrRootPlace(finding);
  const related = (finding.blame?.layers ?? [])
    .filter((l) => l.file !== place.file || l.line !== place.line)
    .flatMap((l) => insidePlace(l).map((p) => ({ ...p, what: l.what })));
  return {
    ruleId: finding.code,
    ruleIndex,
    level: levels[standing],
    message: { text: clip(oneLine(`${finding.message}. Fix: ${finding.solution}`), textLimit) },
    locations: [{ physicalLocation: physical(place), logicalLocations: logical(finding, clustersOfRoot) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.slice(0, locationLimit - 1).map(relatedLocation) }),
    partialFingerprints: { 'ranfleet/v1': finding.fingerprint, primaryLocationLineHash: `${finding.fingerprint}:1` },
    baselineState: finding.standing === 'debt' ? 'unchanged' : 'new',
    ...(standing === 'waived'
      ? { suppressions: [{ kind: 'external' as const, status: 'accepted' as const, justification: clip(oneLine(standingLine(finding)), 1_000) }] }
      : {}),
    properties: { effect: finding.effect, standing, roots: finding.roots.slice(0, locationLimit).map(oneLine) },
  };
};

const physical = ({ file, line, endLine }: SourcePlace) => ({
  artifactLocation: {
    uri: file
      .split('/')
      .map((part) => encodeURIComponent(part.toWellFormed()))
      .join('/'),
    uriBaseId: '%SRCROOT%',
  },
  region: { startLine: line, ...(endLine === undefined ? {} : { endLine }) },
});

const relatedLocation = (layer: SourcePlace & { readonly what: string }, id: number): Location => ({
  id,
  physicalLocation: physical(layer),
  message: { text: clip(oneLine(layer.what), 500) || 'layer' },
});

/** `<cluster>/<namespace>/<kind>/<name>` for each cluster that the finding's roots reach. */
const logical = (finding: Finding, clustersOfRoot: ReadonlyMap<string, readonly string[]>): LogicalLocation[] => {
  const clusters = [...new Set(finding.roots.flatMap((root) => clustersOfRoot.get(root) ?? []))].slice(0, locationLimit);
  const parts = oneLine(finding.subject).split('/');
  const isObject = parts.length >= 4;
  const object = isObject ? [parts.at(-2), parts.at(-3), parts.at(-1)].join('/') : oneLine(finding.subject);
  const name = isObject ? (parts.at(-1) ?? '') : object;
  const path = formatPath(finding.path);
  return (clusters.length === 0 ? [''] : clusters).map((cluster) => ({
    name,
    kind: 'object',
    fullyQualifiedName: `${cluster === '' ? '' : `${cluster}/`}${object}${path === '' ? '' : `#${oneLine(path)}`}`,
  }));
};
