import type { Blamer } from '#blame/blame.ts';
import type { Finding } from '#model/finding.ts';
import type { RenderedRoot } from '#model/ports.ts';

/** How many findings are traced to their line; more than this nobody reads in one go. */
const blameLimit = 500;

export interface BlamedFindings {
  readonly findings: readonly Finding[];
  /** Findings with an object that were traced, and those that were left out for there were too many. */
  readonly evidence: { readonly traced: number; readonly skipped: number };
}

/** Adds the source line to every finding that is about a rendered object, in its first root. */
export const blameFindings = (blamer: Blamer, roots: ReadonlyMap<string, RenderedRoot>, findings: readonly Finding[]): BlamedFindings => {
  let [traced, skipped] = [0, 0];
  const blamed = findings.map((finding) => {
    const root = finding.source === 'source' || finding.source === 'certificate' ? undefined : roots.get(finding.roots[0] ?? '');
    if (root === undefined) return finding;
    if (traced >= blameLimit) {
      skipped++;
      return finding;
    }
    traced++;
    const blame = blamer.blame(root, finding.subject, finding.path);
    return blame ? { ...finding, blame } : finding;
  });
  return { findings: blamed, evidence: { traced, skipped } };
};
