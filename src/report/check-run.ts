import type { Finding } from '#model/finding.ts';
import type { Annotation } from '#model/github.ts';
import type { GateReport } from '#model/report.ts';
import { count } from '#util/count.ts';
import { countsLine, countsOf, type Standing, standingOf } from './counts.ts';
import { clip, manyLines, markdownText, oneLine } from './escape.ts';
import { sourcePlace } from './place.ts';
import { blastLine, evidenceLine, findingPlace, layerLines, objectLine, rootsLine, standingLine, verdictLine } from './summary.ts';

/** Limits of GitHub's Checks API: annotations in one request, characters of summary and text, bytes of a message, characters of a title. */
export const checkRunLimits = { annotations: 50, text: 65_535, message: 65_536, title: 255 } as const;

/** More annotations than a person reads; the rest is told in the text. */
const annotationsShown = 1_000;

/** `output` of one request: the first creates or completes the run, the others append their annotations. */
interface CheckRunPage {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

export interface CheckRun {
  /** Never `neutral` or `skipped`: both would satisfy a required check. */
  readonly conclusion: 'success' | 'failure';
  readonly pages: readonly [CheckRunPage, ...CheckRunPage[]];
}

/** The report as a check run of GitHub. Pure: who sends the pages decides when. */
export const checkRunOf = (report: GateReport): CheckRun => {
  const gone = new Set(report.files.filter((f) => f.status === 'deleted').map((f) => f.path));
  const located = report.findings.filter((f) => isAnnotated(f, gone)).slice(0, annotationsShown);
  const shown = new Set(located);
  const output = {
    title: clip(oneLine(verdictLine(report)), checkRunLimits.title),
    summary: summaryOf(report, located.length),
    text: textOf(report.findings.filter((f) => !shown.has(f))),
  };
  const annotations = located.map(annotationOf);
  const pages = Array.from({ length: Math.ceil(annotations.length / checkRunLimits.annotations) }, (_, i) => ({
    ...output,
    annotations: annotations.slice(i * checkRunLimits.annotations, (i + 1) * checkRunLimits.annotations),
  }));
  const [first = { ...output, annotations: [] }, ...rest] = pages;
  return { conclusion: report.outcome === 'allow' ? 'success' : 'failure', pages: [first, ...rest] };
};

/** An annotation needs a line of a file that the head has. */
const isAnnotated = (finding: Finding, gone: ReadonlySet<string>): boolean => {
  const place = sourcePlace(finding);
  return place !== undefined && !gone.has(place.file);
};

const levels: Readonly<Record<Standing, Annotation['annotation_level']>> = {
  violation: 'failure',
  question: 'failure',
  warning: 'warning',
  waived: 'notice',
  debt: 'notice',
};

const annotationOf = (finding: Finding): Annotation => {
  const place = sourcePlace(finding) ?? { file: '', line: 1 };
  const lines = [finding.message, objectLine(finding), standingLine(finding), `Fix: ${finding.solution}`, `In: ${rootsLine(finding)}`];
  const layers = layerLines(finding);
  return {
    path: place.file,
    start_line: place.line,
    end_line: place.endLine ?? place.line,
    annotation_level: levels[standingOf(finding)],
    title: clip(oneLine(`${finding.code}: ${finding.title}`), checkRunLimits.title),
    message: clipBytes(lines.filter((line) => line !== '').join('\n')),
    ...(layers.length === 0 ? {} : { raw_details: clipBytes(layers.join('\n')) }),
  };
};

const clipBytes = (text: string): string => {
  const clean = manyLines(text);
  if (Buffer.byteLength(clean) <= checkRunLimits.message) return clean;
  return clip(clean, Math.floor(checkRunLimits.message / 3));
};

const summaryOf = (report: GateReport, annotated: number): string => {
  const counts = countsLine(countsOf(report.findings));
  const rest = report.findings.length - annotated;
  return [
    `**${markdownText(clip(verdictLine(report), 4_000))}**`,
    ...(counts === '' ? [] : [counts]),
    `${count(report.files.length, 'file')} changed · ${markdownText(clip(blastLine(report.blastRadius), 4_000))}`,
    `${count(annotated, 'finding')} annotated, ${rest} in the text below.`,
    markdownText(evidenceLine(report)),
  ].join('\n\n');
};

/** Findings without an annotation. Those that do not fit are counted. */
const textOf = (findings: readonly Finding[]): string => {
  const shown: string[] = [];
  let room = checkRunLimits.text - 200;
  for (const finding of findings) {
    const line = `- ${findingText(finding)}`;
    room -= line.length + 1;
    if (room < 0) break;
    shown.push(line);
  }
  const rest = findings.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- and ${count(rest, 'more finding')}, for which there is no room`] : [])].join('\n');
};

const findingText = (finding: Finding): string => {
  const note = standingLine(finding);
  return [
    `**${markdownText(standingOf(finding))} ${markdownText(finding.code)}** ${markdownText(clip(finding.message, 1_000))}`,
    `where: ${markdownText(clip(findingPlace(finding), 500))}`,
    ...(finding.roots.length > 0 ? [`in: ${markdownText(clip(rootsLine(finding), 500))}`] : []),
    ...(note === '' ? [] : [markdownText(note)]),
    `fix: ${markdownText(clip(finding.solution, 1_000))}`,
  ].join(' · ');
};
