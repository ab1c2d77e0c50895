import type { ChangeGroup } from '#model/change.ts';
import { type Finding, isBlocking } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { countsLine, countsOf, type Standing, standingOf } from './counts.ts';
import { logLine, printable } from './escape.ts';
import { type FindingGroup, groupFindings, othersLine } from './group-findings.ts';
import { conclusions, rehearsalLines } from './rehearsal.ts';
import {
  blastLine,
  certificateLine,
  costLine,
  evidenceLine,
  findingPlace,
  layerLines,
  objectLine,
  reachOfGroup,
  rootsLine,
  standingLine,
  valueLine,
  verdictLine,
} from './summary.ts';

/** Colours, or functions that leave text alone when the output is no terminal. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

export interface TerminalOptions {
  readonly paint: Paint;
  /** Show every changed value and the names of all clusters. */
  readonly verbose: boolean;
}

const valuesShown = 12;
const groupsShown = 15;

/** The report as text. What is left out is counted, and `--verbose` shows it. */
export const renderTerminal = (report: GateReport, options: TerminalOptions): string => {
  const { paint } = options;
  const title = `${paint.bold('ranfleet gate')}  ${printable(`${report.base ?? 'nothing'} -> ${report.head}`)}`;
  const verdict = { allow: paint.green, deny: paint.red, undecided: paint.yellow }[report.outcome](paint.bold(printable(verdictLine(report))));
  return joined([
    title,
    ...whatChanged(report, options),
    ...findingLines(report.findings, options),
    ...rehearsedLines(report, options),
    '',
    verdict,
    paint.dim(evidenceLine(report)),
    ...[certificateLine(report), costLine(report)].flatMap((line) => (line === undefined ? [] : [paint.dim(line)])),
    '',
  ]);
};

/** What the rollouts that change would do; the whole table with --verbose. */
const rehearsedLines = ({ rehearsals = [] }: GateReport, { paint, verbose }: TerminalOptions): string[] =>
  rehearsals.flatMap((rehearsal) => {
    const [basis = '', ...table] = rehearsalLines(rehearsal).map(printable);
    const rest = verbose ? table : conclusions(rehearsal).map((text) => `  ${printable(text)}`);
    return ['', `${paint.bold('rehearsed')} ${basis}`, ...rest.map((line) => paint.dim(`  ${line}`))];
  });

/** No line of a report may be a command of the log that it is printed to. */
const joined = (lines: readonly string[]): string => lines.map(logLine).join('\n');

type Compared = Pick<GateReport, 'base' | 'head' | 'files' | 'blastRadius' | 'changes'>;

/** Only what differs, for `ranfleet diff`. */
export const renderDiff = (compared: Compared, options: TerminalOptions): string =>
  joined([`${options.paint.bold('ranfleet diff')}  ${printable(`${compared.base ?? 'nothing'} -> ${compared.head}`)}`, ...changeLines(compared, options), '']);

/** Why nothing was rendered. */
export const renderRefused = (findings: readonly Finding[], paint: Paint): string =>
  joined(['Refused before rendering:', ...findingLines(findings, { paint, verbose: true })]);

const whatChanged = (report: GateReport, options: TerminalOptions): string[] =>
  report.mode === 'fleet' ? ['Judging the whole fleet as it stands.'] : changeLines(report, options);

const changeLines = (report: Compared, options: TerminalOptions): string[] => {
  const { paint } = options;
  const header = `${count(report.files.length, 'file')} changed · ${printable(blastLine(report.blastRadius))}`;
  if (report.changes.length === 0) return [header, 'No rendered object differs.'];
  const shown = options.verbose ? report.changes : report.changes.slice(0, groupsShown);
  const rest = report.changes.length - shown.length;
  return [
    header,
    '',
    ...shown.flatMap((group) => groupLines(group, options)),
    ...(rest > 0 ? [paint.dim(`  and ${count(rest, 'more changed object')} (--verbose shows all)`)] : []),
  ];
};

const groupLines = (group: ChangeGroup, { paint, verbose }: TerminalOptions): string[] => {
  const mark = { added: '+', removed: '-', changed: '~' }[group.kind];
  const shown = verbose ? group.values : group.values.slice(0, valuesShown);
  const rest = group.values.length - shown.length;
  return [
    `${paint.bold(`${mark} ${printable(group.id)}`)}  ${paint.dim(printable(reachOfGroup(group)))}`,
    ...(verbose && group.objects.length > 1 ? [paint.dim(`    ${printable(group.objects.join(' '))}`)] : []),
    ...(verbose && group.clusters.length > 0 ? [paint.dim(`    ${printable(group.clusters.join(' '))}`)] : []),
    ...shown.map((value) => `    ${printable(valueLine(value))}`),
    ...(rest > 0 ? [paint.dim(`    and ${count(rest, 'more value')} (--verbose shows all)`)] : []),
  ];
};

/** What blocks first, then, under a line of its own, what is to be known and does not block. Debt is counted, and shown with --verbose. */
const findingLines = (findings: readonly Finding[], options: TerminalOptions): string[] => {
  const others = findings.filter((f) => !isBlocking(f));
  const shown = options.verbose ? others : others.filter((f) => standingOf(f) !== 'debt');
  return [
    ...groupFindings(findings.filter(isBlocking)).flatMap((group) => oneGroup(group, options)),
    ...(others.length > 0 ? ['', options.paint.bold(`Does not block: ${countsLine(countsOf(others))}`)] : []),
    ...groupFindings(shown).flatMap((group) => oneGroup(group, options)),
    ...(shown.length < others.length ? [options.paint.dim('    --verbose shows the debt as well')] : []),
  ];
};

const labels: Readonly<Record<Standing, string>> = { violation: 'deny', question: 'undecided', warning: 'warn', waived: 'waived', debt: 'debt' };

const oneGroup = (group: FindingGroup, { paint, verbose }: TerminalOptions): string[] => {
  const { finding, findings } = group;
  const others = othersLine(group, verbose ? findings.length : 5);
  const standing = standingOf(finding);
  const label = { violation: paint.red, question: paint.yellow, warning: paint.yellow, waived: paint.dim, debt: paint.dim }[standing](labels[standing]);
  const about = [objectLine(finding), standingLine(finding)].filter((line) => line !== '');
  return [
    '',
    `${label} ${paint.bold(printable(finding.code))}  ${printable(findingPlace(finding))}  ${paint.dim(finding.fingerprint)}`,
    `    ${printable(finding.message)}`,
    ...about.map((line) => paint.dim(`    ${printable(line)}`)),
    ...(others === '' ? [] : [paint.dim(`    and in ${count(findings.length - 1, 'more object')}: ${printable(others)}`)]),
    ...(finding.roots.length > 0 ? [paint.dim(`    in ${printable(rootsLine(finding))}`)] : []),
    ...(verbose ? layerLines(finding).map((line) => paint.dim(`    from ${printable(line)}`)) : []),
    `    fix: ${printable(finding.solution)}`,
  ];
};
