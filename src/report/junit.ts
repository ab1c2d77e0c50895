import type { Finding } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { countsOf, type Standing, standingOf } from './counts.ts';
import { clip, xmlText } from './escape.ts';
import { sourcePlace } from './place.ts';
import { findingPlace, layerLines, objectLine, rootsLine, standingLine, verdictLine } from './summary.ts';

const textLimit = 8_000;

/**
 * The report as JUnit XML: one suite for each rule, one case for each finding, one passing case for a rule that found nothing. So
 * failures, errors and skipped cases are the counts of all other reports: violations, questions, and waived findings with debt.
 */
export const renderJunit = (report: GateReport): string => {
  const byRule = new Map<string, Finding[]>(report.evidence.rules.map((code) => [code, []]));
  for (const finding of report.findings) byRule.set(finding.code, [...(byRule.get(finding.code) ?? []), finding]);
  const suites = [...byRule].map(([code, findings]) => suiteOf(code, findings, report.evidence.judged));
  const seconds = ((report.times['total'] ?? 0) / 1000).toFixed(3);
  const cases = suites.reduce((sum, s) => sum + s.cases, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name=${attribute(clip(`ranfleet gate: ${verdictLine(report)}`, 500))} ${tally(report.findings, cases)} time="${seconds}">`,
    ...suites.map((s) => s.xml),
    '</testsuites>',
    '',
  ].join('\n');
};

const attribute = (text: string): string => `"${xmlText(text)}"`;

const tally = (findings: readonly Finding[], cases: number): string => {
  const { violation, question, waived, debt } = countsOf(findings);
  return `tests="${cases}" failures="${violation}" errors="${question}" skipped="${waived + debt}"`;
};

const suiteOf = (code: string, findings: readonly Finding[], judged: number): { readonly cases: number; readonly xml: string } => {
  const cases = findings.length === 0 ? [`    <testcase classname=${attribute(code)} name="holds in all ${judged} roots"/>`] : findings.map(caseOf);
  return {
    cases: cases.length,
    xml: [`  <testsuite name=${attribute(code)} ${tally(findings, cases.length)}>`, ...cases, '  </testsuite>'].join('\n'),
  };
};

const elements: Readonly<Record<Standing, string>> = { violation: 'failure', question: 'error', warning: 'system-out', waived: 'skipped', debt: 'skipped' };

const caseOf = (finding: Finding): string => {
  const place = sourcePlace(finding);
  const file = place === undefined ? '' : ` file=${attribute(place.file)} line="${place.line}"`;
  const name = clip(`${finding.subject}: ${finding.message}`, 500);
  return `    <testcase classname=${attribute(finding.code)} name=${attribute(name)}${file}>${body(finding)}</testcase>`;
};

const body = (finding: Finding): string => {
  const standing = standingOf(finding);
  const element = elements[standing];
  const text = xmlText(clip(bodyLines(finding).join('\n'), textLimit));
  if (element === 'system-out') return `<system-out>${text}</system-out>`;
  if (element === 'skipped') return `<skipped message=${attribute(standingLine(finding))}/><system-out>${text}</system-out>`;
  return `<${element} type=${attribute(finding.code)} message=${attribute(clip(finding.message, 500))}>${text}</${element}>`;
};

const bodyLines = (finding: Finding): string[] =>
  [
    finding.message,
    `where: ${findingPlace(finding)}`,
    objectLine(finding),
    ...(finding.roots.length > 0 ? [`in: ${rootsLine(finding)}`] : []),
    standingLine(finding),
    `fix: ${finding.solution}`,
    ...layerLines(finding).map((line) => `from: ${line}`),
    `fingerprint: ${finding.fingerprint}`,
  ].filter((line) => line !== '');
