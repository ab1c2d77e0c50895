import type { Finding } from '#model/finding.ts';
import { sourceFinding } from '#util/file-finding.ts';
import { checks } from './checks.ts';
import { type Check, isWorkflowFile, readWorkflow } from './workflow.ts';

export { isWorkflowFile };

/**
 * Twelve faults of GitHub workflows that can be decided offline, and one more: a file that can not be read. Findings deny, with
 * file and line.
 */
export const lintWorkflow = (file: string, text: string): Finding[] => {
  const workflow = readWorkflow(file, text);
  if (workflow.document.problems.length > 0) return workflow.document.problems.map((p) => finding(unreadable, file, p.line, p.message));
  if (!workflow.jobs.some((job) => job.steps.length > 0 || job.value['uses'] !== undefined))
    return [finding(unreadable, file, 1, 'the file has no job with steps')];
  return checks.flatMap((check) => check.find(workflow).map(({ path, message }) => finding(check, file, workflow.document.placeOf(path).line, message)));
};

const unreadable: Pick<Check, 'code' | 'title' | 'solution'> = {
  code: 'workflow.unreadable',
  title: 'Workflows can be read',
  solution: 'Mend the file; what can not be read can not be judged.',
};

const finding = ({ code, title, solution }: Pick<Check, 'code' | 'title' | 'solution'>, file: string, line: number, message: string): Finding =>
  sourceFinding({ code, title, message, solution, file, line });
