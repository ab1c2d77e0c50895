import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { renderJunit } from '#report/junit.ts';
import { jobSummaryLimit, renderJobSummary, renderMarkdown } from '#report/markdown.ts';
import { renderSarif } from '#report/sarif.ts';

/** Files that `ranfleet gate` writes beside what it prints. */
export interface ReportFiles {
  readonly json?: string;
  readonly markdown?: string;
  readonly sarif?: string;
  readonly junit?: string;
  readonly html?: string;
  readonly summary?: string;
}

/** The files that were asked for; the job summary also where GitHub names a file for it (`GITHUB_STEP_SUMMARY`). */
export const writeReports = async (report: GateReport, detail: ReportDetail, files: ReportFiles, environment: NodeJS.ProcessEnv): Promise<void> => {
  const write = (file: string | undefined, render: () => string): void => {
    if (file !== undefined) writeFileSync(file, render());
  };
  write(files.json, () => `${JSON.stringify(report, null, 2)}\n`);
  write(files.markdown, () => renderMarkdown(report, { key: report.mode }));
  write(files.sarif, () => renderSarif(report, detail));
  write(files.junit, () => renderJunit(report));
  if (files.html !== undefined) writeFileSync(files.html, (await import('#report/html.ts')).renderHtml(report, detail)); // 0.1 s to load
  write(files.summary, () => renderJobSummary(report));
  if (files.summary === undefined) appendSummary(environment['GITHUB_STEP_SUMMARY'], report);
};

/** Other steps of the job may have written before: the page has room for all of them together. */
const appendSummary = (file: string | undefined, report: GateReport): void => {
  if (file === undefined || file === '') return;
  const room = jobSummaryLimit - (existsSync(file) ? statSync(file).size : 0);
  appendFileSync(file, renderJobSummary(report, room));
};
