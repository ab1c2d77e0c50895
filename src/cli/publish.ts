import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openGitHub } from '#adapters/github.ts';
import { type PublishResult, publishReport } from '#github/publish.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import type { GateReport } from '#model/report.ts';
import { reportSchema } from '#model/report-schema.ts';
import { checkRunOf } from '#report/check-run.ts';
import { markerOf } from '#report/escape.ts';
import { renderMarkdown } from '#report/markdown.ts';
import { type Environment, githubAccess, neededVariable } from './github-access.ts';
import type { Output } from './output.ts';

export interface PublishOptions {
  readonly sarif?: string;
  readonly pull?: string | number;
  readonly head: string;
  readonly judged: string;
  readonly login: string;
}

/** What another job wrote is hostile until it fits its schema; nothing that long is a report. */
const largestReport = 256 * 2 ** 20;

/** `ranfleet publish`: tells GitHub what a run of the gate said. */
export const publishCommand = async (file: string, options: PublishOptions, environment: Environment, output: Output): Promise<ExitCode> => {
  const report = readReport(file);
  const github = openGitHub({ ...githubAccess(neededVariable(environment, 'GITHUB_REPOSITORY'), environment, output), login: options.login });
  const result = await publishReport(github, {
    report,
    check: checkOf(report),
    comment: { marker: markerOf(report.mode), body: renderMarkdown(report, { key: report.mode }) },
    pull: pullNumber(options.pull),
    headSha: fullId(options.head, 'head'),
    judgedSha: fullId(options.judged, 'judged'),
    ...(options.sarif === undefined ? {} : { sarif: gzipSync(readSized(options.sarif)).toString('base64') }),
  });
  output.print(`${resultLine(result)}\n`);
  return result.stale === '' ? exitCodes.allow : exitCodes.undecided;
};

const checkOf = (report: GateReport) => {
  const { conclusion, pages } = checkRunOf(report);
  const { title, summary, text } = pages[0];
  return { conclusion, title, summary, text, annotations: pages.flatMap((page) => page.annotations) };
};

const resultLine = ({ check, comment, sarif, stale }: PublishResult): string =>
  [`check run ${check}`, `comment ${comment}`, `code scanning ${sarif}`, ...(stale === '' ? [] : [`stale: ${stale}`])].join('; ');

const readReport = (file: string): GateReport => {
  const malformed = (problem: string): GateError =>
    new GateError('GATE_MALFORMED', 'usage', `${file}: ${problem}`, { hint: 'Give the file that `ranfleet gate --json` wrote.' });
  let value: unknown;
  try {
    value = JSON.parse(readSized(file));
  } catch (error) {
    throw error instanceof GateError ? error : malformed(messageOf(error));
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '));
  return parsed.data as GateReport;
};

const readSized = (file: string): string => {
  const problem = (message: string): GateError => new GateError('GATE_MALFORMED', 'usage', `${file}: ${message}`, { hint: 'Give a file that the gate wrote.' });
  try {
    if (statSync(file).size > largestReport) throw problem(`is larger than ${largestReport} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof GateError ? error : problem(messageOf(error));
  }
};

const fullId = (value: unknown, option: string): string => {
  if (typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)) return value;
  throw new GateError('GATE_USAGE', 'usage', `--${option} ${String(value)} is no full commit id`, { hint: 'Give all 40 hex digits.' });
};

/** Empty in a merge queue, which belongs to no pull request. */
const pullNumber = (value: string | number | undefined): number | undefined => {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new GateError('GATE_USAGE', 'usage', `--pull ${value} is no number of a pull request`, { hint: 'Give its number, or leave it out.' });
};
