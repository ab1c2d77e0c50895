import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { byStanding, countsLine, countsOf, type Standing, standingTitles } from './counts.ts';
import { clip, markdownText, markerOf, tagText } from './escape.ts';
import { groupFindings } from './group-findings.ts';
import { changeSection, type Detail, findingSection, foldSection, rehearsalSection } from './markdown-parts.ts';
import { blastLine, certificateLine, costLine, evidenceLine, verdictLine } from './summary.ts';

/** GitHub refuses comments above 65,536 characters. */
export const commentLimit = 65_536;

/** A job summary of GitHub may have 1 MiB, counted in bytes. */
export const jobSummaryLimit = 2 ** 20;

const reserve = 1_000;
const lineLimit = 1_500;

const brief: Detail = { clusters: 44, values: 40, folded: 30, layers: false };
const full: Detail = { clusters: 1_000, values: 1_000, folded: 1_000, layers: true };

interface Section {
  readonly noun: 'finding' | 'rehearsal' | 'changed object';
  /** How many findings or objects the section tells of. */
  readonly holds: number;
  readonly text: string;
}

export interface CommentOptions {
  /** By what an earlier comment of the same gate is found again; the pull request, or the job. */
  readonly key?: string;
  /** Largest number of characters, where something else stands beside it. */
  readonly limit?: number;
}

/** The report as a comment that is written again on every push, and always fits. */
export const renderMarkdown = (report: GateReport, { key, limit = commentLimit }: CommentOptions = {}): string =>
  fitted(report, { marker: key === undefined ? [] : [markerOf(key)], detail: brief, limit, size: (text) => text.length });

/** The same report with more of everything, for the summary page of a job. `room` is the number of bytes that are left. */
export const renderJobSummary = (report: GateReport, room = jobSummaryLimit): string =>
  fitted(report, { marker: [], detail: full, limit: room, size: (text) => Buffer.byteLength(text) });

interface Room {
  readonly marker: readonly string[];
  readonly detail: Detail;
  readonly limit: number;
  readonly size: (text: string) => number;
}

/**
 * The verdict, the counts and the reach always stand. Sections follow in the order in which a person needs them, until one does not fit; how
 * many findings and objects are left out is said.
 */
const fitted = (report: GateReport, { marker, detail, limit, size }: Room): string => {
  const head = [...marker, ...headLines(report)];
  const foot = ['', `<sub>${tagText(clip(`${report.base ?? 'nothing'} to ${report.head}: ${evidenceLine(report)}`, lineLimit))}</sub>`, ''];
  const sections = sectionsOf(report, detail);
  let room = limit - reserve - size([...head, ...foot].join('\n'));
  const shown: Section[] = [];
  for (const section of sections) {
    room -= size(section.text) + 2;
    if (room < 0) break;
    shown.push(section);
  }
  return [...head, ...shown.map((s) => s.text), ...omitted(sections.slice(shown.length)), ...foot].join('\n');
};

const headLines = (report: GateReport): string[] => {
  const icon = { allow: '✅', deny: '❌', undecided: '⚠️' }[report.outcome];
  const counts = countsLine(countsOf(report.findings));
  return [
    `## ${icon} ${markdownText(clip(verdictLine(report), lineLimit))}`,
    '',
    ...(counts.includes(' · ') ? [`**${counts}**`, ''] : []),
    `**${count(report.files.length, 'file')} changed** · ${markdownText(clip(blastLine(report.blastRadius), lineLimit))}`,
    '',
    ...[certificateLine(report), costLine(report)].flatMap((line) => (line === undefined ? [] : [markdownText(line), ''])),
  ];
};

const sectionsOf = (report: GateReport, detail: Detail): Section[] => {
  const findings = byStanding(report.findings);
  const of = (standing: Standing): readonly Finding[] => findings.get(standing) ?? [];
  const each = (standing: Standing): Section[] =>
    groupFindings(of(standing)).map((group) => ({ noun: 'finding', holds: group.findings.length, text: findingSection(group, standing, detail) }));
  const fold = (standing: Standing): Section[] =>
    of(standing).length === 0
      ? []
      : [{ noun: 'finding', holds: of(standing).length, text: foldSection(standing, standingTitles[standing], of(standing), detail) }];
  return [
    ...each('violation'),
    ...each('question'),
    ...each('warning'),
    ...(report.rehearsals ?? []).map((rehearsal): Section => ({ noun: 'rehearsal', holds: 1, text: rehearsalSection(rehearsal) })),
    ...fold('waived'),
    ...fold('debt'),
    ...report.changes.map((group): Section => ({ noun: 'changed object', holds: 1, text: changeSection(group, detail) })),
  ];
};

const omitted = (sections: readonly Section[]): string[] => {
  const number = (noun: Section['noun']): number => sections.filter((s) => s.noun === noun).reduce((sum, s) => sum + s.holds, 0);
  const parts = (['finding', 'rehearsal', 'changed object'] as const).filter((noun) => number(noun) > 0).map((noun) => count(number(noun), noun));
  return parts.length === 0 ? [] : ['', `**Not shown here, for want of room: ${parts.join(' and ')}.** The whole report is the HTML or JSON file of this run.`];
};
