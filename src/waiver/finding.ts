import type { Finding } from '#model/finding.ts';
import { fileFinding } from '#util/file-finding.ts';
import { type WaiverRule, waiverRules } from './rules.ts';

/** What is to be said about a waiver, at its line. */
export const waiverFinding = (rule: WaiverRule, file: string, line: number, message: string, effect?: Finding['effect']): Finding =>
  fileFinding({ rule: waiverRules[rule], source: 'waiver', file, line, message, ...(effect === undefined ? {} : { effect }) });
