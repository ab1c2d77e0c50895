import type { ChangeGroup } from '#model/change.ts';
import { type Finding, isBlocking } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { blastLine, evidenceLine, findingPlace, othersLine, reachOfGroup, rootsLine, valueLine, verdictLine } from './summary.ts';

/** GitHub refuses comments above 65,536 characters. */
export const commentLimit = 65_536;

const reserve = 1_000;

/** Text from a pull request is data: no markup, no mention and no control character of it may take effect. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '\ufffd')
    .replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
    .replace(/[\\`*_{}[\]()#+!|~]/g, (c) => `\\${c}`)
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/\r?\n/g, ' ');

/** Inside a fenced block only the fence itself must not appear. */
const fenced = (lines: readonly string[]): string => {
  const text = lines.join('\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
};

/**
 * The report for a pull-request comment. The verdict, the reach and the counts always stand; sections that do not fit
 * are replaced by a line that says how many there are and where the whole report is.
 */
export const renderMarkdown = (report: GateReport, limit = commentLimit): string => {
  const icon = { allow: '✅', deny: '❌', undecided: '⚠️' }[report.outcome];
  const head = [
    `## ${icon} ${escapeMarkdown(verdictLine(report))}`,
    '',
    `**${escapeMarkdown(count(report.files.length, 'file'))} changed** · ${escapeMarkdown(blastLine(report.blastRadius))}`,
    '',
  ];
  const foot = ['', `<sub>${escapeMarkdown(`${report.base ?? 'nothing'} to ${report.head}: ${evidenceLine(report)}`)}</sub>`, ''];
  const blocking = report.findings.filter(isBlocking).map(findingSection);
  const others = report.findings.filter((f) => !isBlocking(f));
  const heading = others.length > 0 ? `### Does not block: ${escapeMarkdown(othersLine(others))}\n\n` : '';
  const findings = [...blocking, ...others.map((f, i) => `${i === 0 ? heading : ''}${findingSection(f)}`)];
  const sections = [...findings, ...report.changes.map(changeSection)];
  const kinds = [...findings.map(() => 'finding'), ...report.changes.map(() => 'changed object')];
  let room = limit - reserve - length([...head, ...foot]);
  const shown: string[] = [];
  for (const section of sections) {
    if (section.length + 2 > room) break;
    shown.push(section);
    room -= section.length + 2;
  }
  return [...head, ...shown, ...omitted(kinds.slice(shown.length)), ...foot].join('\n');
};

const length = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

const omitted = (kinds: readonly string[]): string[] => {
  if (kinds.length === 0) return [];
  const findings = kinds.filter((k) => k === 'finding').length;
  const changes = kinds.length - findings;
  const parts = [...(findings > 0 ? [count(findings, 'finding')] : []), ...(changes > 0 ? [count(changes, 'changed object')] : [])];
  return ['', `**Not shown here, for want of room: ${parts.join(' and ')}.** The whole report is the JSON file of this run.`];
};

const findingSection = (finding: Finding): string =>
  [
    `###${isBlocking(finding) ? '' : '#'} ${finding.effect === 'deny' && isBlocking(finding) ? '❌' : finding.effect === 'undecided' ? '⚠️' : 'ℹ️'} ${escapeMarkdown(finding.code)}`,
    '',
    `${escapeMarkdown(finding.message)}`,
    '',
    `- where: ${escapeMarkdown(findingPlace(finding))}`,
    ...(finding.roots.length > 0 ? [`- in: ${escapeMarkdown(rootsLine(finding))}`] : []),
    `- fix: ${escapeMarkdown(finding.solution)}`,
    '',
  ].join('\n');

const changeSection = (group: ChangeGroup): string => {
  const mark = { added: 'added', removed: 'removed', changed: 'changed' }[group.kind];
  const lines = group.values.map((v) => valueLine(v).replace(/^~ /, '! '));
  return [
    `<details><summary>${mark} <b>${escapeMarkdown(group.id)}</b> · ${escapeMarkdown(reachOfGroup(group))}</summary>`,
    '',
    ...(group.clusters.length > 1 ? [escapeMarkdown(group.clusters.join(' ')), ''] : []),
    ...(lines.length > 0 ? [fenced(lines), ''] : []),
    '</details>',
    '',
  ].join('\n');
};
