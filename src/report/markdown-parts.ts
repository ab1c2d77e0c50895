import type { ChangeGroup } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { RehearsalReport } from '#model/forecast.ts';
import { count } from '#util/count.ts';
import type { Standing } from './counts.ts';
import { clip, fencedText, markdownText, tagText } from './escape.ts';
import { type FindingGroup, othersLine } from './group-findings.ts';
import { basisLine, conclusions, rehearsalColumns, scenarioCells } from './rehearsal.ts';
import { findingPlace, layerLines, objectLine, reachOfGroup, rootsLine, standingLine, valueLine } from './summary.ts';

const icons: Readonly<Record<Standing, string>> = { violation: '❌', question: '⚠️', warning: '🔶', waived: '🎫', debt: '🗂️' };

/** How much of a section is shown; the job summary has more room than the comment. */
export interface Detail {
  /** Clusters named in a group. */
  readonly clusters: number;
  readonly values: number;
  /** Findings listed in a fold. */
  readonly folded: number;
  /** The chain of layers behind each finding. */
  readonly layers: boolean;
}

/** A blocking finding or a warning, or several of one cause: what, where, and how to mend it. */
export const findingSection = (group: FindingGroup, standing: Standing, { layers, folded }: Detail): string => {
  const { finding, findings } = group;
  const others = othersLine(group, folded);
  const object = objectLine(finding);
  const note = standingLine(finding);
  return [
    `### ${icons[standing]} ${markdownText(finding.code)}`,
    '',
    markdownText(finding.message),
    '',
    `- where: **${markdownText(findingPlace(finding))}**`,
    ...(object === '' ? [] : [`- object: ${markdownText(object)}`]),
    ...(others === '' ? [] : [`- and in ${count(findings.length - 1, 'more object')}: ${markdownText(clip(others, 4_000))}`]),
    ...(finding.roots.length > 0 ? [`- in: ${markdownText(rootsLine(finding))}`] : []),
    ...(note === '' ? [] : [`- note: ${markdownText(note)}`]),
    `- fix: ${markdownText(finding.solution)}`,
    ...(layers ? layerLines(finding).map((line) => `  - ${markdownText(line)}`) : []),
    '',
  ].join('\n');
};

/** Findings that do not block and that nobody needs to act on now: counted, with a fold. */
export const foldSection = (standing: Standing, title: string, findings: readonly Finding[], { folded }: Detail): string => {
  const shown = findings.slice(0, folded);
  const rest = findings.length - shown.length;
  return [
    `<details><summary>${icons[standing]} ${tagText(title)}: <b>${findings.length}</b></summary>`,
    '',
    ...shown.map(
      (f) => `- ${markdownText(clip([f.code, findingPlace(f), f.message, standing === 'waived' ? standingLine(f) : ''].filter(Boolean).join(' · '), 400))}`,
    ),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    '',
    '</details>',
    '',
  ].join('\n');
};

/** What a rollout would do: conclusions, and the table in a fold. */
export const rehearsalSection = (rehearsal: RehearsalReport): string => {
  const row = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [
    `### 🎭 ${markdownText(basisLine(rehearsal))}`,
    '',
    ...conclusions(rehearsal).map((text) => `- ${markdownText(text)}`),
    '',
    '<details><summary>All scenarios</summary>',
    '',
    row(rehearsalColumns),
    `|${rehearsalColumns.map(() => '---').join('|')}|`,
    ...rehearsal.forecast.scenarios.map((scenario) => row(scenarioCells(scenario))),
    '',
    '</details>',
    '',
  ].join('\n');
};

const named = (names: readonly string[], most: number): string =>
  names.length > most ? `${names.slice(0, most).join(' ')} and ${names.length - most} more` : names.join(' ');

/** One group of equal changes, folded. */
export const changeSection = (group: ChangeGroup, { clusters, values }: Detail): string => {
  const lines = group.values.slice(0, values).map((v) => valueLine(v).replace(/^~ /, '! '));
  const rest = group.values.length - lines.length;
  return [
    `<details><summary>${group.kind} <b>${tagText(group.id)}</b> · ${tagText(reachOfGroup(group))}</summary>`,
    '',
    ...(group.clusters.length > 1 ? [markdownText(named(group.clusters, clusters)), ''] : []),
    ...(lines.length > 0 ? [fencedText(lines, 'diff'), ''] : []),
    ...(rest > 0 ? [`and ${count(rest, 'more value')}`, ''] : []),
    '</details>',
    '',
  ].join('\n');
};
