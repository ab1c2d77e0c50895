import type { Finding } from '#model/finding.ts';
import type { JsonPath } from '#model/policy.ts';
import type { Manifest } from '#model/ports.ts';
import { fingerprintOf } from '#util/fingerprint.ts';
import { formatPath, objectId } from '#util/manifest.ts';
import { type LintCode, lintRules } from './rules.ts';

/** One trap in one object. */
export interface Fault {
  readonly rule: LintCode;
  readonly path: JsonPath;
  readonly message: string;
  /** Set where nothing can be said, which blocks whatever the rule's severity is. */
  readonly isOpen?: true;
}

export const faultFinding = (object: Manifest, root: string, { rule, path, message, isOpen }: Fault): Finding => {
  const { code, title, solution, severity } = lintRules[rule];
  const effect = isOpen ? 'undecided' : severity;
  const subject = objectId(object);
  const fingerprint = fingerprintOf(code, effect, subject, formatPath(path), message);
  return { code, source: 'analysis', effect, title, message, solution, subject, path, roots: [root], fingerprint };
};
