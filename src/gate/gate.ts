import { Blamer } from '#blame/blame.ts';
import { blastRadiusOf } from '#compare/blast-radius.ts';
import { groupChanges } from '#compare/group-changes.ts';
import { decide } from '#decide/decide.ts';
import type { Certificate } from '#model/certificate.ts';
import type { ChangeFacts } from '#model/change-facts.ts';
import { exitCodes } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { Fleet } from '#model/fleet.ts';
import type { RehearsalReport, RolloutForecast } from '#model/forecast.ts';
import type { PolicyInput } from '#model/policy.ts';
import type { RenderedRoot, Snapshot } from '#model/ports.ts';
import type { RecordFacts } from '#model/record-facts.ts';
import type { GateReport } from '#model/report.ts';
import type { ReportDetail } from '#model/report-detail.ts';
import { changeFacts } from '#policy/change-facts.ts';
import { changeInput, fileInputs } from '#policy/change-input.ts';
import { type Judge, judgeAll } from '#policy/judge.ts';
import { monthlyCost } from '#policy/monthly-cost.ts';
import { rootInput } from '#policy/root-input.ts';
import { checkRoots, type SchemaVerdict } from '#schema/check-roots.ts';
import { gatherFindings } from '#util/add-finding.ts';
import { uniqueSorted } from '#util/order.ts';
import { blameFindings } from './blame-findings.ts';
import { certificateFindings, certificateOf, countsOfCertificate } from './certificate.ts';
import { fileDebt } from './debt.ts';
import { detailOf } from './detail.ts';
import { checkEvidence } from './evidence-check.ts';
import { type Examination, type ExamineTools, examine, type GateRequest } from './examine.ts';
import { placeFindings } from './place-findings.ts';
import { type RecordTools, recordFacts } from './record-facts.ts';
import { findingsOf, rehearsalReports, rehearseChange, summaryOf } from './rehearsal.ts';
import { rolloutLint } from './rollout-lint.ts';
import { judgingFacts, type SettleTools, settle } from './settle.ts';
import { versionsIn } from './versions.ts';
import { checkWorkflows } from './workflow-check.ts';

export interface GateTools extends Omit<ExamineTools, 'onFacts' | 'onNews'>, SettleTools, RecordTools {
  readonly onJudged?: (done: number, total: number) => void;
  /** Called before the report is returned, with what only the larger reports show. */
  readonly onDetail?: (detail: ReportDetail) => void;
}

/** Closure, render, compare, schemas, policy, decide: everything between two snapshots and a report. */
export const runGate = async (request: GateRequest, tools: GateTools): Promise<GateReport> => {
  let opening: Promise<readonly Judge[]> = Promise.resolve([]);
  const onFacts: ExamineTools['onFacts'] = (facts) => {
    opening = tools.openJudges(request, judgingFacts(facts));
    opening.catch(() => {}); // awaited below; a failure must not count as unhandled while roots still render
  };
  const onNews = (): void => {
    opening.then(prepareAll).catch(() => {});
  };
  const examined = await examine(request, { ...tools, onFacts, onNews });
  const schemas = examined.watch.time('schemas', () => checkRoots(headRoots(examined), tools.schemas, versionsIn(examined.fleet, examined.reach)));
  const linted = examined.watch.time('rollouts', () => lintHead(examined));
  const rehearsed = examined.refused.length > 0 ? [] : examined.watch.time('rehearsal', () => rehearseChange(examined, tools.keepForecast));
  const certificate = await examined.watch.timeAsync('certificate', () => certificateOf(examined, tools));
  const judges = await examined.watch.timeAsync('policies', () => opening);
  if (examined.refused.length > 0) {
    await Promise.all(judges.map((j) => j.evaluator.close()));
    return refusedReport(examined, tools);
  }
  const records = await examined.watch.timeAsync('records', () => recordFacts(examined, tools));
  const inputs = policyInputs(examined, records);
  const judged = await examined.watch.timeAsync('judge', () => judgeAll(judges, inputs, (done) => tools.onJudged?.(done, inputs.length)));
  const findings = await examined.watch.timeAsync('settle', () =>
    settle(examined, tools, judges, [
      ...judged,
      ...schemas.findings,
      ...linted,
      ...findingsOf(rehearsed),
      ...certificateFindings(certificate),
      ...workflowFindings(examined),
      ...evidenceFindings(examined),
    ]),
  );
  await Promise.all(judges.map((j) => j.evaluator.close()));
  return report(examined, tools, { findings, judges, judged: inputs.length - 1, schemas, rehearsals: rehearsalReports(rehearsed), certificate });
};

const prepareAll = (judges: readonly Judge[]): void => {
  for (const { evaluator } of judges) evaluator.prepare?.();
};

const workflowFindings = ({ request: { base, head, all }, files }: Examination): Finding[] => {
  const check = (side: Snapshot): Finding[] => checkWorkflows(side, files, all || !base);
  return fileDebt(check(head), base && (() => check(base)));
};

