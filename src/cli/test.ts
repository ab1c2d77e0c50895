import { repositoryRoot } from '#adapters/git.ts';
import { isAnalysisTemplate, readTemplate } from '#analysis/read-template.ts';
import { analysisTestSchema } from '#model/analysis-test.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Snapshot } from '#model/ports.ts';
import { type TemplateResult, testTemplate } from '#rehearse/test-template.ts';
import { printable } from '#report/escape.ts';
import { count } from '#util/count.ts';
import { isFields } from '#util/manifest.ts';
import { parseFacts, SourceDocument } from '#util/source-yaml.ts';
import { headSnapshot } from './context.ts';
import type { Output } from './output.ts';

export interface TestOptions {
  readonly head?: string;
  readonly json?: boolean;
}

interface Tested extends TemplateResult {
  readonly template: string;
  /** Undefined where a template has none. */
  readonly test: string | undefined;
}

const testFile = /\.analysis-test\.yaml$/;
const version = '1.10';

/** `ranfleet test`: do the AnalysisTemplates make of answers what their tests say, and do the tests notice every changed limit? */
export const testCommand = (directory: string, wanted: readonly string[], { head, json }: TestOptions, output: Output): ExitCode => {
  const snapshot = headSnapshot(repositoryRoot(directory), head);
  const templates = templatesIn(snapshot).filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  if (templates.length === 0)
    throw new GateError('GATE_NO_TEMPLATE', 'usage', 'there is no AnalysisTemplate of that name', { hint: 'Name a part of its path, or nothing for all.' });
  const orphan = [...snapshot.files.keys()].find((file) => testFile.test(file) && !snapshot.files.has(file.replace(testFile, '.yaml')));
  if (orphan !== undefined)
    throw new GateError('GATE_NO_TEMPLATE', 'usage', `${orphan} tests nothing: there is no ${orphan.replace(testFile, '.yaml')}`, {
      hint: 'A test stands beside its template, with the same name.',
    });
  const tested = templates.map((file) => testOne(snapshot, file));
  output.print(json === true ? `${JSON.stringify(tested, null, 2)}\n` : `${tested.flatMap((one) => lines(one, output)).join('\n')}\n`);
  return tested.every(isGood) ? exitCodes.allow : exitCodes.deny;
};

const templatesIn = (snapshot: Snapshot): string[] =>
  [...snapshot.files.keys()]
    .filter(
      (file) => /^(agents|apps)\/.*\.yaml$/.test(file) && !testFile.test(file) && /^kind: (Cluster)?AnalysisTemplate$/m.test(snapshot.read(file).toString()),
    )
    .sort();

const testOne = (snapshot: Snapshot, file: string): Tested => {
  const test = file.replace(/\.yaml$/, '.analysis-test.yaml');
  if (!snapshot.files.has(test)) return { template: file, test: undefined, cases: [], mutants: 0, survivors: [] };
  const { value } = new SourceDocument(file, snapshot.read(file).toString());
  if (!isFields(value) || !isAnalysisTemplate(value)) throw malformed(file, 'is not one AnalysisTemplate');
  const reading = readTemplate(value);
  if ('unreadable' in reading) throw malformed(file, reading.unreadable.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return { template: file, test, ...testTemplate(reading.template, parseFacts(test, snapshot.read(test).toString(), analysisTestSchema), version) };
};

const malformed = (file: string, message: string): GateError =>
  new GateError('GATE_MALFORMED', 'usage', `${file}: ${message}`, { hint: 'Keep one AnalysisTemplate in a file.' });

const isGood = ({ test, cases, survivors }: Tested): boolean =>
  test !== undefined && survivors.length === 0 && cases.every(({ problems }) => problems.length === 0);

const lines = (tested: Tested, { paint }: Output): string[] => {
  const { template, test, cases, mutants, survivors } = tested;
  if (test === undefined) return [`${paint.red('untested')} ${printable(template)}`, '    write a .analysis-test.yaml beside it: docs/rehearsal.md'];
  const failed = cases.filter(({ problems }) => problems.length > 0);
  const verdict = isGood(tested) ? paint.green('passed') : paint.red('failed');
  return [
    `${verdict} ${printable(template)}: ${count(cases.length, 'case')}, ${failed.length} failed; ${count(mutants, 'mutant')}, ${survivors.length} survived`,
    ...failed.flatMap(({ name, problems }) => problems.map((problem) => `    ${printable(`${name}: ${problem}`)}`)),
    ...survivors.map((what) => `    no case notices ${printable(what)}`),
  ];
};
