import { isRecordFile, rewrittenRecords } from '#evidence/append-only.ts';
import { createInspect } from '#evidence/inspect.ts';
import { readKeys } from '#evidence/keys.ts';
import { evidenceRules } from '#evidence/rules.ts';
import { verifyEvidence } from '#evidence/verify.ts';
import type { RuleInfo } from '#model/evaluator.ts';
import { type EvidenceProblem, evidenceFolder } from '#model/evidence.ts';
import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { fileFinding } from '#util/file-finding.ts';

const keysFile = `${evidenceFolder}/keys.yaml`;

/** Findings about records: none of the base may change, and all must verify with the keys of the base. Asked when a change touches any, or for the whole fleet. */
export const checkEvidence = (base: Snapshot | undefined, head: Snapshot, files: readonly ChangedFile[], all: boolean): Finding[] => {
  if (!all && base !== undefined && !files.some((f) => f.path.startsWith(`${evidenceFolder}/`))) return [];
  const rewritten = base ? rewrittenRecords(base.files, head.files) : [];
  const broken = [...brokenRecords(base ?? head, head), ...(base ? orphanedRecords(base, head) : [])];
  return [...rewritten.map(told(evidenceRules.append_only)), ...broken.map(told(evidenceRules.broken))];
};

/** Records that the keys of the change can not verify any more: as of its merge those keys are the ones that count. */
const orphanedRecords = (base: Snapshot, head: Snapshot): EvidenceProblem[] => {
  if (base.files.get(keysFile)?.id === head.files.get(keysFile)?.id) return [];
  // Keys are read before there is a record, so that no file of keys is merged that nobody can read.
  if (head.files.has(keysFile)) readKeys(keysFile, head.read(keysFile).toString());
  return brokenRecords(head, head).map(({ message, ...place }) => ({ ...place, message: `${message}, by the keys of this change` }));
};

const brokenRecords = (trusted: Snapshot, head: Snapshot): EvidenceProblem[] => {
  const paths = [...head.files.keys()].filter(isRecordFile);
  const [first] = paths;
  if (first === undefined) return [];
  if (!trusted.files.has(keysFile)) return [{ file: first, line: 1, message: `can not be verified: ${trusted.label} has no ${keysFile}` }];
  head.prefetch(paths);
  const records = new Map(paths.map((path) => [path, head.read(path)]));
  const inspect = createInspect(readKeys(keysFile, trusted.read(keysFile).toString()));
  return [...verifyEvidence(records, inspect).problems];
};

const told =
  (rule: RuleInfo) =>
  ({ file, line, message }: EvidenceProblem): Finding =>
    fileFinding({ rule, source: 'guard', file, line, message });
