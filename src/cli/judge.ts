import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { startJudgeServer } from '#adapters/judge-server.ts';
import { createPrometheus } from '#adapters/prometheus.ts';
import { type ExitCode, exitCodes, GateError, messageOf } from '#model/errors.ts';
import { judgeQuestionSchema } from '#model/judge-question.ts';
import { kpiCatalogueSchema } from '#model/kpi.ts';
import { type Verdict, type VerdictPhase, verdictCodes, verdictInputSchema } from '#model/verdict.ts';
import { parseFacts } from '#util/source-yaml.ts';
import { answerQuestion } from '#verdict/answer.ts';
import { verdict } from '#verdict/judge.ts';
import { engineRoot } from './context.ts';
import type { Output } from './output.ts';
import { prometheusAddress } from './prometheus-address.ts';

export interface JudgeOptions {
  readonly input?: string;
  readonly json?: boolean;
  readonly host: string;
  readonly port: number | string;
  readonly prometheus?: string;
}

const exits: Readonly<Record<VerdictPhase, ExitCode>> = { Successful: exitCodes.allow, Failed: exitCodes.deny, Inconclusive: exitCodes.undecided };

/** `ranfleet judge`: one verdict from a file, or a server that AnalysisRuns ask. Exits 0 Successful, 1 Failed, 3 Inconclusive. */
export const judgeCommand = async (action: string | undefined, options: JudgeOptions, output: Output): Promise<ExitCode> => {
  if (action === 'serve') return serve(options, output);
  if (action !== undefined) throw usage(`there is no action ${action}`, 'Leave it out, or say serve.');
  if (options.input === undefined) throw usage('nothing to judge was named', 'Name a file: --input <file>, or - for standard input.');
  const judged = verdict(readInput(options.input));
  output.print(options.json === true ? `${JSON.stringify(judged, null, 2)}\n` : verdictText(judged));
  return exits[judged.phase];
};

const usage = (message: string, hint: string): GateError => new GateError('GATE_JUDGE', 'usage', message, { hint });

const verdictText = ({ phase, reasons }: Verdict): string => [phase, ...reasons.map((reason) => `  ${reason}`), ''].join('\n');

const readInput = (file: string): z.infer<typeof verdictInputSchema> => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw usage(`${file} can not be read as JSON: ${messageOf(error)}`, 'docs/judge.md says what it holds.');
  }
  return parsed(verdictInputSchema, withCatalogue(value), file);
};

const parsed = <T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: at, message }) => `${at.join('.') || '(top)'}: ${message}`);
  throw usage(`${what}: ${problems.join('; ')}`, 'docs/judge.md says what it holds.');
};

const namedQuestions = z.looseObject({ kpis: z.looseObject({ questions: z.array(z.looseObject({ kpi: z.unknown() })) }) });

/** A KPI that is named by its id alone is that of the catalogue. */
const withCatalogue = (value: unknown): unknown => {
  const read = namedQuestions.safeParse(value);
  if (!read.success) return value;
  const { kpis } = parseFacts('contracts/kpis.yaml', readFileSync(path.join(engineRoot, 'contracts/kpis.yaml'), 'utf8'), kpiCatalogueSchema);
  const questions = read.data.kpis.questions.map((question) => ({ ...question, kpi: kpis.find(({ id }) => id === question.kpi) ?? question.kpi }));
  return { ...read.data, kpis: { ...read.data.kpis, questions } };
};

const serve = async ({ host, port, prometheus }: JudgeOptions, output: Output): Promise<ExitCode> => {
  const base = prometheusAddress(prometheus, 'GATE_JUDGE');
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw usage(`${port} is no port`, 'Name one, or 0 for any.');
  const source = createPrometheus(base, process.env['PROMETHEUS_TOKEN']);
  const answer = async (body: unknown): Promise<Verdict & { readonly code: number }> => {
    const judged = await answerQuestion(parsed(judgeQuestionSchema, body, 'question'), source, Date.now() / 1000);
    return { code: verdictCodes[judged.phase], ...judged };
  };
  const server = await startJudgeServer({ host, port: number, answer }).catch((error: unknown) => {
    throw usage(`${host}:${port} can not be served: ${messageOf(error)}`, 'Name another --host or --port.');
  });
  output.print(`judge: http://${host.includes(':') ? `[${host}]` : host}:${server.port}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await server.close();
  return exitCodes.allow;
};
