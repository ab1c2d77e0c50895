import type { Finding } from '#model/finding.ts';
import { uniqueSorted } from './order.ts';

/**
 * Puts a finding among those found: the same one in another root is one finding with both roots. Two bundles may disagree on the
 * day of a rule; then the one that blocks is kept.
 */
export const addFinding = (found: Map<string, Finding>, finding: Finding): void => {
  const same = found.get(finding.fingerprint);
  found.set(
    finding.fingerprint,
    same ? { ...(same.effect === 'warn' ? finding : same), roots: [...new Set([...same.roots, ...finding.roots])].sort() } : finding,
  );
};

/** Each finding as many times as it has roots, each time with one of them: two roots may have different standings. */
export const spreadFindings = (findings: readonly Finding[]): Finding[] =>
  findings.flatMap((finding) => (finding.roots.length <= 1 ? [finding] : finding.roots.map((root) => ({ ...finding, roots: [root] }))));

/** Puts together again what is the same in every respect but the root. */
export const gatherFindings = (findings: readonly Finding[]): Finding[] => {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const key = [finding.fingerprint, finding.standing ?? '', finding.waiver?.id ?? ''].join(' ');
    const same = found.get(key);
    found.set(key, same ? { ...same, roots: uniqueSorted([...same.roots, ...finding.roots]) } : finding);
  }
  return [...found.values()];
};
