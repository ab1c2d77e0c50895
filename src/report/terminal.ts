import type { ChangeGroup } from '#model/change.ts';
import { type Finding, isBlocking } from '#model/finding.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { blastLine, evidenceLine, findingPlace, othersLine, printable, reachOfGroup, rootsLine, valueLine, verdictLine } from './summary.ts';

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
  const title = `${paint.bold('ranfleet gate')}  ${report.base ?? 'nothing'} -> ${report.head}`;
  const verdict = { allow: paint.green, deny: paint.red, undecided: paint.yellow }[report.outcome](paint.bold(verdictLine(report)));
  return [title, ...whatChanged(report, options), ...allFindings(report.findings, paint), '', verdict, paint.dim(evidenceLine(report)), ''].join('\n');
};

type Compared = Pick<GateReport, 'base' | 'head' | 'files' | 'blastRadius' | 'changes'>;

/** Only what differs, for `ranfleet diff`. */
export const renderDiff = (compared: Compared, options: TerminalOptions): string =>
  [`${options.paint.bold('ranfleet diff')}  ${compared.base ?? 'nothing'} -> ${compared.head}`, ...changeLines(compared, options), ''].join('\n');

/** Why nothing was rendered. */
export const renderRefused = (findings: readonly Finding[], paint: Paint): string => ['Refused before rendering:', ...findingLines(findings, paint)].join('\n');

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
    `${paint.bold(`${mark} ${printable(group.id)}`)}  ${paint.dim(reachOfGroup(group))}`,
    ...(verbose && group.objects.length > 1 ? [paint.dim(`    ${printable(group.objects.join(' '))}`)] : []),
    ...(verbose && group.clusters.length > 0 ? [paint.dim(`    ${group.clusters.join(' ')}`)] : []),
    ...shown.map((value) => `    ${printable(valueLine(value))}`),
    ...(rest > 0 ? [paint.dim(`    and ${count(rest, 'more value')} (--verbose shows all)`)] : []),
  ];
};

/** What blocks first, then, under a line of its own, what is to be known and does not block. */
const allFindings = (findings: readonly Finding[], paint: Paint): string[] => {
  const others = findings.filter((f) => !isBlocking(f));
  const heading = others.length > 0 ? ['', paint.bold(`Does not block: ${othersLine(others)}`)] : [];
  return [...findingLines(findings.filter(isBlocking), paint), ...heading, ...findingLines(others, paint)];
};

const findingLines = (findings: readonly Finding[], paint: Paint): string[] =>
  findings.flatMap((finding) => {
    const label = finding.effect === 'deny' && isBlocking(finding) ? paint.red('deny') : paint.yellow(finding.effect);
    return [
      '',
      `${label} ${paint.bold(finding.code)}  ${printable(findingPlace(finding))}  ${paint.dim(finding.fingerprint)}`,
      `    ${printable(finding.message)}`,
      ...(finding.roots.length > 0 ? [paint.dim(`    in ${printable(rootsLine(finding))}`)] : []),
      `    fix: ${finding.solution}`,
    ];
  });
