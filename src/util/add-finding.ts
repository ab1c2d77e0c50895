import type { Finding } from '#model/finding.ts';

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
