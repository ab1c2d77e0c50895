import { gzipSync } from 'node:zlib';
import type { Log, Notification, ReportingDescriptor, Run } from 'sarif';
import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { count } from '#util/count.ts';
import { countsOf, standingOf } from './counts.ts';
import { clip, markdownText, oneLine } from './escape.ts';
import { resultOf } from './sarif-result.ts';
import { verdictLine } from './summary.ts';

/** What GitHub takes: results and rules in one run, tags shown of a rule, bytes of the compressed file ("SARIF results exceed limit"). */
const limits = { results: 25_000, rules: 25_000, tags: 10, compressed: 10_000_000 } as const;

const schemaUri = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export type SarifDetail = Pick<ReportDetail, 'rules' | 'clustersOfRoot'>;

/**
 * The report as SARIF 2.1.0, for code scanning. Blocking findings are errors, warnings are warnings; waived findings are suppressed
 * and debt has the baseline state `unchanged`, both as notes. What GitHub would refuse for its size is left out from the end, where
 * the least grave findings are, and a notification says so.
 */
export const renderSarif = (report: GateReport, detail: SarifDetail): string => {
  for (let kept = Math.min(report.findings.length, limits.results); ; kept = Math.floor(kept / 2)) {
    const text = `${JSON.stringify(logOf(report, detail, kept))}\n`;
    if (kept === 0 || text.length < limits.compressed || gzipSync(text).length < limits.compressed) return text;
  }
};

const logOf = (report: GateReport, detail: SarifDetail, kept: number): Log => ({ $schema: schemaUri, version: '2.1.0', runs: [runOf(report, detail, kept)] });

const runOf = (report: GateReport, { rules, clustersOfRoot }: SarifDetail, kept: number): Run => {
  const findings = report.findings.slice(0, kept);
  const known = new Map(rules.map((r) => [r.code, r]));
  const codes = [...new Set([...findings.map((f) => f.code), ...rules.map((r) => r.code)])].slice(0, limits.rules);
  const index = new Map(codes.map((code, i) => [code, i]));
  const examples = new Map(findings.map((f) => [f.code, f]));
  return {
    tool: { driver: { name: 'ranfleet gate', rules: codes.map((code) => ruleOf(code, known.get(code), examples.get(code))) } },
    automationDetails: { id: 'ranfleet-gate/' },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    invocations: [
      {
        executionSuccessful: report.outcome !== 'undecided',
        exitCode: report.exitCode,
        toolExecutionNotifications: [...notificationsOf(report, index), ...leftOut(report.findings.length - kept)],
      },
    ],
    results: findings.map((finding) => resultOf(finding, index.get(finding.code) ?? -1, clustersOfRoot)),
    properties: { outcome: report.outcome, base: report.base, head: oneLine(report.head), counts: countsOf(report.findings) },
  };
};

const ruleOf = (code: string, rule: RuleInfo | undefined, example: Finding | undefined): ReportingDescriptor => {
  const title = clip(oneLine(rule?.title ?? example?.title ?? code), 1_000);
  const why = clip(oneLine(rule?.description ?? title), 1_000);
  const fix = clip(oneLine(rule?.solution ?? example?.solution ?? ''), 1_000);
  const from = rule?.effectiveOn === undefined ? '' : `\n\nDenies from ${rule.effectiveOn} on.`;
  const controls = (rule?.controls ?? []).map((c) => clip(oneLine(c), 100));
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: `${title}. Why: ${why} Fix: ${fix}`,
      markdown: `**${markdownText(title)}**\n\nWhy: ${markdownText(why)}\n\nFix: ${markdownText(fix)}${from}\n\n\`ranfleet explain ${oneLine(code).replaceAll('`', '')}\` says more.`,
    },
    defaultConfiguration: { level: rule?.severity === 'warn' ? 'warning' : 'error' },
    properties: { tags: [oneLine(code.split('.')[0] ?? code), ...controls].slice(0, limits.tags) },
  };
};

/** Everything that kept the run from a verdict: each question without an answer, and the reasons of an undecided outcome. */
const notificationsOf = (report: GateReport, index: ReadonlyMap<string, number>): Notification[] => {
  const questions = report.findings.filter((f) => standingOf(f) === 'question').slice(0, 1_000);
  return [
    ...(report.outcome === 'undecided' ? [{ level: 'error' as const, message: { text: clip(oneLine(verdictLine(report)), 4_000) } }] : []),
    ...questions.map((f) => ({
      level: 'error' as const,
      message: { text: clip(oneLine(f.message), 4_000) || f.code },
      associatedRule: { id: f.code, index: index.get(f.code) ?? -1 },
    })),
  ];
};

const leftOut = (omitted: number): Notification[] =>
  omitted === 0
    ? []
    : [
        {
          level: 'warning',
          message: { text: `${count(omitted, 'finding')} left out, because code scanning takes no more; the JSON report of the run has them all.` },
        },
      ];
