import type { BlastRadius, ChangeGroup, ValueChange } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { formatPath } from '#util/manifest.ts';
import { standingOf } from './counts.ts';
import { formatSourcePlace, sourcePlace } from './place.ts';

/** A value for people: short, on one line, never an object dump. */
export const shortValue = (value: unknown, limit = 90): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = (text ?? 'undefined').replace(/\s+/g, ' ');
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
};

export const valueLine = (value: ValueChange): string => {
  if (value.kind === 'added') return `+ ${value.at}: ${shortValue(value.after)}`;
  if (value.kind === 'removed') return `- ${value.at}: ${shortValue(value.before)}`;
  return `~ ${value.at}: ${shortValue(value.before)} -> ${shortValue(value.after)}`;
};

export const reachOfGroup = (group: ChangeGroup): string =>
  group.clusters.length === 0
    ? count(group.roots.length, 'root')
    : `${count(group.clusters.length, 'cluster')}${group.waves.length > 0 ? `, ${group.waves.join(' ')}` : ''}`;

const few = (names: readonly string[], most = 12): string =>
  names.length > most ? `${names.slice(0, most).join(' ')} and ${names.length - most} more` : names.join(' ');

const named = (names: readonly string[], noun: string): string => (names.length <= 5 ? `${noun}s ${names.join(' ')}` : count(names.length, noun));

export const blastLine = (blast: BlastRadius): string => {
  if (blast.clusters.length === 0) return 'no cluster';
  return [
    count(blast.clusters.length, 'cluster'),
    `waves ${few(blast.waves)}`,
    `countries ${few(blast.countries)}`,
    ...(blast.vendors.length > 0 ? [`vendors ${few(blast.vendors)}`] : []),
    `${count(blast.cells, 'cell')}${blast.productionShare > 0 ? ` (${blast.productionShare} % of production)` : ''}`,
    ...(blast.agents.length > 0 ? [named(blast.agents, 'agent')] : []),
    ...(blast.components.length > 0 ? [named(blast.components, 'component')] : []),
  ].join(' · ');
};

/** The line that set the value, else the file, else the object and the path inside it. */
export const findingPlace = (finding: Finding): string => {
  const source = sourcePlace(finding);
  if (source !== undefined) return formatSourcePlace(source);
  const path = formatPath(finding.path);
  if (finding.subject === '.') return 'the change as a whole';
  return path === '' ? finding.subject : `${finding.subject} ${path}`;
};

/** The object, when the place is a source line; empty when the place says it already. */
export const objectLine = (finding: Finding): string => {
  if (sourcePlace(finding) === undefined || finding.subject === finding.file) return '';
  return `${finding.subject} ${formatPath(finding.path)}`.trimEnd();
};

/** Layers behind a finding, one line each, last applied first. */
export const layerLines = ({ blame }: Finding): string[] =>
  blame === undefined
    ? []
    : [
        ...blame.layers.map((layer) => `${layer.file}:${layer.line} ${layer.kind}: ${layer.what}`),
        ...(blame.addAt === undefined ? [] : [`${blame.addAt.file}:${blame.addAt.line} is where an overlay would add the field`]),
      ];

/** Why a finding does not block, or from when on it will; empty for what blocks and for plain advice. */
export const standingLine = (finding: Finding): string => {
  const { waiver, effectiveOn } = finding;
  const standing = standingOf(finding);
  if (standing === 'waived' && waiver) return `waived until ${waiver.until} (${count(waiver.daysLeft, 'day')} left) by ${waiver.owner}, ${waiver.ticket}`;
  if (standing === 'debt') return 'stood before this change';
  return standing === 'warning' && effectiveOn !== undefined ? `denies from ${effectiveOn} on` : '';
};

export const rootsLine = (finding: Finding, most = 3): string => {
  const shown = finding.roots.slice(0, most).join(', ');
  const rest = finding.roots.length - most;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
};

export const verdictLine = (report: GateReport): string => `${report.outcome.toUpperCase()}: ${report.reasons.join('; ')}`;

export const evidenceLine = ({ evidence, times, mode }: GateReport): string =>
  `${count(evidence.roots, 'root')} ${mode === 'change' ? 'affected' : 'in the fleet'}, ${evidence.rendered} rendered, ${evidence.fromCache} from the cache, ` +
  `${count(evidence.validated, 'object')} held against schemas, ${evidence.judged} judged by ${count(evidence.rules.length, 'rule')} in ${((times['total'] ?? 0) / 1000).toFixed(1)} s`;

/** What is known of the way back; undefined where nothing that runs changes. */
export const certificateLine = ({ certificate }: GateReport): string | undefined =>
  certificate &&
  `rollback certificate over ${count(certificate.units, 'unit')}: ${certificate.safe} proven safe, ${certificate.unsafe} unsafe, ${certificate.unproven} unproven, ${certificate.notApplicable} not applicable`;

/** What the change adds to the requests of all agents, and to the bill; undefined where neither is touched or known. */
export const costLine = ({ monthlyCost }: GateReport): string | undefined => {
  if (monthlyCost === undefined) return undefined;
  const { cpu, memoryGi, gpu, delta, currency, basis } = monthlyCost;
  const amounts = [
    [cpu, 'cores'],
    [memoryGi, 'GiB'],
    [gpu, 'devices'],
  ] as const;
  const requests = amounts.filter(([amount]) => amount !== 0).map(([amount, unit]) => `${signed(amount)} ${unit}`);
  return `requests in all clusters ${requests.join(', ')}: ${signed(delta, 2)} ${currency} a month${basis === 'assumption' ? ', by assumed prices' : ''}`;
};

const signed = (value: number, digits = 0): string =>
  `${value < 0 ? '-' : '+'}${Math.abs(value).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: 2 })}`;
