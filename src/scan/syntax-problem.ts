import { YAMLException } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { messageOf } from '#model/errors.ts';
import { shown } from '#util/shown.ts';
import { budgets } from './budgets.ts';
import { placeIn, type ScanProblem } from './problem.ts';

/** Texts up to this length are read again for a message that helps: that parser takes seconds for a mebibyte. */
const explainedLength = 64 * 1024;

/** What keeps a text from being YAML, as the quick parser found it and the patient one explains it. */
export const syntaxProblem = (text: string, error: unknown): ScanProblem => {
  const { line = 0, column = 0 } = (error instanceof YAMLException ? error.mark : undefined) ?? {};
  const reason = error instanceof YAMLException ? error.reason : messageOf(error);
  const place = { line: line + 1, column: column + 1 };
  if (/maxDepth/.test(reason)) return { kind: 'limit', ...place, message: `nests deeper than ${budgets.depth} levels`, solution: 'Flatten it.' };
  return { kind: 'malformed', ...place, message: `is not YAML: ${shown(reason, 200)}`, ...explanation(text), solution: 'Mend the syntax.' };
};

const explanation = (text: string): Pick<ScanProblem, 'line' | 'column' | 'message'> | undefined => {
  if (text.length > explainedLength) return undefined;
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const first = Array.isArray(documents) ? documents.flatMap((d) => d.errors)[0] : undefined;
  return first && { ...placeIn(text, first.pos[0]), message: `is not YAML: ${shown(first.message, 200)}` };
};
