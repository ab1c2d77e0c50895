import type { ChangeGroup } from '#model/change.ts';
import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import type { ObjectSides, ReportDetail } from '#model/report-detail.ts';
import { count } from '#util/count.ts';
import { type Standing, standingOf, standings, standingTitles } from '../counts.ts';
import { htmlText } from '../escape.ts';
import { type FindingGroup, groupFindings } from '../group-findings.ts';
import { findingPlace, objectLine, reachOfGroup, shortValue, standingLine } from '../summary.ts';
import { diffTable } from './diff-table.ts';

/** Findings and characters of diffs that one page holds; a browser grows slow beyond. */
const pageLimits = { findings: 5_000, diffs: 6_000_000 } as const;

export const standingNames: Readonly<Record<Standing, string>> = {
  violation: 'blocks',
  question: 'undecided',
  warning: 'warning',
  waived: 'waived',
  debt: 'debt',
};

/** All findings, grouped by standing; the script groups them anew. */
export const findingsHtml = ({ findings }: GateReport, detail: Pick<ReportDetail, 'clustersOfRoot'>): string => {
  if (findings.length === 0) return '<p class="empty">No finding.</p>';
  const groups = groupFindings(findings).map((group, index) => ({ ...group, index }));
  const shown = groups.slice(0, pageLimits.findings);
  const rest = groups.slice(pageLimits.findings).reduce((sum, g) => sum + g.findings.length, 0);
  return [
    ...standings.flatMap((s) => {
      const group = shown.filter((g) => standingOf(g.finding) === s);
      const number = group.reduce((sum, g) => sum + g.findings.length, 0);
      const articles = group.map((g) => findingHtml(g, g.index, detail));
      return group.length === 0
        ? []
        : [`<section class="group"><h3>${standingTitles[s]} <span class="number">${number}</span></h3>`, ...articles, '</section>'];
    }),
    ...(rest > 0 ? [`<p>${count(rest, 'more finding')} in the data of this page only.</p>`] : []),
  ].join('\n');
};

const few = (names: readonly string[], most: number): string =>
  names.length > most ? `${names.slice(0, most).join(' ')} and ${names.length - most} more` : names.join(' ');

const findingHtml = ({ finding, findings }: FindingGroup, index: number, { clustersOfRoot }: Pick<ReportDetail, 'clustersOfRoot'>): string => {
  const standing = standingOf(finding);
  const clusters = [...new Set(finding.roots.flatMap((r) => clustersOfRoot.get(r) ?? []))];
  const facts = [
    ['object', objectLine(finding)],
    ['in', few(finding.roots, 4)],
    ['clusters', few(clusters, 8)],
    ['note', standingLine(finding)],
  ].filter(([, text]) => text !== '');
  return [
    `<article class="finding ${standing}" data-finding="${index}" tabindex="-1">`,
    `<h4><span class="badge ${standing}">${standingNames[standing]}</span> ${htmlText(finding.message)}</h4>`,
    `<p class="place"><code>${htmlText(findingPlace(finding))}</code></p>`,
    `<p class="fix"><b>Fix</b> ${htmlText(finding.solution)}</p>`,
    layersHtml(finding),
    othersHtml(findings.slice(1)),
    `<dl>${facts.map(([name, text]) => `<dt>${name}</dt><dd>${htmlText(text ?? '')}</dd>`).join('')}<dt>rule</dt><dd>${htmlText(finding.code)} · ${htmlText(finding.title)} · <code>${htmlText(finding.fingerprint)}</code></dd></dl>`,
    '</article>',
  ].join('');
};

/** The other objects that the same line is wrong for. */
const othersHtml = (others: readonly Finding[]): string => {
  if (others.length === 0) return '';
  const items = others.map((f) => `<li>${htmlText(f.subject)} <code>${htmlText(f.fingerprint)}</code></li>`);
  return `<details class="others"><summary>and in ${count(others.length, 'more object')}</summary><ul>${items.join('')}</ul></details>`;
};

/** The chain of layers that set the value, last applied first. */
const layersHtml = ({ blame }: Finding): string => {
  if (blame === undefined) return '';
  const { culprit, layers, addAt } = blame;
  const items = layers.map((layer) => {
    const isCulprit = layer.file === culprit.file && layer.line === culprit.line && layer.what === culprit.what;
    return `<li${isCulprit ? ' class="culprit"' : ''}><code>${htmlText(`${layer.file}:${layer.line}`)}</code> ${htmlText(layer.kind)}: ${htmlText(layer.what)}${isCulprit ? ' <b>set it</b>' : ''}</li>`;
  });
  const add = addAt === undefined ? '' : `<li>the field is absent; an overlay would add it at <code>${htmlText(`${addAt.file}:${addAt.line}`)}</code></li>`;
  return `<ol class="layers" aria-label="Layers, last applied first">${items.join('')}${add}</ol>`;
};

/** All changed objects, each with its values and its YAML side by side. */
export const changesHtml = ({ changes }: GateReport, { objects }: Pick<ReportDetail, 'objects'>): string => {
  if (changes.length === 0) return '<p class="empty">No rendered object differs.</p>';
  let room: number = pageLimits.diffs;
  return changes
    .map((group, i) => {
      const table = room > 0 ? diffTable(objects[i] ?? {}) : '<p>No room for the YAML here; the values above are all that differs.</p>';
      room -= table.length;
      return changeHtml(group, i, table, objects[i] ?? {});
    })
    .join('\n');
};

const changeHtml = (group: ChangeGroup, index: number, table: string, sides: ObjectSides): string => {
  const [kind, name] = [group.id.split('/').at(-3) ?? '', group.id.split('/').at(-1) ?? group.id];
  const values = group.values.map(
    (v) =>
      `<li><code>${htmlText(v.at)}</code> ${v.kind === 'added' ? '' : `<del>${htmlText(shortValue(v.before, 200))}</del>`} ${v.kind === 'removed' ? '' : `<ins>${htmlText(shortValue(v.after, 200))}</ins>`}</li>`,
  );
  const isAlone = sides.before === undefined || sides.after === undefined;
  return [
    `<details class="change" data-change="${index}"${isAlone || index > 3 ? '' : ' open'}>`,
    `<summary><span class="badge ${group.kind}">${group.kind}</span> <b>${htmlText(kind)} ${htmlText(name)}</b> <span class="reach">${htmlText(reachOfGroup(group))}</span></summary>`,
    `<p class="place"><code>${htmlText(group.id)}</code></p>`,
    values.length === 0 ? '' : `<ul class="values">${values.join('')}</ul>`,
    group.clusters.length === 0 ? '' : `<p class="clusters">${htmlText(group.clusters.join(' '))}</p>`,
    table,
    '</details>',
  ].join('\n');
};
