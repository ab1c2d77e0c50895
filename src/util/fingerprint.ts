import { createHash } from 'node:crypto';

/** Short identity of a finding: the same parts give the same 16 hex digits, in every run. */
export const fingerprintOf = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
