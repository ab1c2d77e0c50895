import { GateError } from '#model/errors.ts';
import type { EvidenceInput } from '#model/evidence.ts';
import type { GateReport } from '#model/report.ts';

/** The parts of a gate report that a summary is made of. */
export type JudgedReport = Pick<GateReport, 'outcome' | 'head' | 'reasons'> & {
  readonly evidence: Pick<GateReport['evidence'], 'policyBundles' | 'engine' | 'renderer'>;
};

export interface MergeFacts {
  /** Full ids of the merged commit and of its tree. */
  readonly commit: string;
  readonly tree: string;
  /** SHA-256 of the report's file, which the record then names as what it rests on. */
  readonly reportSha256: string;
  /** URI of the repository, like `git+https://example.com/fleet.git`. */
  readonly resource: string;
  /** URI that names who verified. */
  readonly verifier: string;
  /** Instant, UTC, with milliseconds. */
  readonly time: string;
}

/**
 * SLSA's verification summary of one merge, from what the gate said.
 * It claims no SLSA source level: controls of the forge are not seen from here.
 * @throws GateError GATE_UNDECIDED_SUMMARY when there was no verdict, GATE_WRONG_REPORT when the report judged another commit
 */
export const mergeSummary = (report: JudgedReport, facts: MergeFacts): EvidenceInput => {
  const { outcome, head, evidence } = report;
  if (outcome === 'undecided' || evidence.policyBundles.length === 0)
    throw new GateError('GATE_UNDECIDED_SUMMARY', 'undecided', `there is nothing to attest: ${report.reasons.join('; ') || 'no policy judged'}`, {
      hint: 'Only a verdict of allow or deny has a summary.',
    });
  if (!facts.commit.startsWith(head) || head.length < 12)
    throw new GateError('GATE_WRONG_REPORT', 'usage', `the report judged ${head}, not ${facts.commit}`, { hint: 'Run the gate with --head at this commit.' });
  const [policy = ''] = evidence.policyBundles;
  return {
    kind: 'merge',
    chain: 'merges',
    id: `merge:${facts.commit}`,
    time: facts.time,
    subject: [{ name: facts.resource, digest: { gitCommit: facts.commit, gitTree: facts.tree } }],
    predicate: {
      verifier: { id: facts.verifier, version: { ranfleet: evidence.engine, kustomize: evidence.renderer } },
      timeVerified: facts.time,
      resourceUri: facts.resource,
      policy: { uri: `${facts.resource}#policies`, digest: { sha256: policy } },
      inputAttestations: [{ uri: 'urn:ranfleet:gate-report:v1', digest: { sha256: facts.reportSha256 } }],
      verificationResult: outcome === 'allow' ? 'PASSED' : 'FAILED',
      verifiedLevels: outcome === 'allow' ? ['ORG_SOURCE_RANFLEET_GATE'] : [],
    },
    evidence: [],
  };
};
