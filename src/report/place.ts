import type { SourcePlace } from '#model/blame.ts';
import type { Finding } from '#model/finding.ts';

/** A path that stays inside the repository; anything else is not shown as a file. */
const isInside = (file: string): boolean => file !== '' && !/^([/\\]|[a-zA-Z]:)/.test(file) && !file.includes('\\') && !file.split('/').includes('..');

const placed = (file: string, line = 1, endLine?: number): SourcePlace[] => {
  const first = Number.isInteger(line) && line > 0 ? line : 1;
  return isInside(file) ? [{ file, line: first, ...(endLine !== undefined && endLine > first ? { endLine } : {}) }] : [];
};

/** The place, when its file is inside the repository; else none. */
export const insidePlace = ({ file, line, endLine }: SourcePlace): SourcePlace[] => placed(file, line, endLine);

/** The source line to look at: what set the value, else where the finding was made. Undefined when no file is known. */
export const sourcePlace = ({ blame, file, line }: Finding): SourcePlace | undefined =>
  [...(blame ? insidePlace(blame.culprit) : []), ...(file === undefined ? [] : placed(file, line))][0];

/** The source line, else the first line of the root's kustomization, which always exists. */
export const sourceOrRootPlace = (finding: Finding): SourcePlace => {
  const [root] = finding.roots;
  const fallback = root === undefined ? [] : placed(root === '.' ? 'kustomization.yaml' : `${root}/kustomization.yaml`);
  return sourcePlace(finding) ?? fallback[0] ?? { file: 'kustomization.yaml', line: 1 };
};

export const formatSourcePlace = ({ file, line }: SourcePlace): string => `${file}:${line}`;
