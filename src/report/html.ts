import { createHash } from 'node:crypto';
import { isBlocking } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { count } from '#util/count.ts';
import { uniqueSorted } from '#util/order.ts';
import { countsLine, countsOf, standingOf, standings } from './counts.ts';
import { htmlText, manyLines, scriptJson } from './escape.ts';
import { groupFindings } from './group-findings.ts';
import { clientSource, type Facet } from './html/client.ts';
import { blastMap } from './html/map.ts';
import { rehearsalsHtml } from './html/rehearsal.ts';
import { changesHtml, findingsHtml, standingNames } from './html/sections.ts';
import { style } from './html/style.ts';
import { blastLine, costLine, evidenceLine, findingPlace, verdictLine } from './summary.ts';

/**
 * The report as one HTML file. It loads nothing, and its content security policy names its one script and its one style by hash:
 * nothing that a change says can run.
 */
export const renderHtml = (report: GateReport, detail: ReportDetail): string => {
  const script = clientSource();
  const blocked = new Set(report.findings.filter(isBlocking).flatMap((f) => f.roots.flatMap((r) => detail.clustersOfRoot.get(r) ?? [])));
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${htmlText(`${report.outcome}: ${report.base ?? 'nothing'} to ${report.head}`)}</title>`,
    `<style>${style}</style></head><body>`,
    verdictHtml(report),
    '<main>',
    toolsHtml(report),
    `<h2>Findings</h2><div id="findings">${findingsHtml(report, detail)}</div>`,
    `<h2 id="reach">Blast radius</h2><p>${htmlText(blastLine(report.blastRadius))}</p>`,
    blastMap({ report, clusters: detail.clusters, blocked }),
    rehearsalsHtml(detail.rehearsals),
    `<h2 id="changes">What changes <span class="number">${report.changes.length}</span></h2>${changesHtml(report, detail)}`,
    `<footer><p>${htmlText(evidenceLine(report))}</p><p>Policies ${htmlText(report.evidence.policyBundles.join(' '))} · ${htmlText(report.evidence.renderer)}</p></footer>`,
    '</main>',
    `<script type="application/json" id="data">${scriptJson({ report, findings: findingFacets(report, detail), changes: changeFacets(report) })}</script>`,
    `<script>${script}</script>`,
    '</body></html>',
    '',
  ].join('\n');
};

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const verdictHtml = (report: GateReport): string => {
  const icon = { allow: '✔', deny: '✖', undecided: '?' }[report.outcome];
  const { clusters, waves, countries, cells, productionShare } = report.blastRadius;
  const facts = [
    ['findings', countsLine(countsOf(report.findings)) || 'none'],
    ['changed', `${count(report.files.length, 'file')}, ${count(report.changes.length, 'object')}`],
    [
      'reaches',
      clusters.length === 0 ? 'no cluster' : `${count(clusters.length, 'cluster')} in ${waves.length > 4 ? count(waves.length, 'wave') : waves.join(' ')}`,
    ],
    ['countries', countries.join(' ') || 'none'],
    ...(report.certificate
      ? [['way back', `${report.certificate.safe} safe, ${report.certificate.unsafe} unsafe, ${report.certificate.unproven} unproven`]]
      : []),
    ...[costLine(report)].flatMap((line) => (line === undefined ? [] : [['cost', line]])),
    ['cells', `${cells}${productionShare > 0 ? ` (${productionShare} % of production)` : ''}`],
  ];
  return [
    `<header class="verdict ${report.outcome}"><div><h1>${icon} ${htmlText(verdictLine(report))}</h1>`,
    `<p>ranfleet gate · <code>${htmlText(report.base ?? 'nothing')}</code> to <code>${htmlText(report.head)}</code> · rules as of ${htmlText(report.effectiveDay)}</p>`,
    `<dl class="facts">${facts.map(([name, text]) => `<div><dt>${name}</dt><dd>${htmlText(text ?? '')}</dd></div>`).join('')}</dl>`,
    `<nav aria-label="Parts"><a href="#findings">Findings</a><a href="#reach">Blast radius</a>${report.rehearsals ? '<a href="#rehearsals">Rehearsed rollouts</a>' : ''}<a href="#changes">What changes</a></nav></div></header>`,
  ].join('');
};

/** Controls that only work with the script, and are hidden without it. */
const toolsHtml = (report: GateReport): string => {
  const counts = countsOf(report.findings);
  const boxes = standings
    .filter((s) => counts[s] > 0)
    .map((s) => `<label><input type="checkbox" name="standing" value="${standingNames[s]}" checked>${standingNames[s]} ${counts[s]}</label>`);
  const options = ['standing', 'rule', 'cluster', 'agent'].map((by) => `<option value="${by}">${by}</option>`);
  return [
    '<div id="tools" role="search" hidden>',
    '<input type="search" id="search" placeholder="Search: rule, file, cluster, agent, value" aria-label="Search in findings and changes" autocomplete="off" spellcheck="false">',
    `<label>group by <select id="group">${options.join('')}</select></label>${boxes.join('')}`,
    '<span class="hint"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous</span>',
    '<span id="result" role="status"></span></div>',
  ].join('');
};

const agentOf = (root: string): string[] => /^agents\/([^/]+)\//.exec(root)?.slice(1) ?? [];

const findingFacets = ({ findings }: GateReport, { clustersOfRoot }: ReportDetail): Facet[] =>
  groupFindings(findings).map(({ finding: f, findings: all }) => {
    const clusters = uniqueSorted(f.roots.flatMap((r) => clustersOfRoot.get(r) ?? []));
    const agents = [...new Set(f.roots.flatMap(agentOf))];
    const layers = (f.blame?.layers ?? []).map((l) => `${l.file}:${l.line} ${l.what}`);
    const each = all.flatMap((one) => [one.message, one.subject, one.fingerprint]);
    const text = [f.code, f.title, f.solution, findingPlace(f), ...each, ...f.roots, ...clusters, ...layers].join(' ');
    return { standing: standingNames[standingOf(f)], rule: f.code, clusters, agents, count: all.length, text: manyLines(text).toLowerCase() };
  });

const changeFacets = ({ changes }: GateReport): Facet[] =>
  changes.map((c) => ({
    standing: '',
    rule: '',
    clusters: c.clusters,
    agents: [...new Set(c.roots.flatMap(agentOf))],
    count: 1,
    text: manyLines([c.kind, c.id, ...c.objects, ...c.roots, ...c.clusters, ...c.waves, ...c.values.map((v) => v.at)].join(' ')).toLowerCase(),
  }));
