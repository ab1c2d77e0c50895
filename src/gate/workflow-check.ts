import type { Finding } from '#model/finding.ts';
import type { ChangedFile } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import { isWorkflowFile, lintWorkflow } from '#workflows/lint.ts';

/** Findings about the GitHub workflows that a change touches, or about all of them when the fleet is judged as it stands. */
export const checkWorkflows = (head: Snapshot, files: readonly ChangedFile[], all: boolean): Finding[] => {
  const changed = new Set(files.map((f) => f.path));
  const looked = [...head.files].filter(([path, entry]) => entry.type === 'file' && isWorkflowFile(path) && (all || changed.has(path)));
  return looked.flatMap(([path]) => lintWorkflow(path, head.read(path).toString()));
};