const evidenceFindings = ({ request: { base, head, all }, files }: Examination): Finding[] => checkEvidence(base, head, files, all);

const lintHead = (examined: Examination): Finding[] => {
  const lint = rolloutLint(examined.fleet.metrics);
  return gatherFindings(headRoots(examined).flatMap((root) => lint(root, examined.rendered.base.get(root.root.path))));
};

const headRoots = ({ scope, rendered }: Examination): RenderedRoot[] => scope.affected.flatMap(({ root }) => rendered.head.get(root.path) ?? []);

const policyInputs = (examined: Examination, records: RecordFacts | null): PolicyInput[] => {
  const { request, scope, files, rendered, changes, reach, fleet, baseFleet } = examined;
  const roots = headRoots(examined);
  const inputs = request.base ? fileInputs(files, request.base, request.head, (folder) => scope.headGraph.refersTo(folder)) : [];
  return [
    changeInput({
      files: inputs,
      changes,
      fleet,
      reach,
      clusterRoots: rendered.clusters,
      baseFleet,
      facts: baseFleet === null ? null : factsOf(examined, baseFleet),
      records,
    }),
    ...roots.map((head) => rootInput(head, rendered.base.get(head.root.path))),
  ];
};

const factsOf = ({ request: { base, head }, fleet, files, changes }: Examination, baseFleet: Fleet | undefined): ChangeFacts =>
  changeFacts({ base: base && baseFleet ? { snapshot: base, fleet: baseFleet } : undefined, head: { snapshot: head, fleet }, files, changes });

interface Judgement {
  readonly findings: readonly Finding[];
  readonly judges: readonly Judge[];
  /** Roots that were judged. */
  readonly judged: number;
  readonly schemas: Omit<SchemaVerdict, 'findings'>;
  readonly rehearsals: readonly RehearsalReport<RolloutForecast>[];
  readonly certificate: Certificate;
}

const report = (examined: Examination, tools: GateTools, { findings, judges, judged, schemas, rehearsals, certificate }: Judgement): GateReport => {
  const { request, scope, changes, reach, fleet, baseFleet } = examined;
  const cost = monthlyCost(baseFleet, fleet);
  const rules = uniqueSorted(judges.flatMap((j) => j.bundle.rules.map((r) => r.code)));
  const heads = scope.affected.filter((a) => a.inHead).length;
  const objects = headRoots(examined).reduce((sum, root) => sum + root.objects.length, 0);
  const decision = decide(findings, {
    rulesRun: rules.length,
    rootsExpected: heads,
    rootsJudged: judged,
    objectsExpected: objects,
    objectsValidated: schemas.validated,
  });
  tools.onDetail?.({ ...detailOf(examined, judges), rehearsals });
  const blamed = examined.watch.time('blame', () => blameFindings(new Blamer(request.head, examined.layers), examined.rendered.head, decision.findings));
  return {
    schemaVersion: 1,
    base: request.base?.label ?? null,
    head: request.head.label,
    effectiveDay: request.day,
    mode: request.all || !request.base ? 'fleet' : 'change',
    outcome: decision.outcome,
    exitCode: exitCodes[decision.outcome],
    reasons: decision.reasons,
    files: examined.files,
    blastRadius: blastRadiusOf(fleet, changes, reach),
    changes: groupChanges(changes, reach),
    findings: placeFindings(blamed.findings, { base: request.base, head: request.head, graph: scope.headGraph, files: examined.files, changes, reach }),
    ...(certificate.units.length > 0 ? { certificate: countsOfCertificate(certificate) } : {}),
    ...(cost === undefined ? {} : { monthlyCost: cost }),
    ...(rehearsals.length > 0 ? { rehearsals: rehearsals.map(summaryOf) } : {}),
    evidence: { ...evidenceOf(examined, tools, judges), judged, validated: schemas.validated, rules, blame: blamed.evidence },
    times: examined.watch.times(),
  };
};

const evidenceOf = ({ scope }: Examination, { render, schemas, engine }: GateTools, judges: readonly Judge[]) => ({
  roots: scope.affected.length,
  rendered: render.counters.rendered,
  fromCache: render.counters.fromCache,
  policyBundles: judges.map((j) => j.bundle.hash),
  renderer: render.renderer.version,
  schemas: schemas.key,
  engine: engine.label,
});

/** Nothing was rendered: the verdict rests on the pre-scan alone, and says so. */
const refusedReport = (examined: Examination, tools: GateTools): GateReport => {
  const whole = report(examined, tools, {
    findings: [...examined.refused, ...examined.silent],
    judges: [],
    judged: 0,
    schemas: { validated: 0 },
    rehearsals: [],
    certificate: { units: [] },
  });
  return { ...whole, reasons: [...whole.reasons.slice(0, 1), 'nothing was rendered, because the sources were refused'] };
};
