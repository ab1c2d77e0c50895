import type { RuleInfo } from '#model/evaluator.ts';
import type { Finding } from '#model/finding.ts';
import { fingerprintOf } from './fingerprint.ts';

interface Told {
  readonly rule: RuleInfo;
  readonly source: Finding['source'];
  /** When it differs from the severity of the rule. */
  readonly effect?: Finding['effect'];
  readonly subject?: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

/** A finding about a place in the repository. Its fingerprint knows no line. */
export const fileFinding = ({ rule, source, effect = rule.severity, message, file, line, subject = file }: Told): Finding => ({
  code: rule.code,
  source,
  effect,
  title: rule.title,
  message,
  solution: rule.solution,
  subject,
  path: [],
  file,
  line,
  roots: [],
  fingerprint: fingerprintOf(rule.code, effect, file, subject, message),
});

interface Refused extends Pick<Finding, 'code' | 'title' | 'message' | 'solution'> {
  readonly file: string;
  readonly line: number;
}

/** What is denied for how a source file is written, before anything is rendered from it. Its fingerprint knows no line. */
export const sourceFinding = ({ code, title, message, solution, file, line }: Refused): Finding => ({
  code,
  source: 'source',
  effect: 'deny',
  title,
  message,
  solution,
  subject: file,
  path: [],
  file,
  line,
  roots: [],
  fingerprint: fingerprintOf(code, file, message),
});
