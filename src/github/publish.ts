import { GateError } from '#model/errors.ts';
import type { CheckRun, GitHub, PullRequest } from '#model/github.ts';
import type { GateReport } from '#model/report.ts';

export interface PublishRequest {
  readonly report: GateReport;
  readonly check: Omit<CheckRun, 'headSha' | 'externalId' | 'name'>;
  readonly comment: { readonly marker: string; readonly body: string };
  /** Pull request; absent in a merge queue, where only the commit is told. */
  readonly pull: number | undefined;
  /** Full id of the commit that the check belongs to: the head of the pull request, or of the queue's group. */
  readonly headSha: string;
  /** SARIF for code scanning, gzipped, base64. */
  readonly sarif?: string;
  /** Full id of the commit that was judged; the trial merge where GitHub made one. */
  readonly judgedSha: string;
}

export interface PublishResult {
  readonly check: 'created' | 'updated';
  readonly comment: 'created' | 'updated' | 'skipped';
  readonly sarif: 'uploaded' | 'skipped';
  /** Why the verdict is no longer about the pull request as it stands; empty when it is. */
  readonly stale: string;
}

/** The one required status; a ruleset names it together with the App that may post it. */
const checkName = 'gate/verdict';

/**
 * Tells GitHub what the gate said. The check run goes to the commit that was judged, whatever happened since. The comment speaks
 * about the pull request as a whole, so it is left alone when the pull request has moved on: its newer run will write it.
 * @throws GateError GATE_REPORT_MISMATCH when the report is about another commit than the one named; GATE_GITHUB when a call fails.
 */
export const publishReport = async (github: GitHub, request: PublishRequest): Promise<PublishResult> => {
  const { report, headSha, judgedSha, pull, comment } = request;
  if (!judgedSha.startsWith(report.head)) {
    throw new GateError('GATE_REPORT_MISMATCH', 'usage', `the report is about ${report.head}, not about ${judgedSha}`, {
      hint: 'Publish the report of the run that judged this commit.',
    });
  }
  const check = await github.publishCheck({ ...request.check, name: checkName, headSha, externalId: externalIdOf(report, judgedSha) });
  const told = { check: check.created ? 'created' : 'updated', sarif: 'skipped', comment: 'skipped', stale: '' } as const;
  if (pull === undefined) return told;
  const stale = staleness(await github.pullRequest(pull), request);
  if (stale !== '') return { ...told, stale };
  if (request.sarif !== undefined) await github.uploadSarif({ sha: headSha, ref: `refs/pull/${pull}/head`, sarif: request.sarif });
  const { created } = await github.publishComment(pull, comment.marker, comment.body);
  return { ...told, sarif: request.sarif === undefined ? 'skipped' : 'uploaded', comment: created ? 'created' : 'updated' };
};

/** Bound to what was judged and by which rules: a verdict over another tree or other rules is another check run. */
const externalIdOf = (report: GateReport, judgedSha: string): string =>
  [judgedSha, report.base ?? 'none', ...report.evidence.policyBundles.map((hash) => hash.slice(0, 12))].join(':');

const staleness = (pull: PullRequest, { headSha, judgedSha }: PublishRequest): string => {
  if (pull.headSha !== headSha) return `the pull request is at ${pull.headSha} now, ${headSha} was judged`;
  if (judgedSha !== headSha && pull.mergeSha !== null && pull.mergeSha !== judgedSha) {
    return `its base has moved: the merge is ${pull.mergeSha} now, ${judgedSha} was judged`;
  }
  return '';
};
