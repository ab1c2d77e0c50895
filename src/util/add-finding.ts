import type { Finding } from '#model/finding.ts';

/** Puts a finding among those found: the same one in another root is one finding with both roots. */
export const addFinding = (found: Map<string, Finding>, finding: Finding): void => {
  const same = found.get(finding.fingerprint);
  found.set(finding.fingerprint, same ? { ...same, roots: [...new Set([...same.roots, ...finding.roots])].sort() } : finding);
};
