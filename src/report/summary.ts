import type { BlastRadius, ChangeGroup, ValueChange } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { formatPath } from '#util/manifest.ts';

/**
 * Text from a change as it may stand on a terminal: no control character, no line of its own, nothing that reorders.
 * A build log reads lines that start with `::` as commands.
 */
export const printable = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu, '\ufffd')
    .replace(/^(\s*):(?=:)/, '$1\ufffd')
    .replaceAll('##[', '##\ufffd[');

/** Text of several lines, each of them printable; a line break in it was ours or the change's, so none may begin a command. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

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

export const findingPlace = (finding: Finding): string => {
  if (finding.file !== undefined) return `${finding.file}:${finding.line ?? 1}`;
  const path = formatPath(finding.path);
  return path === '' ? finding.subject : `${finding.subject} ${path}`;
};

export const rootsLine = (finding: Finding, most = 3): string => {
  const shown = finding.roots.slice(0, most).join(', ');
  const rest = finding.roots.length - most;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
};

/** What stands in a report without blocking, counted: `2 warnings, 1 known violation`. */
export const othersLine = (others: readonly Finding[]): string => {
  const warnings = others.filter((f) => f.effect === 'warn').length;
  const rest = others.length - warnings;
  return [...(warnings > 0 ? [count(warnings, 'warning')] : []), ...(rest > 0 ? [count(rest, 'known violation')] : [])].join(', ');
};

export const verdictLine = (report: GateReport): string => `${report.outcome.toUpperCase()}: ${report.reasons.join('; ')}`;

export const evidenceLine = ({ evidence, times, mode }: GateReport): string =>
  `${count(evidence.roots, 'root')} ${mode === 'change' ? 'affected' : 'in the fleet'}, ${evidence.rendered} rendered, ${evidence.fromCache} from the cache, ` +
  `${count(evidence.validated, 'object')} held against schemas, ${evidence.judged} judged by ${count(evidence.rules.length, 'rule')} in ${((times['total'] ?? 0) / 1000).toFixed(1)} s`;
